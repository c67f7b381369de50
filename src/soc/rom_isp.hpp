// The boot ROM's serial mode (ISP), in which a flashing tool puts a program into memory and starts it. The ROM's code
// is not public: this does what it does, on the serial line that the ROM uses, at the moment each byte arrives.
//
// Frames, commands, answers: [sdk] sipeed/kflash.py@7307f75 kflash.py:375-425, 598-636, 666-672, 829-1000. Greetings
// carry no length and no checksum: the same, 829. Echo and reading memory are refused: [doc] laanwj/k210-sdk-stuff
// @ecdd3e8. The line is what FPIOA routes to pads 4 and 5 at a reset, UARTHS.
// [assumed]: the longest frame; the ROM answers neither a start nor a change of its rate; what it says of addresses
// that are no memory; it hears and is heard at any rate.
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "k210/base/log.hpp"
#include "k210/bus/bus.hpp"
#include "k210/bus/wires.hpp"
#include "k210/sim/state.hpp"

namespace k210 {

class RomIsp {
public:
    RomIsp(Bus& bus, SerialSink& line, Log& log) : bus_(bus), line_(line), log_(log) {}

    // Both harts run from that address; this has ended.
    std::function<void(std::uint32_t entry)> on_boot;

    void start();
    void stop() { running_ = false; }
    bool running() const { return running_; }
    std::uint64_t baud() const { return baud_; }
    void receive(std::uint8_t byte);

    void visit_state(StateVisitor& visitor);

private:
    static constexpr std::size_t kHeaderBytes = 16, kMostDataBytes = 65'536;
    enum class Reason : std::uint8_t { ok = 0xe0, bad_length = 0xe1, bad_checksum = 0xe2, invalid = 0xe3 };

    void handle_frame();
    Reason check_frame() const;
    void write_memory(std::uint32_t address, std::span<const std::uint8_t> data);
    void answer(Reason reason);

    Bus& bus_;
    SerialSink& line_;
    Log& log_;
    bool running_ = false;
    std::uint32_t baud_ = 0;
    std::vector<std::uint8_t> frame_;  // unescaped; one byte more than fits: too long
    bool inside_ = false, escaped_ = false;
};

}  // namespace k210
