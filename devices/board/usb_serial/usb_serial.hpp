// The board's USB bridge: a serial line to a terminal on the host. What the terminal sends arrives at its rate whatever
// the guest has set, and waits for a receiver.
//
// DTR and RTS may be wired to RESET and to IO16, which chooses the boot ROM's serial mode. Which is which:
// [sdk] sipeed/kflash.py@7307f75 kflash.py:722-826. Asserted together they do nothing, as with the two transistors that
// boards of this kind have [assumed]: terminal programs assert both when they open a port.
#pragma once
#include <array>
#include <string>

#include "board/usb_serial/terminal_rate.hpp"
#include "k210/part/part.hpp"
#include "k210/part/typed_bytes.hpp"

namespace k210 {

class UsbSerial final : public Part, public SerialLine, private SerialSink {
    static constexpr std::array kPorts{PortKind::serial_line};

public:
    static PartDesign design(PartOptions& options);
    static constexpr PartKind kKind{"usb_serial", kPorts, design};

    enum class Line : std::uint8_t { none, dtr, rts };
    struct Config {
        SerialPads pads;
        Line reset = Line::none, boot = Line::none;  // what pulls RESET and IO16 down
    };

    UsbSerial(const PartContext& context, const Config& config) : context_(context), config_(config) {}

    void connect(SerialSink& listener) override { listener_ = &listener; }
    void send(std::string_view bytes) override { typed_.add(bytes); }
    std::size_t waiting() const override { return typed_.size(); }
    void set_baud(std::uint64_t baud) override;
    void set_modem_lines(ModemLines lines) override;

    void hang(ChipPins& chip) override;
    void power_on() override { typed_.clear(); }
    void visit_state(StateVisitor& visitor) override;
    std::vector<Port*> ports() override { return {this}; }

private:
    void receive(std::uint8_t byte) override;  // from the chip
    void trace(std::uint8_t byte);

    bool asserted(Line line) const;
    bool pulls(Line line, Line other) const { return asserted(line) && !asserted(other); }

    PartContext context_;
    Config config_;
    ModemLines lines_;
    bool lines_driven_ = false;  // by a host that has set them at least once
    ChipPins* chip_ = nullptr;
    SerialSink* listener_ = nullptr;
    TerminalRate rate_{context_.name, kTerminalBaud, context_.log};
    TypedBytes typed_{context_.events, kTerminalBaud,
                      [this](std::uint8_t byte) { return chip_->send_serial(config_.pads.rx, byte); }};
    std::string line_;  // being said, for the trace
};

}  // namespace k210
