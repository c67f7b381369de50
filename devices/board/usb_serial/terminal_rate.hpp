// Tells once when the guest sends at another rate than its terminal is set to: a board would show garbage, where the
// bytes come out readable here. To a host that drives DTR and RTS they do not: flashing tools change the rate and rely
// on it that what was sent meanwhile is nothing that they could read.
#pragma once
#include <string>

#include "k210/base/log.hpp"
#include "k210/bus/serial_frame.hpp"
#include "k210/sim/state.hpp"

namespace k210 {

class TerminalRate {
public:
    TerminalRate(std::string line, std::uint64_t baud, Log& log) : line_(std::move(line)), baud_(baud), log_(log) {}

    void set_baud(std::uint64_t baud) { baud_ = baud; }

    // A byte has come that was sent at this rate.
    void heard(std::uint64_t baud) {
        if (told_ || !garbled(baud)) return;
        told_ = true;
        log_.guest_error(line_, "sends at {} baud: a terminal at {} would show garbage (--baud sets it)", baud, baud_);
    }

    void visit_state(StateVisitor& visitor) {
        visitor.value("baud", baud_);
        visitor.value("told", told_);
    }

    bool garbled(std::uint64_t baud) const { return !rates_agree(baud, baud_); }

private:
    std::string line_;
    std::uint64_t baud_;
    Log& log_;
    bool told_ = false;
};

}  // namespace k210
