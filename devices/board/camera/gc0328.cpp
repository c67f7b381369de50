#include "board/camera/gc0328.hpp"

#include <algorithm>

namespace k210 {
namespace {

using enum GalaxyCore::Register;
using enum GalaxyCore::OutputRegister;
constexpr unsigned kWidth = 640, kHeight = 480, kBorder = 8;  // a window of 648x488 delivers 640x480
constexpr std::uint16_t OUTPUT_FORMAT = 0x44;

constexpr RegisterValue kDefaults[] = {{HBLANK + 1, 0x6a},
                                       {VBLANK + 1, 0x70},
                                       {WINDOW_HEIGHT, 0x01},
                                       {WINDOW_HEIGHT + 1, 0xe8},
                                       {WINDOW_WIDTH, 0x02},
                                       {WINDOW_WIDTH + 1, 0x88},
                                       {ANALOG_MODE1, 0x14},
                                       {OUTPUT_FORMAT + CROP_HEIGHT, 0x01},
                                       {OUTPUT_FORMAT + CROP_HEIGHT + 1, 0xe0},
                                       {OUTPUT_FORMAT + CROP_WIDTH, 0x02},
                                       {OUTPUT_FORMAT + CROP_WIDTH + 1, 0x80},
                                       {OUTPUT_FORMAT + SUBSAMPLE, 0x11},
                                       {CHIP_ID, 0x9d}};
constexpr GalaxyCore::Model kModel{.sensor = {"gc0328", 1, 2 * GalaxyCore::kPage, kDefaults},
                                   .width = kWidth,
                                   .height = kHeight,
                                   .border_width = kBorder,
                                   .border_height = kBorder,
                                   .output_format = OUTPUT_FORMAT,
                                   .id_bytes = 1};

}  // namespace

Gc0328::Gc0328(CameraSource& scene, Log& log, Mounting mounting) : GalaxyCore(kModel, scene, log, mounting) {}

// A pixel is two bytes on D7..D0, one with each cycle: 30 frames/s at 24 MHz with MaixPy's registers. That agrees with
// two frame starts for each picture and pause of 20 ms [measured], fermiums22/K210_AI_V7s_Plus@b2e67f1 logs/.
CameraSensor::Rate Gc0328::rate() const {
    const unsigned lines = (reg_pair(VBLANK) & 0xfff) + reg_pair(WINDOW_HEIGHT);
    const unsigned line_cycles = (reg_pair(HBLANK) & 0xfff) + reg_pair(WINDOW_WIDTH) + 4;
    return {std::uint64_t{2} * line_cycles * lines, lines, std::min(lines, kHeight)};
}

}  // namespace k210
