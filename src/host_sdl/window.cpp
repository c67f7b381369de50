#include "k210/host_sdl/window.hpp"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <future>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>

#include <SDL.h>
#include <fmt/format.h>

#include "host_sdl/held_mouse.hpp"
#include "host_sdl/keys.hpp"
#include "host_sdl/layout.hpp"
#include "host_sdl/text_drawing.hpp"
#include "k210/base/error.hpp"

namespace k210 {
namespace {

constexpr int kTextScale = 2, kTextMargin = 4;  // of the window's points
constexpr int kLookEveryMs = 10;                // at what the owner wants shown

[[noreturn]] void fail(const char* what) {
    throw InputError(fmt::format("window: {}: {}", what, SDL_GetError()));
}

class VideoSystem {
public:
    VideoSystem() {
        SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");  // they are the application's
        SDL_SetHint(SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "1");
        SDL_SetHint(SDL_HINT_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR, "0");
        // Without a display SDL would fall back on a driver that shows nothing to anybody.
        if (!std::getenv("DISPLAY") && !std::getenv("WAYLAND_DISPLAY") && !std::getenv("SDL_VIDEODRIVER"))
            throw InputError("window: no display: neither DISPLAY nor WAYLAND_DISPLAY is set");
        if (SDL_InitSubSystem(SDL_INIT_VIDEO) != 0) fail("no display");
        if (const std::string driver = SDL_GetCurrentVideoDriver();
            !std::getenv("SDL_VIDEODRIVER") && driver != "x11" && driver != "wayland") {
            SDL_QuitSubSystem(SDL_INIT_VIDEO);
            throw InputError("window: no display: neither DISPLAY nor WAYLAND_DISPLAY leads to one");
        }
        SDL_StartTextInput();
    }
    ~VideoSystem() { SDL_QuitSubSystem(SDL_INIT_VIDEO); }
    VideoSystem(const VideoSystem&) = delete;
    VideoSystem& operator=(const VideoSystem&) = delete;
};

struct Destroy {
    void operator()(SDL_Window* window) const { SDL_DestroyWindow(window); }
    void operator()(SDL_Renderer* renderer) const { SDL_DestroyRenderer(renderer); }
    void operator()(SDL_Texture* texture) const { SDL_DestroyTexture(texture); }
};

// What the owner wants shown.
struct Contents {
    std::string title;
    Picture picture;
    std::vector<std::string> status, notice;
    std::vector<Window::Lamp> lamps;
};

// All of SDL, on the window's thread.
class Canvas {
public:
    Canvas(const Contents& contents, int status_lines, int scale)
        : scale_(scale),
          status_height_(status_lines ? status_lines * kTextLineHeight * kTextScale + 2 * kTextMargin : 0) {
        if (scale <= 0 || contents.picture.empty()) throw std::logic_error("a window of no size");
        const auto& picture = contents.picture;
        window_.reset(SDL_CreateWindow(contents.title.c_str(), SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED,
                                       static_cast<int>(picture.width) * scale_,
                                       static_cast<int>(picture.height) * scale_ + status_height_,
                                       SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI));
        if (!window_) fail("cannot be opened");
        renderer_.reset(SDL_CreateRenderer(window_.get(), -1, 0));
        if (!renderer_) fail("cannot be drawn into");
        make_texture(picture);
        if (!texture_) fail("cannot be drawn into");
        show(contents);
    }

    void show(const Contents& contents) {
        const Picture& picture = contents.picture;
        if (static_cast<int>(picture.width) != width_ || static_cast<int>(picture.height) != height_) {
            make_texture(picture);
            SDL_SetWindowSize(window_.get(), width_ * scale_, height_ * scale_ + status_height_);
        }
        SDL_SetWindowTitle(window_.get(), contents.title.c_str());
        SDL_UpdateTexture(texture_.get(), nullptr, picture.rgb.data(), width_ * 3);
        status_ = contents.status;
        notice_ = contents.notice;
        lamps_ = contents.lamps;
        draw();
    }

    void draw() {
        const auto [output_width, picture_height, status_height, pixels_per_point, at] = layout();
        const int text_scale = kTextScale * pixels_per_point;
        fill_with(0, 0, 0);
        SDL_RenderClear(renderer_.get());
        if (picture_height > 0) {
            const SDL_Rect target{at.x, at.y, at.width, at.height};
            SDL_SetTextureScaleMode(texture_.get(), at.whole_multiple ? SDL_ScaleModeNearest : SDL_ScaleModeLinear);
            SDL_RenderCopy(renderer_.get(), texture_.get(), nullptr, &target);
        }
        fill_with(160, 160, 160);
        const int notice_height = static_cast<int>(notice_.size()) * kTextLineHeight * text_scale;
        write(notice_, (picture_height - notice_height) / 2, output_width, text_scale, true);
        if (status_height > 0) {
            const SDL_Rect bar{0, picture_height, output_width, status_height};
            fill_with(40, 40, 40);
            SDL_RenderFillRect(renderer_.get(), &bar);
            fill_with(220, 220, 220);
            write(status_, picture_height + kTextMargin * pixels_per_point, output_width, text_scale, false);
            write_lamps(picture_height + kTextMargin * pixels_per_point, output_width, text_scale);
        }
        SDL_RenderPresent(renderer_.get());
    }

