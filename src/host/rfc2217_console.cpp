#include "host/rfc2217_console.hpp"

#include <array>

namespace k210 {

void Rfc2217Console::exchange() {
    // One that has left while the guest takes nothing would never be noticed by receiving.
    if (port_.full()) link_.drop_if_hung_up();
    const bool connected = link_.connected();
    if (talking_ && (!connected || link_.clients() != greeted_)) port_.end(std::chrono::steady_clock::now());
    talking_ = connected;
    if (!connected) return;
    if (link_.clients() != greeted_) port_.begin();
    greeted_ = link_.clients();
    std::array<std::uint8_t, 4096> bytes;
    if (!port_.full()) {
        const std::size_t count = link_.receive(bytes);
        port_.receive({reinterpret_cast<const char*>(bytes.data()), count}, std::chrono::steady_clock::now());
    }
    if (const std::string replies = port_.take_replies(); !replies.empty()) link_.send(replies);
}

void Rfc2217Console::write(std::string_view bytes) {
    exchange();
    link_.send(TelnetComPort::escaped(bytes));
}

std::size_t Rfc2217Console::read(std::span<std::uint8_t> bytes) {
    exchange();
    return port_.read(bytes);
}

std::optional<LineChange> Rfc2217Console::take_line_change() {
    exchange();
    auto change = port_.take_change(std::chrono::steady_clock::now());
    if (change) exchange();  // what waited behind it has been answered
    return change;
}

}  // namespace k210
