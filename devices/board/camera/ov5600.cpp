#include "board/camera/ov5600.hpp"

#include <array>

namespace k210 {

void Ov5600::write_index(std::size_t index, std::uint8_t value) {
    if (index == CHIP_ID_HIGH || index == CHIP_ID_LOW) return;
    if (index == SYSTEM_CTROL0 && value & 0x80) return power_on();
    put(index, value);
}

PixelOrder Ov5600::order() const {
    static constexpr std::array kYuv{PixelOrder::yuyv, PixelOrder::yvyu, PixelOrder::uyvy, PixelOrder::vyuy};
    const std::uint8_t format = reg(FORMAT_CONTROL);
    const unsigned sequence = format & 0x0f;
    if (format >> 4 == 3 && sequence < kYuv.size()) return kYuv[sequence];
    if (format >> 4 == 6 && sequence == 1) return PixelOrder::rgb565_high_first;
    if (format >> 4 == 6 && sequence == 0x0f) return PixelOrder::rgb565_low_first;
    return PixelOrder::unknown;
}

}  // namespace k210