    bool shows_picture_at(int x, int y) const {
        const Layout now = layout();
        return lies_on(now.picture, x * now.pixels_per_point, y * now.pixels_per_point);
    }
    // The one that is nearest to a point of the window.
    Window::Pixel pixel_near(int x, int y) const {
        const Layout now = layout();
        const Placement& at = now.picture;
        return {pixel_at(x * now.pixels_per_point, at.x, at.width, width_),
                pixel_at(y * now.pixels_per_point, at.y, at.height, height_)};
    }

private:
    struct Layout {  // in the renderer's pixels
        int width, picture_height, status_height, pixels_per_point;
        Placement picture;
    };
    Layout layout() const {
        int width = 0, height = 0, points = 0;
        SDL_GetRendererOutputSize(renderer_.get(), &width, &height);
        SDL_GetWindowSize(window_.get(), &points, nullptr);
        const int pixels_per_point = std::max(1, width / std::max(1, points));
        const int status_height = std::min(status_height_ * pixels_per_point, height);
        return {width, height - status_height, status_height, pixels_per_point,
                place_picture(width_, height_, width, height - status_height)};
    }

    void make_texture(const Picture& picture) {
        width_ = static_cast<int>(picture.width);
        height_ = static_cast<int>(picture.height);
        texture_.reset(
            SDL_CreateTexture(renderer_.get(), SDL_PIXELFORMAT_RGB24, SDL_TEXTUREACCESS_STREAMING, width_, height_));
    }

    void fill_with(std::uint8_t red, std::uint8_t green, std::uint8_t blue) {
        SDL_SetRenderDrawColor(renderer_.get(), red, green, blue, SDL_ALPHA_OPAQUE);
    }

    // A line that is too long is written smaller.
    void write(const std::vector<std::string>& lines, int y, int width, int scale, bool centered) {
        for (const std::string& line : lines) {
            const int line_width = text_width(line);
            int line_scale = scale;
            while (line_scale > 1 && line_width * line_scale + 2 * kTextMargin > width) --line_scale;
            const int x = centered ? (width - line_width * line_scale) / 2 : kTextMargin;
            const auto rectangles = text_rectangles(line, x, y, line_scale);
            SDL_RenderFillRects(renderer_.get(), rectangles.data(), static_cast<int>(rectangles.size()));
            y += kTextLineHeight * scale;
        }
    }

    // From the right edge to the left, the last one first.
    void write_lamps(int y, int right, int scale) {
        constexpr int kDot = kTextLineHeight * 2 / 3;
        int x = right;
        for (auto lamp = lamps_.rbegin(); lamp != lamps_.rend(); ++lamp) {
            x -= text_width(lamp->name) * scale + kTextMargin * scale;
            fill_with(220, 220, 220);
            const auto rectangles = text_rectangles(lamp->name, x, y, scale);
            SDL_RenderFillRects(renderer_.get(), rectangles.data(), static_cast<int>(rectangles.size()));
            for (auto colour = lamp->colours.rbegin(); colour != lamp->colours.rend(); ++colour) {
                x -= (kDot + 2) * scale;
                const SDL_Rect rim{x - scale, y - scale, (kDot + 2) * scale, (kDot + 2) * scale};
                const SDL_Rect dot{x, y, kDot * scale, kDot * scale};
                fill_with(100, 100, 100);
                SDL_RenderFillRect(renderer_.get(), &rim);
                fill_with((*colour)[0], (*colour)[1], (*colour)[2]);
                SDL_RenderFillRect(renderer_.get(), &dot);
            }
            x -= kTextMargin * scale;
        }
    }

    const int scale_, status_height_;
    int width_ = 0, height_ = 0;
    std::unique_ptr<SDL_Window, Destroy> window_;
    std::unique_ptr<SDL_Renderer, Destroy> renderer_;
    std::unique_ptr<SDL_Texture, Destroy> texture_;
    std::vector<std::string> status_, notice_;
    std::vector<Window::Lamp> lamps_;
};

}  // namespace

std::string_view to_string(FunctionKey key) {
    constexpr std::array<std::string_view, kFunctionKeys> kKeys = {
        "F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10", "F11", "F12", "PgDn", "PgUp", "Ins", "ScrLk"};
    return kKeys[static_cast<std::size_t>(key)];
}

class Window::Implementation {
public:
    Implementation(Contents contents, std::function<void()> on_close, unsigned status_lines, unsigned scale)
        : contents_(std::move(contents)), on_close_(std::move(on_close)) {
        std::promise<void> opened;
        std::future<void> result = opened.get_future();
        thread_ = std::thread([this, status_lines, scale, &opened] {
            live(static_cast<int>(status_lines), static_cast<int>(scale), opened);
        });
        try {
            result.get();
        } catch (...) {
            thread_.join();
            throw;
        }
    }
    ~Implementation() {
        over_ = true;
        thread_.join();
    }

