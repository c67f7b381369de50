#include "app/run_window.hpp"

#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "app/picture_log.hpp"
#include "app/report.hpp"
#include "app/window_buttons.hpp"
#include "k210/base/error.hpp"
#include "k210/host/picture_file.hpp"

namespace k210::app {
namespace {

constexpr Pace::Seconds kStatusInterval(0.1);

}  // namespace

const Picture& screen_of(const Machine& machine) {
    static const Picture kNone;
    auto* const display = machine.first_port<Display>();
    return display ? display->picture() : kNone;
}

RunWindow::RunWindow(Config config, const Session& session, const Picture& screen)
    : config_(std::move(config)), control_(config_.speed), title_(window_title(facts(session))),
      window_(title_, screen, config_.on_close, kStatusLines) {
    show_status(session, status_shown_);
}

WindowFacts RunWindow::facts(const Session& session) const {
    return {config_.firmware,
            session.board(),
            session.now(),
            speed_,
            control_.speed(),
            control_.paused(),
            config_.cameras.size() > 1,
            config_.states->recording()};
}

void RunWindow::look(Session& session, Pace::Seconds host, bool listen) {
    const Machine& machine = session.machine();
    auto* const display = machine.first_port<Display>();
    if (display && display->generation() != shown_generation_) {
        shown_generation_ = display->generation();
        window_.show(display->picture());
    }
    if (display) control_.look(display->frames_shown());
    show_lamps(machine);
    if (host - status_shown_ >= kStatusInterval) show_status(session, host);
    const Window::Input input = window_.take_input();
    steer(session, input, listen);
    if (!listen) {
        pressed_before_ = input.pressed;
        return;
    }
    if (!input.typed.empty() && machine.find_port<SerialLine>(kConsolePort))
        session.give(SerialInput{std::string(kConsolePort), input.typed});
    press(session, input);
    touch(session, input.touched);
}

void RunWindow::steer(Session& session, const Window::Input& input, bool listen) {
    const auto goes_down = [&](FunctionKey key) {
        const auto which = static_cast<std::size_t>(key);
        return input.pressed[which] && !pressed_before_[which];
    };
    auto* const display = session.machine().first_port<Display>();
    if (goes_down(kPauseKey)) control_.pause_or_go();
    if (goes_down(kFrameKey) && display) control_.go_on_for_a_frame(display->frames_shown());
    if (goes_down(kSpeedKey)) control_.next_speed();
    if (goes_down(kPictureKey)) save_picture(session);
    if (listen && goes_down(kCameraKey) && config_.cameras.size() > 1) {
        camera_ = (camera_ + 1) % config_.cameras.size();
        session.give(SceneChange{config_.cameras[camera_]});
    }
    if (goes_down(kSaveKey)) config_.states->save(session);
    if (listen && goes_down(kBackKey)) go_back(session);
    if (listen && goes_down(kRecordKey)) config_.states->record(session);
}

// The board's buttons are then as they were; the user's fingers are as they are.
void RunWindow::go_back(Session& session) {
    if (!config_.states->go_back(session)) return;
    for (const auto& [key, button, label] : kWindowButtons)
        if (session.machine().find_port<Button>(button))
            session.give(ButtonInput{std::string(button), pressed_before_[static_cast<std::size_t>(key)]});
    if (const std::string screen = session.machine().first_name<Touch>(); !screen.empty()) {
        touched_.reset();
        session.give(TouchInput{screen, {}});
    }
    shown_generation_ = ~0ull;
    config_.gone_back();
}

// In the folder where the user is; of a picture that is there already nothing is lost.
void RunWindow::save_picture(const Session& session) const {
    const std::string file = "lcd_" + picture_name(session.now());
    try {
        if (std::filesystem::exists(file)) throw InputError(file + ": is there already");
        save_png(file, screen_of(session.machine()));
        config_.tell(fmt::format("k210emu: {} written\n", file));
    } catch (const InputError& failure) { config_.tell(fmt::format("k210emu: {}\n", failure.what())); }
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
    const std::string screen = session.machine().first_name<Touch>();
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
    speed_ = speedometer_.look(session.now(), host);
    window_.show_status(window_status(facts(session)));
    if (std::string now = window_title(facts(session)); now != title_) window_.set_title(title_ = std::move(now));
    if (drawn_) return;
    const auto notice = window_notice(screen_of(session.machine()), session.machine().lcd_clock_pad().has_value());
    window_.show_notice(notice);
    drawn_ = notice.empty();
}

}  // namespace k210::app
