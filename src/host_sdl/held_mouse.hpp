// The mouse's button, held on the picture.
#pragma once
#include <optional>

#include "k210/host_sdl/window.hpp"

namespace k210 {

class HeldMouse {
public:
    void press(Window::Pixel at) {
        at_ = at;
        held_ = seen_ = true;
    }
    void move(Window::Pixel to) {
        if (held_) at_ = to;
    }
    void release() { held_ = false; }
    // Where it is held, or was for a moment since the last time.
    std::optional<Window::Pixel> take() {
        if (!seen_) return {};
        seen_ = held_;
        return at_;
    }

private:
    Window::Pixel at_{};
    bool held_ = false;
    bool seen_ = false;  // held at some time since the last take()
};

}  // namespace k210
