// The window of a run: shows its screen, lamps and figures, and hands the session what the user does there.
#pragma once
#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/run_control.hpp"
#include "app/window_states.hpp"
#include "app/window_status.hpp"
#include "k210/host_sdl/window.hpp"
#include "k210/session/session.hpp"
#include "session/pace.hpp"

namespace k210::app {

class RunWindow {
public:
    struct Config {
        std::string firmware;
        double speed;
        std::vector<std::shared_ptr<CameraSource>> cameras;  // to choose from, the first of which is shown
        std::function<void()> on_close;                      // called from the window's thread
        std::function<void(std::string_view)> tell;          // a line
        WindowStates* states;                                // must outlive it
        std::function<void()> gone_back;                     // the session is where it was before
    };
    // Throws InputError when there is no display.
    RunWindow(Config config, const Session& session, const Picture& screen);

    // As often as the run comes to it. `host`: since when does not matter.
    // Without `listen`, what the user does there does not reach the guest.
    void look(Session& session, Pace::Seconds host, bool listen);
    // The session is now on that board, with another machine.
    void board_changed() { touched_.reset(); }
    const RunControl& control() const { return control_; }

private:
    void show_lamps(const Machine& machine);
    void show_status(const Session& session, Pace::Seconds host);
    WindowFacts facts(const Session& session) const;
    void steer(Session& session, const Window::Input& input, bool listen);
    void save_picture(const Session& session) const;
    void go_back(Session& session);
    void press(Session& session, const Window::Input& input);
    void touch(Session& session, std::optional<Window::Pixel> there);

    const Config config_;
    RunControl control_;
    std::size_t camera_ = 0;
    std::optional<double> speed_;  // as measured last
    std::string title_;
    Window window_;
    std::optional<Window::Pixel> touched_;  // by the mouse
    std::uint64_t shown_generation_ = ~0ull;
    std::vector<Window::Lamp> shown_lamps_;
    std::array<bool, kFunctionKeys> pressed_before_{};
    bool drawn_ = false;  // something on the LCD
    Pace::Seconds status_shown_{0};
    Speedometer speedometer_;
};

// For reports and pictures: of the board's first display, empty when it has none.
const Picture& screen_of(const Machine& machine);

}  // namespace k210::app
