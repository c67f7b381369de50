#include "app/window_status.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "app/speed.hpp"
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

std::string window_title(const WindowFacts& facts) {
    return fmt::format("{} on {}{} - k210emu", facts.firmware, facts.board.name,
                       facts.paused  ? ", paused"
                       : facts.speed ? fmt::format(", {:.0f} %", 100 * *facts.speed)
                                     : "");
}

std::vector<std::string> window_status(const WindowFacts& facts) {
    const Board& board = facts.board;
    std::string keys;
    const auto name = [&keys](FunctionKey key, std::string_view label) {
        keys += fmt::format("{}{} {}", keys.empty() ? "" : ", ", to_string(key), label);
    };
    for (const auto& [key, button, label] : kWindowButtons)
        if (button == kResetPort || board.offers(PortKind::button, button)) name(key, label);
    if (board.offers(PortKind::encoder, kWindowEncoder))
        for (const auto& [key, clicks, label] : kWindowTurns) name(key, label);
    keys += "; other keys: the console";
    if (board.offers(PortKind::touch)) keys += "; mouse: touch";
    std::string time = fmt::format("{:.1f} guest seconds", facts.now.seconds());
    if (facts.paused)
        time += ", paused";
    else if (facts.speed)
        time += fmt::format(", {:.0f} % of the board's speed", 100 * *facts.speed);
    if (facts.speed_asked_for != kBoardSpeed) time += fmt::format(" ({})", speed_name(facts.speed_asked_for));
    std::string run_keys =
        fmt::format("{} {}, {} frame, {} speed, {} save", to_string(kPauseKey), facts.paused ? "go on" : "pause",
                    to_string(kFrameKey), to_string(kSpeedKey), to_string(kPictureKey));
    if (facts.several_cameras) run_keys += fmt::format(", {} camera", to_string(kCameraKey));
    std::string state_keys =
        fmt::format("{} save the state, {} back to it, {} {}", to_string(kSaveKey), to_string(kBackKey),
                    to_string(kRecordKey), facts.recording ? "end the record" : "record");
    return {fmt::format("{} on {}", facts.firmware, board.name), time, keys, run_keys, state_keys};
}

std::vector<std::string> window_notice(const Picture& screen, bool lcd_routed) {
    const bool black = std::ranges::all_of(screen.rgb, [](std::uint8_t level) { return level == 0; });
    if (!black) return {};
    if (lcd_routed) return {"The firmware has drawn", "nothing on the LCD yet."};
    return {"The firmware has not", "started the LCD yet."};
}

}  // namespace k210::app
