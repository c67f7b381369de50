// The server's side of RFC 2217, the Telnet option that carries a serial port: bytes, its rate, DTR and RTS. Knows no
// sockets. [doc] RFC 854, 855, 856 (binary), 857 (echo), 858 (suppress go ahead), 2217.
//
// Whatever a client sends is survived: unknown options are refused, unknown commands ignored. Answered, and without
// effect: data size, parity, stop bits, break, flow control, purge, and the masks of what is to be reported.
#pragma once
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "host/settling_lines.hpp"

namespace k210 {

class TelnetComPort {
public:
    using Time = SettlingLines::Time;

    void begin();        // a client has come; nothing is known of it
    void end(Time now);  // it has left, and both lines with it, as when a serial port is closed
    // What the client has sent. What cannot be taken in yet stays; see full().
    void receive(std::string_view bytes, Time now);
    bool full() const { return raw_.size() + data_.size() >= kMostWaiting; }
    // Bytes for the serial line, up to where the client has changed something else.
    std::size_t read(std::span<std::uint8_t> bytes);
    // What it has changed, once all bytes before have been read.
    std::optional<LineChange> take_change(Time now);

    std::string take_replies();  // to be sent to the client as they are
    static std::string escaped(std::string_view from_the_line);

private:
    static constexpr std::size_t kMostWaiting = 4096;
    static constexpr std::size_t kMostSubnegotiation = 16;  // none that has a meaning here is longer
    enum class Mode : std::uint8_t { data, command, option, subnegotiation, command_inside };

    void parse(Time now);
    bool take(std::uint8_t byte, Time now);  // false: not yet, for a change comes first
    bool end_subnegotiation(Time now);
    void negotiate(std::uint8_t verb, std::uint8_t option);
    bool control(std::uint8_t value, Time now);
    void say(std::uint8_t verb, std::uint8_t option);
    void answer(std::uint8_t command, std::string_view value);

    std::string raw_, data_, replies_, subnegotiation_;
    Mode mode_ = Mode::data;
    std::uint8_t verb_ = 0;
    std::array<bool, 256> we_do_{}, they_do_{};
    SettlingLines changed_;
    std::uint32_t baud_ = 0;
    std::uint8_t data_size_ = 8, parity_ = 1, stop_size_ = 1;  // as the client has it, none and 1
    std::uint8_t flow_ = 1;                                    // none
    bool dtr_ = false, rts_ = false, break_ = false;
};

}  // namespace k210
