#include "dvp/pixels.hpp"

#include <algorithm>

namespace k210 {
namespace {

std::uint8_t clamp_byte(int v) {
    return static_cast<std::uint8_t>(std::clamp(v, 0, 255));
}

void put(DvpLine& line, std::size_t i, std::uint8_t r, std::uint8_t g, std::uint8_t b) {
    line.r[i] = r;
    line.g[i] = g;
    line.b[i] = b;
    line.rgb565[i] = static_cast<std::uint16_t>((r & 0xf8) << 8 | (g & 0xfc) << 3 | b >> 3);
}

}  // namespace

void DvpLine::resize(std::size_t pixels) {
    r.resize(pixels);
    g.resize(pixels);
    b.resize(pixels);
    rgb565.resize(pixels);
}

void decode_rgb565(std::span<const std::uint8_t> bytes, DvpLine& line) {
    for (std::size_t i = 0; i < bytes.size() / 2; ++i) {
        const unsigned v = unsigned{bytes[2 * i]} << 8 | bytes[2 * i + 1];
        const unsigned r = v >> 11, g = v >> 5 & 0x3f, b = v & 0x1f;
        line.rgb565[i] = static_cast<std::uint16_t>(v);
        line.r[i] = static_cast<std::uint8_t>(r << 3 | r >> 2);
        line.g[i] = static_cast<std::uint8_t>(g << 2 | g >> 4);
        line.b[i] = static_cast<std::uint8_t>(b << 3 | b >> 2);
    }
}

void decode_yuv422(std::span<const std::uint8_t> bytes, DvpLine& line) {
    for (std::size_t i = 0; i + 1 < bytes.size() / 2; i += 2) {
        const std::uint8_t* pair = &bytes[2 * i];
        const int u = pair[0] - 128, v = pair[2] - 128;
        const int red = (359 * v + 128) >> 8, green = (-88 * u - 183 * v + 128) >> 8, blue = (454 * u + 128) >> 8;
        for (const std::size_t k : {0u, 1u}) {
            const int y = pair[1 + 2 * k];
            put(line, i + k, clamp_byte(y + red), clamp_byte(y + green), clamp_byte(y + blue));
        }
    }
}

void decode_luma(std::span<const std::uint8_t> bytes, DvpLine& line) {
    for (std::size_t i = 0; i < bytes.size() / 2; ++i)
        put(line, i, bytes[2 * i + 1], bytes[2 * i + 1], bytes[2 * i + 1]);
}

void store_display(std::span<const std::uint16_t> pixels, std::uint8_t* out) {
    for (std::size_t i = 0; i + 1 < pixels.size(); i += 2, out += 4) {
        out[0] = static_cast<std::uint8_t>(pixels[i + 1]);
        out[1] = static_cast<std::uint8_t>(pixels[i + 1] >> 8);
        out[2] = static_cast<std::uint8_t>(pixels[i]);
        out[3] = static_cast<std::uint8_t>(pixels[i] >> 8);
    }
}

}  // namespace k210
