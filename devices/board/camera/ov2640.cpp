#include "board/camera/ov2640.hpp"

#include <array>

namespace k210 {
namespace {

constexpr std::size_t kBank = 0x100;  // of the sensor; the DSP's is at 0
enum : std::uint16_t {
    R_BYPASS = 0x05,
    HSIZE = 0x51,
    VSIZE = 0x52,
    XOFFL = 0x53,
    YOFFL = 0x54,
    VHYX = 0x55,
    TEST = 0x57,
    ZMOW = 0x5a,
    ZMOH = 0x5b,
    ZMHH = 0x5c,
    SIZEL = 0x8c,
    HSIZE8 = 0xc0,
    VSIZE8 = 0xc1,
    CTRL0 = 0xc2,
    IMAGE_MODE = 0xda,
    BANK_SEL = 0xff,
    REG04 = kBank + 0x04,
    COM2 = kBank + 0x09,
    REG_PID = kBank + 0x0a,
    REG_VER = kBank + 0x0b,
    CLKRC = kBank + 0x11,
    COM7 = kBank + 0x12,
    MIDH = kBank + 0x1c,
    MIDL = kBank + 0x1d,
    FLL = kBank + 0x46,  // lines added to each frame, low byte
    FLH = kBank + 0x47,
};

struct Mode {
    unsigned width, height, line_cycles, lines;  // lines with blanking; 15, 30 and 60 frames/s at most, [doc]
};
constexpr Mode kUxga{1600, 1200, 1922, 1248}, kSvga{800, 600, 1190, 672}, kCif{400, 296, 1190, 336};

constexpr const Mode& mode_of(std::uint8_t com7) {
    return com7 & 0x40 ? kSvga : com7 & 0x20 ? kCif : kUxga;
}

PixelOrder order_of(std::uint8_t image_mode, bool v_first) {
    const bool low_first = image_mode & 0x01;
    if ((image_mode & 0x1c) == 0x08) return low_first ? PixelOrder::rgb565_low_first : PixelOrder::rgb565_high_first;
    if ((image_mode & 0x1c) != 0) return PixelOrder::unknown;
    if (low_first) return v_first ? PixelOrder::vyuy : PixelOrder::uyvy;
    return v_first ? PixelOrder::yvyu : PixelOrder::yuyv;
}

constexpr RegisterValue kDefaults[] = {
    {R_BYPASS, 0x01}, {HSIZE, 0x40},  {VSIZE, 0xf0},        {ZMOW, 0x58},         {ZMOH, 0x48},
    {0x86, 0x0d},     {HSIZE8, 0x80}, {VSIZE8, 0x60},       {0xc3, 0xff},         {0xe0, 0x04},
    {BANK_SEL, 0x7f}, {REG04, 0x20},  {REG_PID, 0x26},      {REG_VER, 0x42},      {kBank + 0x13, 0xc7},
    {MIDH, 0x7f},     {MIDL, 0xa2},   {kBank + 0x14, 0x50}, {kBank + 0x17, 0x11}, {kBank + 0x18, 0x75}};
constexpr SensorModel kModel{"ov2640", 1, 2 * kBank, kDefaults};

}  // namespace

Ov2640::Ov2640(CameraSource& scene, Log& log, Mounting mounting) : CameraSensor(kModel, scene, log, mounting) {}

std::size_t Ov2640::index_of(std::uint16_t address) const {
    return address == BANK_SEL || !(reg(BANK_SEL) & 1) ? address : kBank + address;
}

void Ov2640::write_index(std::size_t index, std::uint8_t value) {
    if (index == REG_PID || index == REG_VER || index == MIDH || index == MIDL) return;
    if (index == COM7 && value & 0x80) return power_on();
    put(index, value);
}

SensorView Ov2640::view() const {
    const Mode& mode = mode_of(reg(COM7));
    SensorView v;
    v.mirrored = reg(REG04) & 0x80;
    v.upside_down = reg(REG04) & 0x40;
    v.filter_shifted = v.upside_down != ((reg(REG04) & 0x10) != 0);
    v.colour_bars = reg(COM7) & 0x02;
    v.order = order_of(reg(IMAGE_MODE), reg(CTRL0) & 0x10);
    v.array_width = v.window_width = v.width = mode.width;
    v.array_height = v.window_height = v.height = mode.height;
    if (reg(R_BYPASS) & 1) return v;

    const unsigned sizel = reg(SIZEL), vhyx = reg(VHYX), zmhh = reg(ZMHH);
    v.array_width = (sizel & 0x40) << 5 | reg(HSIZE8) << 3 | (sizel >> 3 & 7);
    v.array_height = reg(VSIZE8) << 3 | (sizel & 7);
    v.x = (vhyx & 7) << 8 | reg(XOFFL);
    v.y = (vhyx >> 4 & 7) << 8 | reg(YOFFL);
    v.window_width = 4 * ((reg(TEST) & 0x80) << 2 | (vhyx & 8) << 5 | reg(HSIZE));
    v.window_height = 4 * ((vhyx & 0x80) << 1 | reg(VSIZE));
    v.width = 4 * ((zmhh & 3) << 8 | reg(ZMOW));
    v.height = 4 * ((zmhh & 4) << 6 | reg(ZMOH));
    return v;
}

CameraSensor::Rate Ov2640::rate() const {
    const Mode& mode = mode_of(reg(COM7));
    const unsigned added = unsigned{reg(FLH)} << 8 | reg(FLL), lines = mode.lines + added;
    const std::uint64_t cycles = std::uint64_t{mode.line_cycles} * lines * ((reg(CLKRC) & 0x3fu) + 1);
    return {reg(CLKRC) & 0x80 ? cycles / 2 : cycles, lines, mode.height, added};
}

bool Ov2640::standby() const {
    return reg(COM2) & 0x10;
}

}  // namespace k210
