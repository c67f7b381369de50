#include "board/camera/gc0328.hpp"

#include <algorithm>

#include "board/camera/galaxycore.hpp"

namespace k210 {
namespace {

constexpr std::size_t kPage = 0x100;
constexpr unsigned kWidth = 640, kHeight = 480, kBorder = 8;  // a window of 648x488 delivers 640x480
enum : std::uint16_t {
    HBLANK = 0x05,
    VBLANK = 0x07,
    ROW_START = 0x09,
    COLUMN_START = 0x0b,
    WINDOW_HEIGHT = 0x0d,
    WINDOW_WIDTH = 0x0f,
    CISCTL_MODE1 = 0x17,
    OUTPUT_FORMAT = 0x44,
    CROP_ENABLE = 0x50,
    CROP_Y = 0x51,
    CROP_X = 0x53,
    CROP_HEIGHT = 0x55,
    CROP_WIDTH = 0x57,
    SUBSAMPLE = 0x59,
    CHIP_ID = 0xf0,
    PAGE_SELECT = 0xfe,
};

constexpr RegisterValue kDefaults[] = {
    {HBLANK + 1, 0x6a},      {VBLANK + 1, 0x70},       {WINDOW_HEIGHT, 0x01},  {WINDOW_HEIGHT + 1, 0xe8},
    {WINDOW_WIDTH, 0x02},    {WINDOW_WIDTH + 1, 0x88}, {CISCTL_MODE1, 0x14},   {CROP_HEIGHT, 0x01},
    {CROP_HEIGHT + 1, 0xe0}, {CROP_WIDTH, 0x02},       {CROP_WIDTH + 1, 0x80}, {SUBSAMPLE, 0x11},
    {CHIP_ID, 0x9d}};
constexpr SensorModel kModel{"gc0328", 1, 2 * kPage, kDefaults};

}  // namespace

Gc0328::Gc0328(CameraSource& scene, Log& log, Mounting mounting) : CameraSensor(kModel, scene, log, mounting) {}

std::size_t Gc0328::index_of(std::uint16_t address) const {
    return address >= CHIP_ID || !(reg(PAGE_SELECT) & 1) ? address : kPage + address;
}

void Gc0328::write_index(std::size_t index, std::uint8_t value) {
    if (index == CHIP_ID) return;
    if (index == PAGE_SELECT && value & 0x80) return power_on();
    put(index, value);
}

SensorView Gc0328::view() const {
    SensorView v;
    v.mirrored = reg(CISCTL_MODE1) & 1;
    v.upside_down = reg(CISCTL_MODE1) & 2;
    v.array_width = kWidth;
    v.array_height = kHeight;
    v.x = reg_pair(COLUMN_START);
    v.y = reg_pair(ROW_START);
    v.window_width = std::max(reg_pair(WINDOW_WIDTH), kBorder) - kBorder;
    v.window_height = std::max(reg_pair(WINDOW_HEIGHT), kBorder) - kBorder;
    apply({.format = reg(OUTPUT_FORMAT),
           .across = std::max<unsigned>(reg(SUBSAMPLE) & 0x0f, 1),
           .down = std::max<unsigned>(reg(SUBSAMPLE) >> 4, 1),
           .cropped = (reg(CROP_ENABLE) & 1) != 0,
           .crop_x = reg_pair(CROP_X),
           .crop_y = reg_pair(CROP_Y),
           .crop_width = reg_pair(CROP_WIDTH),
           .crop_height = reg_pair(CROP_HEIGHT)},
          v);
    return v;
}

CameraSensor::Rate Gc0328::rate() const {
    const unsigned lines = (reg_pair(VBLANK) & 0xfff) + reg_pair(WINDOW_HEIGHT);
    const unsigned line_cycles = (reg_pair(HBLANK) & 0xfff) + reg_pair(WINDOW_WIDTH) + 4;
    return {std::uint64_t{line_cycles} * lines, lines, std::min(lines, kHeight)};
}

}  // namespace k210
