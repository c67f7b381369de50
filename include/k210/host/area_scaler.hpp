// Scales a picture, or what a sensor sees of it: every output pixel is the mean of the area it covers, in integers.
// Where areas and pixels coincide the result is the picture's own bytes.
#pragma once
#include <cstdint>
#include <vector>

#include "k210/host/picture.hpp"

namespace k210 {

// Which part of a scene, at what size. A window is in pixels of an array of its own, which the scene fills.
struct SceneView {
    unsigned array_width = 0, array_height = 0;
    unsigned x = 0, y = 0, window_width = 0, window_height = 0;
    unsigned width = 0, height = 0;  // what the window is scaled to
    bool mirrored = false, upside_down = false;

    bool operator==(const SceneView&) const = default;
    bool empty() const { return window_width == 0 || window_height == 0 || width == 0 || height == 0; }
};

class AreaScaler {
public:
    // The scene fills the view's array: its middle is used where the shapes differ. `view` must not be empty.
    void scale(const Picture& scene, const SceneView& view, Picture& frame);

private:
    struct Tap {
        unsigned source;
        std::uint32_t weight;  // an axis' weights for one output pixel sum to kOne
    };
    struct Axis {
        std::vector<Tap> taps;
        std::vector<std::size_t> first;  // of each output pixel, and the end
    };
    struct Span {  // one axis of scene, array, window and output
        unsigned scene, array, start, length, out;
        bool reversed;
    };
    static void build(Axis& axis, const Span& span, std::uint64_t scale_numerator, std::uint64_t scale_denominator);
    void prepare(const Picture& scene, const SceneView& view);
    void sum_row(const Picture& scene, unsigned y);

    Axis columns_, rows_;
    unsigned scene_width_ = 0, scene_height_ = 0;
    SceneView view_;  // of the axes; rebuilt when it changes
    std::vector<std::uint32_t> row_, total_;
};

}  // namespace k210
