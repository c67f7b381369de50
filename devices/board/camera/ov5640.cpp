#include "board/camera/ov5640.hpp"

#include <algorithm>
#include <array>

namespace k210 {
namespace {

enum : std::uint16_t {
    SYSTEM_CTROL0 = 0x3008,
    CHIP_ID_HIGH = 0x300a,
    CHIP_ID_LOW = 0x300b,
    SC_PLL_CTRL0 = 0x3034,
    SC_PLL_CTRL1 = 0x3035,
    SC_PLL_CTRL2 = 0x3036,
    SC_PLL_CTRL3 = 0x3037,
    SYSTEM_ROOT_DIVIDER = 0x3108,
    TIMING_HS = 0x3800,
    TIMING_VS = 0x3802,
    TIMING_HW = 0x3804,
    TIMING_VH = 0x3806,
    TIMING_DVPHO = 0x3808,
    TIMING_DVPVO = 0x380a,
    TIMING_HTS = 0x380c,
    TIMING_VTS = 0x380e,
    TIMING_Y_INC = 0x3815,
    TIMING_TC_REG20 = 0x3820,
    TIMING_TC_REG21 = 0x3821,
    FORMAT_CONTROL = 0x4300,
    PRE_ISP_TEST = 0x503d,
};
constexpr unsigned kWidth = 2624, kHeight = 1952;  // with the border that 0x3800-0x3807 count

PixelOrder order_of(std::uint8_t format) {
    static constexpr std::array kYuv{PixelOrder::yuyv, PixelOrder::yvyu, PixelOrder::uyvy, PixelOrder::vyuy};
    const unsigned sequence = format & 0x0f;
    if (format >> 4 == 3 && sequence < kYuv.size()) return kYuv[sequence];
    if (format >> 4 == 6 && sequence == 1) return PixelOrder::rgb565_high_first;
    if (format >> 4 == 6 && sequence == 0x0f) return PixelOrder::rgb565_low_first;
    return PixelOrder::unknown;
}

constexpr RegisterValue kDefaults[] = {
    {SYSTEM_CTROL0, 0x02},    {CHIP_ID_HIGH, 0x56}, {CHIP_ID_LOW, 0x40},      {SC_PLL_CTRL0, 0x1a},
    {SC_PLL_CTRL1, 0x11},     {SC_PLL_CTRL2, 0x69}, {SC_PLL_CTRL3, 0x03},     {SYSTEM_ROOT_DIVIDER, 0x16},
    {TIMING_VS + 1, 0x04},    {TIMING_HW, 0x0a},    {TIMING_HW + 1, 0x3f},    {TIMING_VH, 0x07},
    {TIMING_VH + 1, 0x9b},    {TIMING_DVPHO, 0x0a}, {TIMING_DVPHO + 1, 0x20}, {TIMING_DVPVO, 0x07},
    {TIMING_DVPVO + 1, 0x98}, {TIMING_HTS, 0x0b},   {TIMING_HTS + 1, 0x1c},   {TIMING_VTS, 0x07},
    {TIMING_VTS + 1, 0xb0},   {TIMING_Y_INC, 0x11}, {TIMING_TC_REG20, 0x40},  {FORMAT_CONTROL, 0xf8}};
constexpr SensorModel kModel{"ov5640", 2, 0x10000, kDefaults};

}  // namespace

Ov5640::Ov5640(CameraSource& scene, Log& log, Mounting mounting) : CameraSensor(kModel, scene, log, mounting) {}

void Ov5640::write_index(std::size_t index, std::uint8_t value) {
    if (index == CHIP_ID_HIGH || index == CHIP_ID_LOW) return;
    if (index == SYSTEM_CTROL0 && value & 0x80) return power_on();
    put(index, value);
}

SensorView Ov5640::view() const {
    SensorView v;
    v.mirrored = reg(TIMING_TC_REG21) & 0x06;
    v.upside_down = reg(TIMING_TC_REG20) & 0x06;
    v.colour_bars = reg(PRE_ISP_TEST) & 0x80;
    v.order = order_of(reg(FORMAT_CONTROL));
    v.array_width = kWidth;
    v.array_height = kHeight;
    v.x = reg_pair(TIMING_HS);
    v.y = reg_pair(TIMING_VS);
    v.window_width = std::max(reg_pair(TIMING_HW) + 1, v.x) - v.x;
    v.window_height = std::max(reg_pair(TIMING_VH) + 1, v.y) - v.y;
    v.width = std::min(reg_pair(TIMING_DVPHO), kWidth);
    v.height = std::min(reg_pair(TIMING_DVPVO), kHeight);
    return v;
}

// SCLK, in which HTS counts, is XCLK times the multiplier over the pre-, system, root, bit and SCLK dividers.
CameraSensor::Rate Ov5640::rate() const {
    static constexpr std::array<unsigned, 9> kTwicePreDivider{2, 2, 4, 6, 8, 3, 12, 5, 16};  // 5: 1.5, 7: 2.5
    const unsigned pre = kTwicePreDivider[std::min(reg(SC_PLL_CTRL3) & 0x0f, 8)];
    const unsigned system = std::max(reg(SC_PLL_CTRL1) >> 4, 1), root = reg(SC_PLL_CTRL3) & 0x10 ? 2 : 1;
    const unsigned bits = reg(SC_PLL_CTRL0) & 0x0f, twice_bit = bits == 10 ? 5 : bits == 8 ? 4 : 2;
    const unsigned sclk = 1u << (reg(SYSTEM_ROOT_DIVIDER) & 3);
    const unsigned multiplier = std::max<unsigned>(reg(SC_PLL_CTRL2), 1);
    const unsigned lines = reg_pair(TIMING_VTS), y_inc = reg(TIMING_Y_INC);
    const unsigned read_lines = view().window_height / std::max((y_inc >> 4) + (y_inc & 15), 2u) * 2;
    const std::uint64_t cycles = std::uint64_t{reg_pair(TIMING_HTS)} * lines * pre * system * root * twice_bit * sclk;
    return {cycles / (4 * multiplier), lines, std::min(lines, read_lines)};
}

bool Ov5640::standby() const {
    return reg(SYSTEM_CTROL0) & 0x40;
}

}  // namespace k210
