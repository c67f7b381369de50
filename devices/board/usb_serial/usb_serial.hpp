// The board's USB bridge: a serial line to a terminal on the host. What the terminal sends arrives at its rate whatever
// the guest has set, and waits for a receiver. Without effect: DTR and RTS.
#pragma once
#include <array>
#include <string>

#include "board/usb_serial/terminal_rate.hpp"
#include "board/usb_serial/typed_bytes.hpp"
#include "k210/part/part.hpp"

namespace k210 {

class UsbSerial final : public Part, public SerialLine, private SerialSink {
    static constexpr std::array kPorts{PortKind::serial_line};

public:
    static PartDesign design(PartOptions& options);
    static constexpr PartKind kKind{"usb_serial", kPorts, design};

    UsbSerial(const PartContext& context, SerialPads pads) : context_(context), pads_(pads) {}

    void connect(SerialSink& listener) override { listener_ = &listener; }
    void send(std::string_view bytes) override { typed_.add(bytes); }
    bool sending() const override { return !typed_.empty(); }
    void set_baud(std::uint64_t baud) override;

    void hang(ChipPins& chip) override;
    void power_on() override { typed_.clear(); }
    void visit_state(StateVisitor& visitor) override { typed_.visit_state(visitor); }
    std::vector<Port*> ports() override { return {this}; }

private:
    void receive(std::uint8_t byte) override;  // from the chip
    void trace(std::uint8_t byte);

    PartContext context_;
    SerialPads pads_;
    ChipPins* chip_ = nullptr;
    SerialSink* listener_ = nullptr;
    TerminalRate rate_{context_.name, kTerminalBaud, context_.log};
    TypedBytes typed_{context_.events, kTerminalBaud,
                      [this](std::uint8_t byte) { return chip_->send_serial(pads_.rx, byte); }};
    std::string line_;  // being said, for the trace
};

}  // namespace k210
