// Which of a board's buttons the window's function keys press.
#pragma once
#include <array>
#include <string_view>

#include "k210/host_sdl/function_key.hpp"

namespace k210::app {

struct WindowButton {
    FunctionKey key;
    std::string_view button;  // as board files call it
    std::string_view label;   // for people
};

inline constexpr std::array kWindowButtons = {
    WindowButton{FunctionKey::f1, "boot", "BOOT"}, WindowButton{FunctionKey::f2, "a", "A"},
    WindowButton{FunctionKey::f3, "b", "B"}, WindowButton{FunctionKey::f5, "reset", "reset"}};

}  // namespace k210::app
