#include "board/camera/gc2145.hpp"

#include <algorithm>

#include "board/camera/galaxycore.hpp"

namespace k210 {
namespace {

constexpr std::size_t kPage = 0x100, kPages = 4;
constexpr unsigned kWidth = 1600, kHeight = 1200;
constexpr unsigned kBorderWidth = 18, kBorderHeight = 16;  // a window of 1618x1216 delivers 1600x1200
enum : std::uint16_t {
    HBLANK = 0x05,
    VBLANK = 0x07,
    ROW_START = 0x09,
    COLUMN_START = 0x0b,
    WINDOW_HEIGHT = 0x0d,
    WINDOW_WIDTH = 0x0f,
    SHUTTER_DELAY = 0x12,
    ANALOG_MODE1 = 0x17,
    OUTPUT_FORMAT = 0x84,
    CROP_ENABLE = 0x90,
    CROP_Y = 0x91,
    CROP_X = 0x93,
    CROP_HEIGHT = 0x95,
    CROP_WIDTH = 0x97,
    SUBSAMPLE = 0x99,
    CHIP_ID_HIGH = 0xf0,
    CHIP_ID_LOW = 0xf1,
    PLL_MODE2 = 0xf8,
    SCALER_MODE = 0xfd,
    PAGE_SELECT = 0xfe,
};

constexpr RegisterValue kDefaults[] = {
    {HBLANK + 1, 0x6a},   {VBLANK + 1, 0x32},       {WINDOW_HEIGHT, 0x04}, {WINDOW_HEIGHT + 1, 0xc0},
    {WINDOW_WIDTH, 0x06}, {WINDOW_WIDTH + 1, 0x52}, {SHUTTER_DELAY, 0x2e}, {ANALOG_MODE1, 0x14},
    {CROP_HEIGHT, 0x04},  {CROP_HEIGHT + 1, 0xb0},  {CROP_WIDTH, 0x06},    {CROP_WIDTH + 1, 0x40},
    {SUBSAMPLE, 0x11},    {CHIP_ID_HIGH, 0x21},     {CHIP_ID_LOW, 0x45},   {PLL_MODE2, 0x84}};
constexpr SensorModel kModel{"gc2145", 1, kPages* kPage, kDefaults};

}  // namespace

Gc2145::Gc2145(CameraSource& scene, Log& log, Mounting mounting) : CameraSensor(kModel, scene, log, mounting) {}

std::size_t Gc2145::index_of(std::uint16_t address) const {
    return address >= CHIP_ID_HIGH ? address : kPage * (reg(PAGE_SELECT) % kPages) + address;
}

void Gc2145::write_index(std::size_t index, std::uint8_t value) {
    if (index == CHIP_ID_HIGH || index == CHIP_ID_LOW) return;
    if (index == PAGE_SELECT && value & 0x80) return power_on();
    put(index, value);
}

SensorView Gc2145::view() const {
    SensorView v;
    v.mirrored = reg(ANALOG_MODE1) & 1;
    v.upside_down = reg(ANALOG_MODE1) & 2;
    v.array_width = kWidth;
    v.array_height = kHeight;
    v.x = reg_pair(COLUMN_START);
    v.y = reg_pair(ROW_START);
    v.window_width = std::max(reg_pair(WINDOW_WIDTH), kBorderWidth) - kBorderWidth;
    v.window_height = std::max(reg_pair(WINDOW_HEIGHT), kBorderHeight) - kBorderHeight;
    const unsigned halved = reg(SCALER_MODE) & 1 ? 2 : 1;
    apply({.format = reg(OUTPUT_FORMAT),
           .across = halved * std::max<unsigned>(reg(SUBSAMPLE) & 0x0f, 1),
           .down = halved * std::max<unsigned>(reg(SUBSAMPLE) >> 4, 1),
           .cropped = (reg(CROP_ENABLE) & 1) != 0,
           .crop_x = reg_pair(CROP_X),
           .crop_y = reg_pair(CROP_Y),
           .crop_width = reg_pair(CROP_WIDTH),
           .crop_height = reg_pair(CROP_HEIGHT)},
          v);
    return v;
}

CameraSensor::Rate Gc2145::rate() const {
    const unsigned lines = (reg_pair(VBLANK) & 0x1fff) + reg_pair(WINDOW_HEIGHT);
    const unsigned line_cycles = (reg_pair(HBLANK) & 0xfff) + reg_pair(WINDOW_WIDTH) / 2 + reg(SHUTTER_DELAY) + 4;
    const unsigned multiplier = reg(PLL_MODE2) & 0x80 ? (reg(PLL_MODE2) & 0x3fu) + 1 : 1;
    return {std::uint64_t{line_cycles} * lines * 4 / multiplier, lines, std::min(lines, kHeight)};
}

}  // namespace k210
