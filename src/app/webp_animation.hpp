// Pictures with times as an animated WebP: lossless, unlike GIF in all colours, and what browsers and chat programs
// show as they do a picture. A frame holds the rectangle that has changed.
//
// Whole in memory until it is done, as libwebp's muxer has it; who makes it looks at bytes().
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "k210/base/units.hpp"
#include "k210/host/picture.hpp"

struct WebPMux;

namespace k210::app {

class WebpAnimation {
public:
    WebpAnimation();

    // From `at` on; nothing where the picture is the same. Times do not go back. The first one says how large all are.
    void show(const Picture& picture, SimTime at);
    // So far, coded.
    std::size_t bytes() const { return bytes_; }
    // With the last picture staying until then. Nothing may be shown afterwards. Empty where nothing was shown.
    std::vector<std::uint8_t> finish(SimTime end);

private:
    struct Frame {
        unsigned x, y;
        std::vector<std::uint8_t> webp;
        SimTime at;
    };
    void push(const Frame& frame, SimTime until);

    struct Delete {
        void operator()(WebPMux* mux) const;
    };
    std::unique_ptr<WebPMux, Delete> mux_;
    Picture shown_;
    std::optional<Frame> last_;  // how long it stays is not known yet
    std::size_t bytes_ = 0;
};

}  // namespace k210::app
