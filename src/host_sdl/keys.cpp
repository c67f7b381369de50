#include "host_sdl/keys.hpp"

#include <SDL.h>

namespace k210 {

std::optional<FunctionKey> function_key_of(std::int32_t sdl_keycode) {
    switch (sdl_keycode) {
        case SDLK_F1: return FunctionKey::f1;
        case SDLK_F2: return FunctionKey::f2;
        case SDLK_F3: return FunctionKey::f3;
        case SDLK_F4: return FunctionKey::f4;
        case SDLK_F5: return FunctionKey::f5;
        case SDLK_F6: return FunctionKey::f6;
        case SDLK_F7: return FunctionKey::f7;
        case SDLK_F8: return FunctionKey::f8;
        case SDLK_F9: return FunctionKey::f9;
        case SDLK_F10: return FunctionKey::f10;
        case SDLK_F11: return FunctionKey::f11;
        case SDLK_F12: return FunctionKey::f12;
        case SDLK_PAGEDOWN: return FunctionKey::page_down;
        case SDLK_PAGEUP: return FunctionKey::page_up;
        case SDLK_INSERT: return FunctionKey::insert;
        case SDLK_SCROLLLOCK: return FunctionKey::scroll_lock;
        default: return std::nullopt;
    }
}

std::string terminal_bytes_of_key(std::int32_t sdl_keycode, std::uint16_t sdl_modifiers) {
    switch (sdl_keycode) {
        case SDLK_RETURN:
        case SDLK_KP_ENTER: return "\r";
        case SDLK_BACKSPACE: return "\x7f";
        case SDLK_TAB: return "\t";
        case SDLK_ESCAPE: return "\x1b";
        case SDLK_UP: return "\x1b[A";
        case SDLK_DOWN: return "\x1b[B";
        case SDLK_RIGHT: return "\x1b[C";
        case SDLK_LEFT: return "\x1b[D";
        case SDLK_HOME: return "\x1b[H";
        case SDLK_END: return "\x1b[F";
        case SDLK_DELETE: return "\x1b[3~";
        default: break;
    }
    // Ctrl-A to Ctrl-Z. AltGr, which makes text, comes as Ctrl with Alt on some keyboards.
    const bool control = (sdl_modifiers & KMOD_CTRL) && !(sdl_modifiers & (KMOD_ALT | KMOD_GUI));
    if (control && sdl_keycode >= SDLK_a && sdl_keycode <= SDLK_z)
        return std::string(1, static_cast<char>(sdl_keycode - SDLK_a + 1));
    return {};
}

}  // namespace k210
