// The keyboard of a window: function keys are for the board's buttons, all others type into its console.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "k210/host_sdl/function_key.hpp"

namespace k210 {

std::optional<FunctionKey> function_key_of(std::int32_t sdl_keycode);

// What a terminal sends for a key that is no text: Enter, the arrows, Ctrl with a letter. Empty for others.
std::string terminal_bytes_of_key(std::int32_t sdl_keycode, std::uint16_t sdl_modifiers);

class HeldKeys {
public:
    void press(FunctionKey key) { state(key) = {true, true}; }
    void release(FunctionKey key) { state(key).held = false; }
    // Which are down, or were for a moment since the last time.
    std::array<bool, kFunctionKeys> take() {
        std::array<bool, kFunctionKeys> pressed{};
        for (std::size_t i = 0; i < kFunctionKeys; ++i) {
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
    State& state(FunctionKey key) { return states_[static_cast<std::size_t>(key)]; }
    std::array<State, kFunctionKeys> states_{};
};

}  // namespace k210
