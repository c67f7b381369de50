// Scales the scene to what a sensor delivers: every output pixel is the mean of the area it covers, in integers.
// Where areas and pixels coincide the result is the scene's own bytes.
#pragma once
#include <cstdint>
#include <vector>

#include "board/camera/sensor_view.hpp"

namespace k210 {

class AreaScaler {
public:
    // The scene fills the sensor's array: its middle is used where the shapes differ. `view` must not be empty.
    void scale(const Picture& scene, const SensorView& view, Picture& frame);

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
    void prepare(const Picture& scene, const SensorView& view);
    void sum_row(const Picture& scene, unsigned y);

    Axis columns_, rows_;
    unsigned scene_width_ = 0, scene_height_ = 0;
    SensorView view_;  // of the axes; rebuilt when it changes
    std::vector<std::uint32_t> row_, total_;
};

}  // namespace k210
