// What the window's function keys do: press a board's buttons, turn its encoder, and what is about the run.
#pragma once
#include <array>
#include <string_view>

#include "k210/host_sdl/function_key.hpp"
#include "k210/part/ports.hpp"

namespace k210::app {

struct WindowButton {
    FunctionKey key;
    std::string_view button;  // as board files call it
    std::string_view label;   // for people
};

// clang-format off
inline constexpr std::array kWindowButtons = {
    WindowButton{FunctionKey::f1, "boot",     "BOOT"},
    WindowButton{FunctionKey::f2, "a",        "A"},
    WindowButton{FunctionKey::f3, "b",        "B"},
    WindowButton{FunctionKey::f4, "c",        "C"},
    WindowButton{FunctionKey::f5, kResetPort, "reset"},
    WindowButton{FunctionKey::f6, "power",    "power"},
};
// clang-format on

// And which turn its encoder, by a click each time they go down.
struct WindowTurn {
    FunctionKey key;
    int clicks;
    std::string_view label;
};
inline constexpr std::string_view kWindowEncoder = "encoder";
inline constexpr std::array kWindowTurns = {WindowTurn{FunctionKey::f7, -1, "left"},
                                            WindowTurn{FunctionKey::f8, 1, "right"}};

inline constexpr FunctionKey kPauseKey = FunctionKey::f9, kFrameKey = FunctionKey::f10, kSpeedKey = FunctionKey::f11,
                             kPictureKey = FunctionKey::f12, kCameraKey = FunctionKey::page_down,
                             kSaveKey = FunctionKey::insert, kBackKey = FunctionKey::page_up,
                             kRecordKey = FunctionKey::scroll_lock;

}  // namespace k210::app