    template <class Change>
    void change(Change change) {
        const std::lock_guard lock(mutex_);
        change(contents_);
        changed_ = true;
    }

    Input take_input() {
        const std::lock_guard lock(mutex_);
        return {std::exchange(typed_, {}), held_keys_.take(), held_mouse_.take()};
    }

private:
    void live(int status_lines, int scale, std::promise<void>& opened) {
        std::optional<VideoSystem> video;
        std::optional<Canvas> canvas;
        try {
            video.emplace();
            canvas.emplace(contents_, status_lines, scale);
        } catch (...) {
            canvas.reset();
            video.reset();
            opened.set_exception(std::current_exception());
            return;
        }
        opened.set_value();
        while (!over_) {
            SDL_Event event;
            if (SDL_WaitEventTimeout(&event, kLookEveryMs)) do
                    handle(event, *canvas);
                while (SDL_PollEvent(&event));
            if (const auto contents = take_changes()) canvas->show(*contents);
        }
    }

    std::optional<Contents> take_changes() {
        const std::lock_guard lock(mutex_);
        if (!std::exchange(changed_, false)) return {};
        return contents_;
    }

    void handle(const SDL_Event& event, Canvas& canvas) {
        switch (event.type) {
            case SDL_QUIT:
                if (on_close_) on_close_();
                break;
            case SDL_WINDOWEVENT:
                if (event.window.event == SDL_WINDOWEVENT_EXPOSED || event.window.event == SDL_WINDOWEVENT_SIZE_CHANGED)
                    canvas.draw();
                break;
            case SDL_TEXTINPUT: type(event.text.text); break;
            case SDL_KEYDOWN:
                if (const auto key = function_key_of(event.key.keysym.sym)) {
                    const std::lock_guard lock(mutex_);
                    if (!event.key.repeat) held_keys_.press(*key);
                } else {
                    type(terminal_bytes_of_key(event.key.keysym.sym, event.key.keysym.mod));
                }
                break;
            case SDL_KEYUP:
                if (const auto key = function_key_of(event.key.keysym.sym)) {
                    const std::lock_guard lock(mutex_);
                    held_keys_.release(*key);
                }
                break;
            case SDL_MOUSEBUTTONDOWN:
                if (event.button.button == SDL_BUTTON_LEFT && canvas.shows_picture_at(event.button.x, event.button.y)) {
                    SDL_CaptureMouse(SDL_TRUE);
                    const std::lock_guard lock(mutex_);
                    held_mouse_.press(canvas.pixel_near(event.button.x, event.button.y));
                }
                break;
            case SDL_MOUSEMOTION: {
                const std::lock_guard lock(mutex_);
                held_mouse_.move(canvas.pixel_near(event.motion.x, event.motion.y));
                break;
            }
            case SDL_MOUSEBUTTONUP:
                if (event.button.button == SDL_BUTTON_LEFT) {
                    SDL_CaptureMouse(SDL_FALSE);
                    const std::lock_guard lock(mutex_);
                    held_mouse_.release();
                }
                break;
            default: break;
        }
    }

    void type(std::string_view keys) {
        const std::lock_guard lock(mutex_);
        typed_ += keys;
    }

    std::mutex mutex_;  // for what both threads see
    Contents contents_;
    bool changed_ = false;
    std::string typed_;
    HeldKeys held_keys_;
    HeldMouse held_mouse_;

    const std::function<void()> on_close_;
    std::atomic<bool> over_{false};
    std::thread thread_;
};

Window::Window(const std::string& title, const Picture& picture, std::function<void()> on_close, unsigned status_lines,
               unsigned scale)
    : implementation_(std::make_unique<Implementation>(Contents{title, picture, {}, {}, {}}, std::move(on_close),
                                                       status_lines, scale)) {}
Window::~Window() = default;

void Window::show(const Picture& picture) {
    implementation_->change([&](Contents& contents) { contents.picture = picture; });
}

void Window::show_status(const std::vector<std::string>& lines) {
    implementation_->change([&](Contents& contents) { contents.status = lines; });
}

void Window::show_lamps(const std::vector<Lamp>& lamps) {
    implementation_->change([&](Contents& contents) { contents.lamps = lamps; });
}

void Window::show_notice(const std::vector<std::string>& lines) {
    implementation_->change([&](Contents& contents) { contents.notice = lines; });
}

void Window::set_title(const std::string& title) {
    implementation_->change([&](Contents& contents) { contents.title = title; });
}

Window::Input Window::take_input() {
    return implementation_->take_input();
}

}  // namespace k210
