// The keyboard as buttons.
#pragma once
#include <array>
#include <cstdint>
#include <optional>

#include "k210/host/button.hpp"

namespace k210 {

std::optional<Button> button_of_key(std::int32_t sdl_keycode);

class Buttons {
public:
    void press(Button button) { state(button) = {true, true}; }
    void release(Button button) { state(button).held = false; }
    // Forgets presses that are over; called before looking for new ones.
    void begin_poll() {
        for (State& s : states_) s.seen = s.held;
    }
    bool pressed(Button button) const { return states_[static_cast<std::size_t>(button)].seen; }

private:
    struct State {
        bool held = false;
        bool seen = false;  // held at some time since the last poll
    };
    State& state(Button button) { return states_[static_cast<std::size_t>(button)]; }
    std::array<State, kButtons> states_{};
};

}  // namespace k210
