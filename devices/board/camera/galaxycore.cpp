#include "board/camera/galaxycore.hpp"

#include <algorithm>

namespace k210 {
namespace {

PixelOrder order_of(std::uint8_t format) {
    switch (format & 0x1f) {
        case 0: return PixelOrder::uyvy;
        case 1: return PixelOrder::vyuy;
        case 2: return PixelOrder::yuyv;
        case 3: return PixelOrder::yvyu;
        case 6: return PixelOrder::rgb565_high_first;
        default: return PixelOrder::unknown;
    }
}

}  // namespace

void apply(const GalaxyCoreOutput& output, SensorView& v) {
    v.order = order_of(output.format);
    v.clamp();
    v.width = v.window_width / output.across;
    v.height = v.window_height / output.down;
    if (output.cropped) {
        const unsigned x = std::min(output.crop_x, v.width), y = std::min(output.crop_y, v.height);
        v.x += x * output.across;
        v.y += y * output.down;
        v.width = std::min(output.crop_width, v.width - x);
        v.height = std::min(output.crop_height, v.height - y);
    }
    v.window_width = v.width * output.across;
    v.window_height = v.height * output.down;
}

}  // namespace k210
