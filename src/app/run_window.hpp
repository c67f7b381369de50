// The window of a run: shows its screen, lamps and figures, and hands the session what the user does there.
#pragma once
#include <array>
#include <functional>
#include <string>
#include <vector>

#include "app/window_status.hpp"
#include "k210/host_sdl/window.hpp"
#include "k210/session/session.hpp"
#include "session/pace.hpp"

namespace k210::app {

class RunWindow {
public:
    // `on_close` is called from the window's thread. Throws InputError when there is no display.
    RunWindow(std::string firmware, const Session& session, const Picture& screen, std::function<void()> on_close);

    // As often as the run comes to it. `host`: since when does not matter.
    void look(Session& session, Pace::Seconds host);
    // The session is now on that board, with another machine.
    void board_changed(const Board& board);

private:
    void show_lamps(const Machine& machine);
    void show_status(const Session& session, Pace::Seconds host);
    void press(Session& session, const Window::Input& input);
    void touch(Session& session, std::optional<Window::Pixel> there);

    const std::string firmware_;
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
