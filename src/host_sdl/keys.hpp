// The keyboard of a window: function keys are the board's buttons, all others type into its console.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "k210/host/button.hpp"

namespace k210 {

std::optional<Button> button_of_key(std::int32_t sdl_keycode);

// What a terminal sends for a key that is no text: Enter, the arrows, Ctrl with a letter. Empty for others.
std::string terminal_bytes_of_key(std::int32_t sdl_keycode, std::uint16_t sdl_modifiers);

class Buttons {
public:
    void press(Button button) { state(button) = {true, true}; }
    void release(Button button) { state(button).held = false; }
    // Which are down, or were for a moment since the last time.
    std::array<bool, kButtons> take() {
        std::array<bool, kButtons> pressed{};
        for (std::size_t i = 0; i < kButtons; ++i) {
            pressed[i] = states_[i].seen;
            states_[i].seen = states_[i].held;
        }
        return pressed;
    }

private:
    struct State {
        bool held = false;
        bool seen = false;  // held at some time since the last take()
    };
    State& state(Button button) { return states_[static_cast<std::size_t>(button)]; }
    std::array<State, kButtons> states_{};
};

}  // namespace k210
