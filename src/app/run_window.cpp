#include "app/run_window.hpp"

#include <utility>

#include <fmt/format.h>

#include "app/report.hpp"
#include "app/window_buttons.hpp"

namespace k210::app {
namespace {

constexpr Pace::Seconds kStatusInterval(0.1);
constexpr std::string_view kConsole = "console";

std::string title(const std::string& firmware, const Board& board) {
    return fmt::format("{} on {} - k210emu", firmware, board.name);
}

std::string first_touch(const Machine& machine) {
    for (const auto& [name, port] : machine.ports())
        if (port->kind() == PortKind::touch) return name;
    return {};
}

}  // namespace

const Picture& screen_of(const Machine& machine) {
    static const Picture kNone;
    auto* const display = machine.first_port<Display>();
    return display ? display->picture() : kNone;
}

RunWindow::RunWindow(std::string firmware, const Session& session, const Picture& screen,
                     std::function<void()> on_close)
    : firmware_(std::move(firmware)),
      window_(title(firmware_, session.board()), screen, std::move(on_close), kStatusLines) {
    show_status(session, status_shown_);
}

void RunWindow::board_changed(const Board& board) {
    window_.set_title(title(firmware_, board));
    touched_.reset();
}

void RunWindow::look(Session& session, Pace::Seconds host) {
    const Machine& machine = session.machine();
    auto* const display = machine.first_port<Display>();
    if (display && display->generation() != shown_generation_) {
        shown_generation_ = display->generation();
        window_.show(display->picture());
    }
    show_lamps(machine);
    if (host - status_shown_ >= kStatusInterval) show_status(session, host);
    const Window::Input input = window_.take_input();
    if (!input.typed.empty() && machine.find_port<SerialLine>(kConsole))
        session.give(SerialInput{std::string(kConsole), input.typed});
    press(session, input);
    touch(session, input.touched);
}

void RunWindow::press(Session& session, const Window::Input& input) {
    const Machine& machine = session.machine();
    for (const auto& [key, button, label] : kWindowButtons) {
        const auto which = static_cast<std::size_t>(key);
        if (input.pressed[which] != pressed_before_[which] && machine.find_port<Button>(button))
            session.give(ButtonInput{std::string(button), input.pressed[which]});
    }
    for (const auto& [key, clicks, label] : kWindowTurns) {
        const auto which = static_cast<std::size_t>(key);
        if (input.pressed[which] && !pressed_before_[which] && machine.find_port<Encoder>(kWindowEncoder))
            session.give(EncoderInput{std::string(kWindowEncoder), clicks});
    }
    pressed_before_ = input.pressed;
}

void RunWindow::touch(Session& session, std::optional<Window::Pixel> there) {
    const std::string screen = first_touch(session.machine());
    if (screen.empty() || there == touched_) return;
    touched_ = there;
    TouchInput input{screen, {}};
    if (there) input.at = {there->x, there->y};
    session.give(std::move(input));
}

void RunWindow::show_lamps(const Machine& machine) {
    std::vector<Window::Lamp> lamps;
    for (const auto& [name, colours] : lights_of(machine)) {
        lamps.push_back({name, {}});
        for (const Colour& c : colours) lamps.back().colours.push_back({c.red, c.green, c.blue});
    }
    if (lamps == shown_lamps_) return;
    window_.show_lamps(lamps);
    shown_lamps_ = std::move(lamps);
}

void RunWindow::show_status(const Session& session, Pace::Seconds host) {
    status_shown_ = host;
    const SimTime now = session.now();
    window_.show_status(window_status(firmware_, session.board(), now, speedometer_.look(now, host)));
    if (drawn_) return;
    const auto notice = window_notice(screen_of(session.machine()), session.machine().lcd_clock_pad().has_value());
    window_.show_notice(notice);
    drawn_ = notice.empty();
}

}  // namespace k210::app
