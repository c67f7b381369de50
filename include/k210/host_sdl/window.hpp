// The board's display in a window, the mouse on its touch screen, function keys for its buttons, and its console on all
// other keys.
// A line or more of text can be shown below the picture, and a notice in place of a picture that is still black.
#pragma once
#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "k210/host/picture.hpp"
#include "k210/host_sdl/function_key.hpp"

namespace k210 {

// One at a time. It lives on a thread of its own, so that it is drawn and can be closed whatever its owner does; all
// members may be called from any thread.
class Window {
public:
    struct Pixel {
        unsigned x, y;
        bool operator==(const Pixel&) const = default;
    };
    struct Input {
        std::string typed;  // as a terminal sends it; text as UTF-8
        // By function key: it is down, or was for a moment since the last take_input().
        std::array<bool, kFunctionKeys> pressed{};
        // Of the picture: the mouse's button is down on it, or was for a moment since the last take_input(). It goes
        // down on the picture only, and stays on it until it is let go.
        std::optional<Pixel> touched;
    };

    // Something that shines, or a chain of such: red, green, blue of each.
    struct Lamp {
        std::string name;
        std::vector<std::array<std::uint8_t, 3>> colours;
        bool operator==(const Lamp&) const = default;
    };

    // Opens with every pixel of `picture` `scale` times as large, and room for `status_lines`. `on_close` is called
    // from the window's thread when the user closes it; it stays open until it is destroyed. InputError when there is
    // no display.
    Window(const std::string& title, const Picture& picture, std::function<void()> on_close = {},
           unsigned status_lines = 0, unsigned scale = 2);
    ~Window();
    Window(const Window&) = delete;
    Window& operator=(const Window&) = delete;

    // As large as whole multiples allow, in the middle; shrunk when the window is too small for that. A picture of
    // another size than the last one resizes the window.
    void show(const Picture& picture);
    // Text of printable ASCII characters.
    void show_status(const std::vector<std::string>& lines);
    void show_lamps(const std::vector<Lamp>& lamps);  // at the right of the first line of status: dots and names
    void show_notice(const std::vector<std::string>& lines);  // over the picture; none: no notice
    void set_title(const std::string& title);

    Input take_input();  // what the user did since the last time

private:
    class Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace k210
