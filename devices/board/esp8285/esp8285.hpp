// ESP8285, the Wi-Fi module of Maix Dock and Maix Go, with Espressif's AT firmware: a serial line, 115200 baud at
// first, and a pad that enables it while high.
// Which commands firmware sends and what it waits for: [sdk] MaixPy components/micropython/port/src/standard_lib/
// network/esp8285/esp8285.c:106-1400, modesp8285.c. What the module answers: [doc] Espressif, ESP8266 AT Instruction
// Set, chapters 3 to 5. [assumed]: how long it takes to boot, to scan and to join; addresses; it hears nothing while it
// boots; the board's RESET does not reach it.
// Without a network there is no access point: nothing is found by a scan, joining fails. With one, every name and
// password joins. Missing: several connections (CIPMUX=1), UDP, servers, the access point of its own, transparent mode,
// settings that last without power, what the boot ROM says at 74880 baud.
#pragma once
#include <array>
#include <optional>
#include <string>

#include "board/esp8285/at_command.hpp"
#include "k210/part/part.hpp"
#include "k210/part/typed_bytes.hpp"

namespace k210 {

class Esp8285 final : public Part, public WifiModule, private SerialSink {
    static constexpr std::array kPorts{PortKind::wifi_module};

public:
    static PartDesign design(PartOptions& options);
    static constexpr PartKind kKind{"esp8285", kPorts, design};

    Esp8285(const PartContext& context, SerialPads pads, std::optional<unsigned> enable_pad)
        : context_(context), pads_(pads), enable_pad_(enable_pad) {}

    void connect(Network& network) override { network_ = &network; }

    void hang(ChipPins& chip) override;
    void power_on() override;
    void visit_state(StateVisitor& visitor) override;
    std::vector<Port*> ports() override { return {this}; }

private:
    // What it is at; meanwhile it takes no command.
    enum class Task : std::uint8_t { none, off, boot, scan, join, connect };

    void receive(std::uint8_t byte) override;  // from the chip
    void hear(std::uint8_t byte);
    void say(std::string_view text) { typed_.add(text); }
    void ok() { say("\r\nOK\r\n"); }
    void error() { say("\r\nERROR\r\n"); }
    void enable(bool on);
    void boot();
    void begin(Task task, std::uint64_t ps);
    void task_done(SimTime now);
    void poll(SimTime now);
    void hang_up();
    void take_new_rate();
    bool online() const { return joined_ && network_; }

    void execute(std::string_view line);
    bool carry_out(const AtCommand& command);  // false: there is no such command
    void set_up_uart(const AtCommand& command);
    void choose_mode(const AtCommand& command);
    void join(const AtCommand& command);
    void say_addresses();
    void start_connection(const AtCommand& command);
    void start_sending(const AtCommand& command);
    void look_up(const AtCommand& command);
    void zero_only(const AtCommand& command);

    PartContext context_;
    SerialPads pads_;
    std::optional<unsigned> enable_pad_;
    ChipPins* chip_ = nullptr;
    Network* network_ = nullptr;

    Task task_ = Task::off;
    std::uint64_t baud_ = kTerminalBaud, next_baud_ = kTerminalBaud;  // the second once all has been said
    bool echo_ = true;
    std::uint8_t mode_ = 1;
    bool joined_ = false, linked_ = false;  // to the access point, to a peer
    std::uint32_t polls_left_ = 0;          // until a connection that is not answered has failed
    std::string ssid_;                      // joined, or to be
    std::string line_;                      // being received
    std::string data_;                      // to be sent, as it is received
    std::uint32_t data_bytes_ = 0;          // how much that will be; 0: lines are received
    TypedBytes typed_{context_.events, kTerminalBaud, [this](std::uint8_t byte) {
                          chip_->send_serial_at(baud_, pads_.rx, byte);
                          return true;
                      }};
    Event task_done_{"task_done", [this](SimTime now) { task_done(now); }};
    Event poll_{"poll", [this](SimTime now) { poll(now); }};
};

}  // namespace k210
