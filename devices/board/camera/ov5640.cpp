#include "board/camera/ov5640.hpp"

#include <algorithm>
#include <array>

namespace k210 {
namespace {

enum : std::uint16_t {
    SC_PLL_CTRL0 = 0x3034,
    SC_PLL_CTRL1 = 0x3035,
    SC_PLL_CTRL2 = 0x3036,
    SC_PLL_CTRL3 = 0x3037,
    SYSTEM_ROOT_DIVIDER = 0x3108,
};

}  // namespace

Ov5640::Ov5640(CameraSource& scene, Log& log, Mounting mounting)
    : Ov5640(
          [] {
              static constexpr RegisterValue kDefaults[] = {
                  {SYSTEM_CTROL0, 0x02},    {CHIP_ID_HIGH, 0x56}, {CHIP_ID_LOW, 0x40},      {SC_PLL_CTRL0, 0x1a},
                  {SC_PLL_CTRL1, 0x11},     {SC_PLL_CTRL2, 0x69}, {SC_PLL_CTRL3, 0x03},     {SYSTEM_ROOT_DIVIDER, 0x16},
                  {TIMING_VS + 1, 0x04},    {TIMING_HW, 0x0a},    {TIMING_HW + 1, 0x3f},    {TIMING_VH, 0x07},
                  {TIMING_VH + 1, 0x9b},    {TIMING_DVPHO, 0x0a}, {TIMING_DVPHO + 1, 0x20}, {TIMING_DVPVO, 0x07},
                  {TIMING_DVPVO + 1, 0x98}, {TIMING_HTS, 0x0b},   {TIMING_HTS + 1, 0x1c},   {TIMING_VTS, 0x07},
                  {TIMING_VTS + 1, 0xb0},   {TIMING_Y_INC, 0x11}, {TIMING_TC_REG20, 0x40},  {FORMAT_CONTROL, 0xf8}};
              return SensorModel{"ov5640", 2, kRegisters, kDefaults};
          }(),
          Array{2624, 1952},  // with the border that 0x3800-0x3807 count
          scene, log, mounting) {}

SensorView Ov5640::view() const {
    SensorView v;
    v.mirrored = reg(TIMING_TC_REG21) & 0x06;
    v.upside_down = reg(TIMING_TC_REG20) & 0x06;
    v.colour_bars = reg(PRE_ISP_TEST) & 0x80;
    v.order = order();
    v.array_width = array_.width;
    v.array_height = array_.height;
    v.x = reg_pair(TIMING_HS);
    v.y = reg_pair(TIMING_VS);
    v.window_width = std::max(reg_pair(TIMING_HW) + 1, v.x) - v.x;
    v.window_height = std::max(reg_pair(TIMING_VH) + 1, v.y) - v.y;
    v.width = std::min(reg_pair(TIMING_DVPHO), array_.width);
    v.height = std::min(reg_pair(TIMING_DVPVO), array_.height);
    return v;
}

CameraSensor::Rate Ov5640::rate() const {
    const unsigned lines = reg_pair(TIMING_VTS), y_inc = reg(TIMING_Y_INC);
    const unsigned read_lines = view().window_height / std::max((y_inc >> 4) + (y_inc & 15), 2u) * 2;
    return {frame_cycles(), lines, std::min(lines, read_lines)};
}

// SCLK, in which HTS counts, is XCLK times the multiplier over the pre-, system, root, bit and SCLK dividers.
std::uint64_t Ov5640::frame_cycles() const {
    static constexpr std::array<unsigned, 9> kTwicePreDivider{2, 2, 4, 6, 8, 3, 12, 5, 16};  // 5: 1.5, 7: 2.5
    const unsigned pre = kTwicePreDivider[std::min(reg(SC_PLL_CTRL3) & 0x0f, 8)];
    const unsigned system = std::max(reg(SC_PLL_CTRL1) >> 4, 1), root = reg(SC_PLL_CTRL3) & 0x10 ? 2 : 1;
    const unsigned bits = reg(SC_PLL_CTRL0) & 0x0f, twice_bit = bits == 10 ? 5 : bits == 8 ? 4 : 2;
    const unsigned sclk = 1u << (reg(SYSTEM_ROOT_DIVIDER) & 3);
    const unsigned multiplier = std::max<unsigned>(reg(SC_PLL_CTRL2), 1);
    return total_cycles() * pre * system * root * twice_bit * sclk / (4 * multiplier);
}

}  // namespace k210
