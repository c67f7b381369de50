// A client of the RFC 2217 server that sends anything, in any pieces.
#include <array>
#include <cstdlib>

#include "fuzz/fuzz_input.hpp"
#include "host/telnet_com_port.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace k210;
    TelnetComPort port;
    TelnetComPort::Time now{};
    port.begin();
    std::array<std::uint8_t, 64> read{};
    std::string piece;
    std::size_t carried = 0;
    FuzzInput choices(data, size / 4);
    for (const std::uint8_t byte : std::span(data, size).subspan(size / 4)) {
        piece += static_cast<char>(byte);
        if (!choices.one_in(4)) continue;
        if (!port.full()) port.receive(piece, now);
        piece.clear();
        carried += port.read(read);
        now += std::chrono::milliseconds(choices.below(100));
        port.take_change(now);
        port.take_replies();
        if (choices.one_in(200)) {
            port.end(now);
            port.begin();
        }
    }
    if (carried > size) std::abort();
    return 0;
}
