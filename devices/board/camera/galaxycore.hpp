// What GalaxyCore's GC0328 and GC2145 have in common: the output format register, and windows that are subsampled and
// then cropped.
#pragma once
#include <cstdint>

#include "board/camera/sensor_view.hpp"

namespace k210 {

struct GalaxyCoreOutput {
    std::uint8_t format;
    unsigned across, down;  // one pixel of so many is sent
    bool cropped;           // counted in pixels that are sent
    unsigned crop_x, crop_y, crop_width, crop_height;
};

// `view` holds the window on the array.
void apply(const GalaxyCoreOutput& output, SensorView& view);

}  // namespace k210
