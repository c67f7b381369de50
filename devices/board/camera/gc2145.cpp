#include "board/camera/gc2145.hpp"

#include <algorithm>

namespace k210 {
namespace {

using enum GalaxyCore::Register;
using enum GalaxyCore::OutputRegister;
constexpr std::size_t kPages = 4;
constexpr unsigned kWidth = 1600, kHeight = 1200;
constexpr std::uint16_t OUTPUT_FORMAT = 0x84;
enum : std::uint16_t { SHUTTER_DELAY = 0x12, PLL_MODE2 = 0xf8, SCALER_MODE = 0xfd };

constexpr RegisterValue kDefaults[] = {{HBLANK + 1, 0x6a},
                                       {VBLANK + 1, 0x32},
                                       {WINDOW_HEIGHT, 0x04},
                                       {WINDOW_HEIGHT + 1, 0xc0},
                                       {WINDOW_WIDTH, 0x06},
                                       {WINDOW_WIDTH + 1, 0x52},
                                       {SHUTTER_DELAY, 0x2e},
                                       {ANALOG_MODE1, 0x14},
                                       {OUTPUT_FORMAT + CROP_HEIGHT, 0x04},
                                       {OUTPUT_FORMAT + CROP_HEIGHT + 1, 0xb0},
                                       {OUTPUT_FORMAT + CROP_WIDTH, 0x06},
                                       {OUTPUT_FORMAT + CROP_WIDTH + 1, 0x40},
                                       {OUTPUT_FORMAT + SUBSAMPLE, 0x11},
                                       {CHIP_ID, 0x21},
                                       {CHIP_ID + 1, 0x45},
                                       {PLL_MODE2, 0x84}};
constexpr GalaxyCore::Model kModel{.sensor = {"gc2145", 1, kPages* GalaxyCore::kPage, kDefaults},
                                   .width = kWidth,
                                   .height = kHeight,
                                   .border_width = 18,  // a window of 1618x1216 delivers 1600x1200
                                   .border_height = 16,
                                   .output_format = OUTPUT_FORMAT,
                                   .id_bytes = 2};

}  // namespace

Gc2145::Gc2145(CameraSource& scene, Log& log, Mounting mounting) : GalaxyCore(kModel, scene, log, mounting) {}

unsigned Gc2145::divided_by() const {
    return reg(SCALER_MODE) & 1 ? 2 : 1;
}

CameraSensor::Rate Gc2145::rate() const {
    const unsigned lines = (reg_pair(VBLANK) & 0x1fff) + reg_pair(WINDOW_HEIGHT);
    const unsigned line_cycles = (reg_pair(HBLANK) & 0xfff) + reg_pair(WINDOW_WIDTH) / 2 + reg(SHUTTER_DELAY) + 4;
    const unsigned multiplier = reg(PLL_MODE2) & 0x80 ? (reg(PLL_MODE2) & 0x3fu) + 1 : 1;
    return {std::uint64_t{line_cycles} * lines * 4 / multiplier, lines, std::min(lines, kHeight)};
}

}  // namespace k210
