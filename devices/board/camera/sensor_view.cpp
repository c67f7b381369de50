#include "board/camera/sensor_view.hpp"

#include <algorithm>
#include <array>

namespace k210 {
namespace {

void put_rgb565(const std::uint8_t* rgb, bool high_first, std::uint8_t* out) {
    const auto high = static_cast<std::uint8_t>((rgb[0] & 0xf8) | (rgb[1] >> 5));
    const auto low = static_cast<std::uint8_t>(((rgb[1] << 3) & 0xe0) | (rgb[2] >> 3));
    out[0] = high_first ? high : low;
    out[1] = high_first ? low : high;
}

// BT.601 in 1/256; each row sums to 256 or 0, so that grey stays exactly grey.
std::uint8_t luma(const std::uint8_t* rgb) {
    return static_cast<std::uint8_t>((77 * rgb[0] + 150 * rgb[1] + 29 * rgb[2] + 128) >> 8);
}
std::uint8_t chroma(int weighted_sum_of_two) {
    return static_cast<std::uint8_t>(std::clamp(((weighted_sum_of_two + 256) >> 9) + 128, 0, 255));
}

void put_yuv422(const std::uint8_t* a, const std::uint8_t* b, PixelOrder order, std::uint8_t* out) {
    const int red = a[0] + b[0], green = a[1] + b[1], blue = a[2] + b[2];
    const std::uint8_t u = chroma(-43 * red - 85 * green + 128 * blue);
    const std::uint8_t v = chroma(128 * red - 107 * green - 21 * blue);
    const bool luma_first = order == PixelOrder::yuyv || order == PixelOrder::yvyu;
    const bool u_first = order == PixelOrder::yuyv || order == PixelOrder::uyvy;
    out[luma_first ? 0 : 1] = luma(a);
    out[luma_first ? 2 : 3] = luma(b);
    out[luma_first ? 1 : 0] = u_first ? u : v;
    out[luma_first ? 3 : 2] = u_first ? v : u;
}

bool is_yuv(PixelOrder order) {
    return order == PixelOrder::yuyv || order == PixelOrder::yvyu || order == PixelOrder::uyvy ||
           order == PixelOrder::vyuy;
}

}  // namespace

void SensorView::clamp() {
    x = std::min(x, array_width);
    y = std::min(y, array_height);
    window_width = std::min(window_width, array_width - x);
    window_height = std::min(window_height, array_height - y);
    width &= ~1u;
}

void draw_colour_bars(Picture& frame) {
    static constexpr std::array<std::array<std::uint8_t, 3>, 8> kBars{{{255, 255, 255},
                                                                       {255, 255, 0},
                                                                       {0, 255, 255},
                                                                       {0, 255, 0},
                                                                       {255, 0, 255},
                                                                       {255, 0, 0},
                                                                       {0, 0, 255},
                                                                       {0, 0, 0}}};
    for (unsigned y = 0; y < frame.height; ++y)
        for (unsigned x = 0; x < frame.width; ++x)
            std::copy_n(kBars[std::size_t{x} * kBars.size() / frame.width].begin(), 3, frame.at(x, y));
}

void mistake_filters(Picture& frame) {
    for (std::size_t i = 0; i < frame.rgb.size(); i += 3) {
        std::uint8_t* rgb = &frame.rgb[i];
        const std::uint8_t green = rgb[1];
        rgb[1] = static_cast<std::uint8_t>((rgb[0] + rgb[2]) / 2);
        rgb[0] = rgb[2] = green;
    }
}

void encode(const Picture& frame, PixelOrder order, std::vector<std::uint8_t>& bytes) {
    const std::size_t pixels = std::size_t{frame.width} * frame.height;
    bytes.resize(pixels * 2);
    const std::uint8_t* rgb = frame.rgb.data();
    if (!is_yuv(order)) {
        const bool high_first = order != PixelOrder::rgb565_low_first;
        for (std::size_t i = 0; i < pixels; ++i) put_rgb565(rgb + 3 * i, high_first, &bytes[2 * i]);
        return;
    }
    for (std::size_t i = 0; i < pixels; i += 2) put_yuv422(rgb + 3 * i, rgb + 3 * i + 3, order, &bytes[2 * i]);
}

}  // namespace k210
