// What the DVP makes of a line of bytes from the sensor.
// RGB: high byte first; YUV: U Y V Y. Both follow from what MaixPy and the SDK's demos make their sensors send for the
// format they set: [sdk] MaixPy omv/ov2640.c:177-183, gc0328.c:218, ov5640.c:101-104; demo dvp_ov/ov2640.c:200.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace k210 {

struct DvpLine {
    std::vector<std::uint8_t> r, g, b;
    std::vector<std::uint16_t> rgb565;

    void resize(std::size_t pixels);
};

// `bytes` holds two bytes for each pixel of the line. Colour conversion is BT.601 over the full range, 565 drops low
// bits, and RGB565 gets its own high bits as low bits on the way to eight. [assumed]
void decode_rgb565(std::span<const std::uint8_t> bytes, DvpLine& line);
void decode_yuv422(std::span<const std::uint8_t> bytes, DvpLine& line);
void decode_luma(std::span<const std::uint8_t> bytes, DvpLine& line);  // of YUV: r, g and b are all Y

// Display memory: 32-bit words with the left pixel of a pair in the upper half. The SDK's LCD code sends such words
// most significant byte first, and MaixPy's sensor.c reverses all four bytes to get big-endian pixels.
void store_display(std::span<const std::uint16_t> pixels, std::uint8_t* out);

}  // namespace k210
