#include "board/camera/ov5642.hpp"

#include <algorithm>

namespace k210 {
namespace {

enum : std::uint16_t {
    PLL_MULTIPLIER = 0x3011,
    ARRAY_CONTROL_01 = 0x3621,
    TIMING_CONTROL_18 = 0x3818,
};
constexpr unsigned kWidth = 2592, kHeight = 1944;

}  // namespace

Ov5642::Ov5642(CameraSource& scene, Log& log, Mounting mounting)
    : Ov5600(
          [] {
              static constexpr RegisterValue kDefaults[] = {
                  {SYSTEM_CTROL0, 0x02},    {CHIP_ID_HIGH, 0x56},      {CHIP_ID_LOW, 0x42},   {PLL_MULTIPLIER, 0x08},
                  {ARRAY_CONTROL_01, 0x09}, {TIMING_CONTROL_18, 0xc0}, {TIMING_HW, 0x0a},     {TIMING_HW + 1, 0x20},
                  {TIMING_VH, 0x07},        {TIMING_VH + 1, 0x98},     {TIMING_DVPHO, 0x0a},  {TIMING_DVPHO + 1, 0x20},
                  {TIMING_DVPVO, 0x07},     {TIMING_DVPVO + 1, 0x98},  {TIMING_HTS, 0x0c},    {TIMING_HTS + 1, 0x80},
                  {TIMING_VTS, 0x07},       {TIMING_VTS + 1, 0xd0},    {FORMAT_CONTROL, 0xf8}};
              return SensorModel{"ov5642", 2, kRegisters, kDefaults};
          }(),
          scene, log, mounting) {}

SensorView Ov5642::view() const {
    const unsigned across = reg(ARRAY_CONTROL_01) & 0x80 ? 2 : 1, down = reg(TIMING_CONTROL_18) & 0x01 ? 2 : 1;
    SensorView v;
    v.mirrored = !(reg(TIMING_CONTROL_18) & 0x40);
    v.upside_down = reg(TIMING_CONTROL_18) & 0x20;
    v.order = order();
    v.array_width = kWidth;
    v.array_height = kHeight;
    v.window_width = std::min(reg_pair(TIMING_HW) * across, kWidth);
    v.window_height = std::min(reg_pair(TIMING_VH) * down, kHeight);
    v.x = (kWidth - v.window_width) / 2;
    v.y = (kHeight - v.window_height) / 2;
    v.width = std::min(reg_pair(TIMING_DVPHO), kWidth);
    v.height = std::min(reg_pair(TIMING_DVPVO), kHeight);
    return v;
}

CameraSensor::Rate Ov5642::rate() const {
    const unsigned multiplier = std::max(reg(PLL_MULTIPLIER) & 0x3fu, 1u);
    const unsigned lines = reg_pair(TIMING_VTS);
    return {total_cycles() * 6 / multiplier, lines, std::min(lines, reg_pair(TIMING_VH))};
}

}  // namespace k210
