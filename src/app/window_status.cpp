#include "app/window_status.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "app/window_buttons.hpp"

namespace k210::app {
std::optional<double> Speedometer::look(SimTime guest, Pace::Seconds host) {
    if (!since_ || guest < guest_at_since_) {
        since_ = host;
        guest_at_since_ = guest;
        speed_.reset();
    } else if (host - *since_ >= kInterval) {
        speed_ = (guest.seconds() - guest_at_since_.seconds()) / (host - *since_).count();
        since_ = host;
        guest_at_since_ = guest;
    }
    return speed_;
}

std::vector<std::string> window_status(const std::string& firmware, const Board& board, SimTime now,
                                       std::optional<double> speed) {
    std::string keys;
    const auto name = [&keys](FunctionKey key, std::string_view label) {
        keys += fmt::format("{}{} {}", keys.empty() ? "" : ", ", to_string(key), label);
    };
    for (const auto& [key, button, label] : kWindowButtons)
        if (button == "reset" || board.offers(PortKind::button, button)) name(key, label);
    if (board.offers(PortKind::encoder, kWindowEncoder))
        for (const auto& [key, clicks, label] : kWindowTurns) name(key, label);
    keys += "; other keys: the console";
    if (board.offers(PortKind::touch)) keys += "; mouse: touch";
    return {fmt::format("{} on {}", firmware, board.name),
            fmt::format("{:.1f} guest seconds{}", now.seconds(),
                        speed ? fmt::format(", {:.0f} % of the board's speed", 100 * *speed) : std::string()),
            keys};
}

std::vector<std::string> window_notice(const Picture& screen, bool lcd_routed) {
    const bool black = std::ranges::all_of(screen.rgb, [](std::uint8_t level) { return level == 0; });
    if (!black) return {};
    if (lcd_routed) return {"The firmware has drawn", "nothing on the LCD yet."};
    return {"The firmware has not", "started the LCD yet."};
}

}  // namespace k210::app
