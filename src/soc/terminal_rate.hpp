// Tells once when the console sends at another rate than its terminal is set to: a board would show garbage, where the
// bytes come out readable here.
#pragma once
#include <functional>

#include "k210/base/log.hpp"
#include "k210/bus/wires.hpp"

namespace k210 {

class TerminalRate final : public SerialSink {
public:
    // `sender_baud`: of whoever has just sent a byte.
    TerminalRate(SerialSink& terminal, std::uint64_t baud, std::function<std::uint64_t()> sender_baud, Log& log)
        : terminal_(terminal), baud_(baud), sender_baud_(std::move(sender_baud)), log_(log) {}

    void receive(std::uint8_t byte) override {
        if (const std::uint64_t sent_at = sender_baud_(); !told_ && unlike(sent_at)) {
            told_ = true;
            log_.guest_error("console", "sends at {} baud: a terminal at {} would show garbage (--baud sets it)",
                             sent_at, baud_);
        }
        terminal_.receive(byte);
    }

private:
    // Of ten bits a frame, 5 % put the last one's middle at its edge. A public kernel, npucore, is 3.2 % off at the
    // clock that a reset leaves here; that it is read on boards is [assumed].
    static constexpr std::uint64_t kTolerancePercent = 4;

    bool unlike(std::uint64_t baud) const {
        const std::uint64_t apart = baud > baud_ ? baud - baud_ : baud_ - baud;
        return apart * 100 > baud_ * kTolerancePercent;
    }

    SerialSink& terminal_;
    std::uint64_t baud_;
    std::function<std::uint64_t()> sender_baud_;
    Log& log_;
    bool told_ = false;
};

}  // namespace k210
