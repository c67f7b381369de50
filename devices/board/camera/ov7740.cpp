#include "board/camera/ov7740.hpp"

#include <algorithm>
#include <array>

namespace k210 {
namespace {

enum : std::uint16_t {
    PIDH = 0x0a,
    PIDL = 0x0b,
    REG0C = 0x0c,
    CLK = 0x11,
    REG12 = 0x12,
    REG16 = 0x16,
    HSIZE = 0x18,
    VSIZE = 0x1a,
    MIDH = 0x1c,
    MIDL = 0x1d,
    HTS_LOW = 0x29,
    HTS_HIGH = 0x2a,
    VTS_LOW = 0x2b,
    VTS_HIGH = 0x2c,
    HOUTSIZE = 0x31,
    VOUTSIZE = 0x32,
    OUTSIZE_LSB = 0x34,
    PLL = 0x55,
    COLOUR_BAR = 0x84,
};
constexpr unsigned kWidth = 640, kHeight = 480;

constexpr RegisterValue kDefaults[] = {{PIDH, 0x77},     {PIDL, 0x42},    {REG0C, 0x02},    {HSIZE, 0xa0},
                                       {VSIZE, 0xf0},    {MIDH, 0x7f},    {MIDL, 0xa2},     {HTS_LOW, 0x18},
                                       {HTS_HIGH, 0x03}, {VTS_LOW, 0xf8}, {VTS_HIGH, 0x01}, {HOUTSIZE, 0xa0},
                                       {VOUTSIZE, 0xf0}, {PLL, 0x40}};
constexpr SensorModel kModel{"ov7740", 1, 0x100, kDefaults};

}  // namespace

Ov7740::Ov7740(CameraSource& scene, Log& log, Mounting mounting) : CameraSensor(kModel, scene, log, mounting) {}

void Ov7740::write_index(std::size_t index, std::uint8_t value) {
    if (index == PIDH || index == PIDL || index == MIDH || index == MIDL) return;
    if (index == REG12 && value & 0x80) return power_on();
    put(index, value);
}

SensorView Ov7740::view() const {
    SensorView v;
    v.mirrored = reg(REG0C) & 0x40;
    v.upside_down = reg(REG0C) & 0x80;
    v.filter_shifted = v.mirrored != ((reg(REG16) & 0x01) != 0);
    v.colour_bars = reg(COLOUR_BAR) & 0x02;
    v.order = reg(REG12) & 1 ? PixelOrder::unknown : reg(REG0C) & 0x10 ? PixelOrder::yuyv : PixelOrder::uyvy;
    v.array_width = kWidth;
    v.array_height = kHeight;
    v.window_width = 4u * reg(HSIZE);
    v.window_height = 2u * reg(VSIZE);
    v.width = 4u * reg(HOUTSIZE) | (reg(OUTSIZE_LSB) >> 1 & 3u);
    v.height = 2u * reg(VOUTSIZE) | (reg(OUTSIZE_LSB) & 1u);
    return v;
}

// The array reads one pixel per XCLK cycle when the PLL multiplies by four: 60 frames/s at 24 MHz.
CameraSensor::Rate Ov7740::rate() const {
    static constexpr std::array<unsigned, 4> kMultiplier{1, 4, 6, 8};
    const unsigned lines = reg(VTS_HIGH) << 8 | reg(VTS_LOW);
    const unsigned line_cycles = reg(HTS_HIGH) << 8 | reg(HTS_LOW);
    const std::uint64_t cycles = std::uint64_t{line_cycles} * lines * ((reg(CLK) & 0x3fu) + 1);
    return {cycles * 4 / kMultiplier[reg(PLL) >> 6], lines, std::min(lines, kHeight)};
}

}  // namespace k210
