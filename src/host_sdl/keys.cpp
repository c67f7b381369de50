#include "host_sdl/keys.hpp"

#include <SDL.h>

namespace k210 {

std::optional<Button> button_of_key(std::int32_t sdl_keycode) {
    switch (sdl_keycode) {
        case SDLK_b:
        case SDLK_SPACE: return Button::boot;
        case SDLK_a:
        case SDLK_LEFT: return Button::a;
        case SDLK_s:
        case SDLK_RIGHT: return Button::b;
        case SDLK_r: return Button::reset;
        default: return std::nullopt;
    }
}

}  // namespace k210
