// The board's display in a window, and the keyboard as its buttons.
//
//   key           button
//   B, space      boot
//   A, left       a
//   S, right      b
//   R             reset
#pragma once
#include <memory>
#include <string>

#include "k210/host/button.hpp"
#include "k210/host/picture.hpp"

namespace k210 {

// One at a time: its poll() takes the events of all of the process's windows.
class Window {
public:
    // Opens with every pixel of `picture` `scale` times as large. InputError when there is no display.
    Window(const std::string& title, const Picture& picture, unsigned scale = 2);
    ~Window();
    Window(const Window&) = delete;
    Window& operator=(const Window&) = delete;

    // Handles what the user did since; false once the window has been closed.
    bool poll();
    // As large as whole multiples allow, in the middle; shrunk when the window is too small for that. A picture of
    // another size than the last one resizes the window.
    void show(const Picture& picture);
    // Whether the button is down, or was for a moment between the last two polls.
    bool pressed(Button button) const;

private:
    class Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace k210
