// What a sensor's registers ask for: which part of what the lens shows, at what size, in which bytes.
#pragma once
#include <cstdint>
#include <vector>

#include "k210/host/area_scaler.hpp"
#include "k210/host/picture.hpp"

namespace k210 {

// The order in which a pixel's, or two pixels', bytes leave the sensor.
enum class PixelOrder : std::uint8_t { rgb565_high_first, rgb565_low_first, yuyv, yvyu, uyvy, vyuy, unknown };

// The array is all that the lens shows, in the sensor's own pixels.
struct SensorView : SceneView {
    // The first pixel read has another colour filter than the signal processor takes it for: the window begins one
    // column or one line off.
    bool filter_shifted = false;
    bool colour_bars = false;
    PixelOrder order = PixelOrder::rgb565_high_first;

    // Cuts the window down to the array, and the width to whole pixel pairs.
    void clamp();
};

// White, yellow, cyan, green, magenta, red, blue, black, from the left. [assumed]
void draw_colour_bars(Picture& frame);

// What the signal processor makes of pixels whose colour filters it mistakes for their neighbours': it takes greens for
// red and blue, and reds and blues for green. Exact where the scene is even over a few pixels. [assumed]
void mistake_filters(Picture& frame);

// Two bytes a pixel. YUV is BT.601 over the full range, U and V the mean of a pixel pair; RGB565 drops low bits.
// [assumed]
void encode(const Picture& frame, PixelOrder order, std::vector<std::uint8_t>& bytes);

}  // namespace k210
