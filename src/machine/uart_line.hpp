// The far end of one of the chip's UARTs, wherever firmware routes it: hears what it sends, and sends to it at the rate
// that it is set to. Where something else drives the pad on which it receives, the far end only listens.
#pragma once
#include <optional>
#include <string>

#include "k210/base/log.hpp"
#include "k210/part/ports.hpp"
#include "k210/part/typed_bytes.hpp"
#include "soc/serial_routes.hpp"

namespace k210 {

class UartLine final : public SerialLine, private SerialSink {
public:
    UartLine(EventQueue& events, SerialRoutes& routes, UartId id, std::string name, Log& log)
        : routes_(routes), id_(id), name_(std::move(name)), log_(log),
          typed_(events, kTerminalBaud, [this](std::uint8_t byte) { return deliver(byte); }) {
        routes.attach(id, *this);
    }

    const std::string& name() const { return name_; }

    void connect(SerialSink& listener) override { listener_ = &listener; }
    void send(std::string_view bytes) override {
        follow_rate();
        typed_.add(bytes);
    }
    std::size_t waiting() const override { return typed_.size(); }
    void set_baud(std::uint64_t baud) override { baud_ = baud; }  // how fast it sends, whatever the guest has set
    void set_modem_lines(ModemLines) override {}                  // there are none

    void visit_state(StateVisitor& visitor) {
        const auto scope = visitor.enter(name_);
        std::uint64_t baud = baud_.value_or(kGuestsOwn);
        visitor.value("baud", baud);
        baud_ = baud == kGuestsOwn ? std::nullopt : std::optional(baud);
        typed_.visit_state(visitor);
    }

private:
    static constexpr std::uint64_t kGuestsOwn = 0;  // in snapshots

    void receive(std::uint8_t byte) override {
        if (listener_) listener_->receive(byte);
    }
    bool deliver(std::uint8_t byte) {
        follow_rate();
        if (!routes_.driven_by_others(id_)) return routes_.send_to(id_, byte);
        log_.host(LogLevel::warn, name_, "what is sent to it is lost: something else drives the pad it receives on");
        return true;
    }
    void follow_rate() {
        const std::uint64_t rate = baud_.value_or(routes_.rate_of(id_));
        typed_.set_baud(rate ? rate : kTerminalBaud);
    }

    SerialRoutes& routes_;
    UartId id_;
    std::string name_;
    Log& log_;
    SerialSink* listener_ = nullptr;
    std::optional<std::uint64_t> baud_;
    TypedBytes typed_;
};

}  // namespace k210
