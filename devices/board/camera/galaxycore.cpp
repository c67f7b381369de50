#include "board/camera/galaxycore.hpp"

#include <algorithm>

namespace k210 {

std::size_t GalaxyCore::index_of(std::uint16_t address) const {
    const std::size_t pages = model_.sensor.registers / kPage;
    return address >= CHIP_ID ? address : kPage * (reg(PAGE_SELECT) % pages) + address;
}

void GalaxyCore::write_index(std::size_t index, std::uint8_t value) {
    if (index >= CHIP_ID && index < CHIP_ID + model_.id_bytes) return;
    if (index == PAGE_SELECT && value & 0x80) return power_on();
    put(index, value);
}

PixelOrder GalaxyCore::order() const {
    switch (reg(model_.output_format) & 0x1f) {
        case 0: return PixelOrder::uyvy;
        case 1: return PixelOrder::vyuy;
        case 2: return PixelOrder::yuyv;
        case 3: return PixelOrder::yvyu;
        case 6: return PixelOrder::rgb565_high_first;
        default: return PixelOrder::unknown;
    }
}

SensorView GalaxyCore::view() const {
    SensorView v;
    v.mirrored = reg(ANALOG_MODE1) & 1;
    v.upside_down = reg(ANALOG_MODE1) & 2;
    v.array_width = model_.width;
    v.array_height = model_.height;
    v.x = reg_pair(COLUMN_START);
    v.y = reg_pair(ROW_START);
    v.window_width = std::max(reg_pair(WINDOW_WIDTH), model_.border_width) - model_.border_width;
    v.window_height = std::max(reg_pair(WINDOW_HEIGHT), model_.border_height) - model_.border_height;
    v.order = order();
    v.clamp();
    // One pixel of so many is sent; cropping counts pixels that are sent.
    const unsigned across = divided_by() * std::max(output(SUBSAMPLE) & 0x0f, 1u);
    const unsigned down = divided_by() * std::max(output(SUBSAMPLE) >> 4, 1u);
    v.width = v.window_width / across;
    v.height = v.window_height / down;
    if (output(CROP_ENABLE) & 1) {
        const unsigned x = std::min(output_pair(CROP_X), v.width), y = std::min(output_pair(CROP_Y), v.height);
        v.x += x * across;
        v.y += y * down;
        v.width = std::min(output_pair(CROP_WIDTH), v.width - x);
        v.height = std::min(output_pair(CROP_HEIGHT), v.height - y);
    }
    v.window_width = v.width * across;
    v.window_height = v.height * down;
    return v;
}

}  // namespace k210
