#include "k210/host_sdl/window.hpp"

#include <stdexcept>

#include <SDL.h>
#include <fmt/format.h>

#include "host_sdl/keys.hpp"
#include "host_sdl/layout.hpp"
#include "k210/base/error.hpp"

namespace k210 {
namespace {

[[noreturn]] void fail(const char* what) {
    throw InputError(fmt::format("window: {}: {}", what, SDL_GetError()));
}

class VideoSystem {
public:
    VideoSystem() {
        SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");  // they are the application's
        SDL_SetHint(SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "1");
        SDL_SetHint(SDL_HINT_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR, "0");
        if (SDL_InitSubSystem(SDL_INIT_VIDEO) != 0) fail("no display");
        SDL_StopTextInput();  // keys are buttons here, not text to be composed
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

}  // namespace

class Window::Implementation {
public:
    Implementation(const std::string& title, const Picture& picture, unsigned scale) : scale_(static_cast<int>(scale)) {
        if (scale == 0 || picture.empty()) throw std::logic_error("a window of no size");
        window_.reset(SDL_CreateWindow(
            title.c_str(), SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED, static_cast<int>(picture.width) * scale_,
            static_cast<int>(picture.height) * scale_, SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI));
        if (!window_) fail("cannot be opened");
        renderer_.reset(SDL_CreateRenderer(window_.get(), -1, 0));
        if (!renderer_) fail("cannot be drawn into");
        make_texture(picture);
        if (!texture_) fail("cannot be drawn into");
        show(picture);
    }

    bool poll() {
        buttons_.begin_poll();
        for (SDL_Event event; SDL_PollEvent(&event);) handle(event);
        return !closed_;
    }

    void show(const Picture& picture) {
        if (static_cast<int>(picture.width) != width_ || static_cast<int>(picture.height) != height_) {
            make_texture(picture);
            SDL_SetWindowSize(window_.get(), width_ * scale_, height_ * scale_);
        }
        SDL_UpdateTexture(texture_.get(), nullptr, picture.rgb.data(), width_ * 3);
        draw();
    }

    bool pressed(Button button) const { return buttons_.pressed(button); }

private:
    void make_texture(const Picture& picture) {
        width_ = static_cast<int>(picture.width);
        height_ = static_cast<int>(picture.height);
        texture_.reset(
            SDL_CreateTexture(renderer_.get(), SDL_PIXELFORMAT_RGB24, SDL_TEXTUREACCESS_STREAMING, width_, height_));
    }

    void draw() {
        int window_width = 0, window_height = 0;
        SDL_GetRendererOutputSize(renderer_.get(), &window_width, &window_height);
        const Placement at = place_picture(width_, height_, window_width, window_height);
        const SDL_Rect target{at.x, at.y, at.width, at.height};
        SDL_SetTextureScaleMode(texture_.get(), at.whole_multiple ? SDL_ScaleModeNearest : SDL_ScaleModeLinear);
        SDL_SetRenderDrawColor(renderer_.get(), 0, 0, 0, SDL_ALPHA_OPAQUE);
        SDL_RenderClear(renderer_.get());
        SDL_RenderCopy(renderer_.get(), texture_.get(), nullptr, &target);
        SDL_RenderPresent(renderer_.get());
    }

    void handle(const SDL_Event& event) {
        switch (event.type) {
            case SDL_QUIT: closed_ = true; break;
            case SDL_WINDOWEVENT:
                if (event.window.event == SDL_WINDOWEVENT_EXPOSED || event.window.event == SDL_WINDOWEVENT_SIZE_CHANGED)
                    draw();
                break;
            case SDL_KEYDOWN:
                if (const auto button = button_of_key(event.key.keysym.sym); button && !event.key.repeat)
                    buttons_.press(*button);
                break;
            case SDL_KEYUP:
                if (const auto button = button_of_key(event.key.keysym.sym)) buttons_.release(*button);
                break;
            default: break;
        }
    }

    VideoSystem video_;
    int scale_, width_ = 0, height_ = 0;
    std::unique_ptr<SDL_Window, Destroy> window_;
    std::unique_ptr<SDL_Renderer, Destroy> renderer_;
    std::unique_ptr<SDL_Texture, Destroy> texture_;
    Buttons buttons_;
    bool closed_ = false;
};

Window::Window(const std::string& title, const Picture& picture, unsigned scale)
    : implementation_(std::make_unique<Implementation>(title, picture, scale)) {}
Window::~Window() = default;

bool Window::poll() {
    return implementation_->poll();
}

void Window::show(const Picture& picture) {
    implementation_->show(picture);
}

bool Window::pressed(Button button) const {
    return implementation_->pressed(button);
}

}  // namespace k210
