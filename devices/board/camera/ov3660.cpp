#include "board/camera/ov3660.hpp"

#include <algorithm>
#include <array>

namespace k210 {
namespace {

enum : std::uint16_t { PLL_MULTIPLIER = 0x303b, PLL_SYSTEM_DIVIDER = 0x303c, PLL_DIVIDERS = 0x303d };
constexpr unsigned kWidth = 2080, kHeight = 1546;  // with the border that 0x3800-0x3807 count

}  // namespace

Ov3660::Ov3660(CameraSource& scene, Log& log, Mounting mounting)
    : Ov5640(
          [] {
              static constexpr RegisterValue kDefaults[] = {
                  {SYSTEM_CTROL0, 0x02},      {CHIP_ID_HIGH, 0x36},   {CHIP_ID_LOW, 0x60},  {PLL_MULTIPLIER, 0x10},
                  {PLL_SYSTEM_DIVIDER, 0x11}, {PLL_DIVIDERS, 0x30},   {TIMING_HW, 0x08},    {TIMING_HW + 1, 0x1f},
                  {TIMING_VH, 0x06},          {TIMING_VH + 1, 0x09},  {TIMING_DVPHO, 0x08}, {TIMING_DVPVO, 0x06},
                  {TIMING_HTS, 0x08},         {TIMING_HTS + 1, 0xfc}, {TIMING_VTS, 0x06},   {TIMING_VTS + 1, 0x20},
                  {TIMING_Y_INC, 0x11},       {FORMAT_CONTROL, 0xf8}};
              return SensorModel{"ov3660", 2, kRegisters, kDefaults};
          }(),
          {kWidth, kHeight}, scene, log, mounting) {}

// SCLK, in which HTS counts, is a quarter of the PLL's clock.
std::uint64_t Ov3660::frame_cycles() const {
    static constexpr std::array<unsigned, 4> kTwicePreDivider{2, 3, 4, 6}, kTwiceSeld5{2, 2, 4, 5};
    const std::uint8_t dividers = reg(PLL_DIVIDERS);
    const unsigned multiplier = std::max(reg(PLL_MULTIPLIER) & 0x1fu, 1u);
    const unsigned system = std::max(reg(PLL_SYSTEM_DIVIDER) & 0x0fu, 1u), root = dividers & 0x04 ? 2 : 1;
    return total_cycles() * kTwicePreDivider[dividers >> 4 & 3] * system * root * kTwiceSeld5[dividers & 3] /
           multiplier;
}

}  // namespace k210
