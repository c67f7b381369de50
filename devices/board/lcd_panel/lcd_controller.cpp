#include "board/lcd_panel/lcd_controller.hpp"

namespace k210 {
namespace {

constexpr std::uint8_t formats(std::initializer_list<unsigned> values) {
    unsigned bits = 0;
    for (const unsigned value : values) bits |= 1u << value;
    return static_cast<std::uint8_t>(bits);
}

constexpr std::array<LcdController, 4> kControllers = {{
    {.name = "st7789",
     .id = {0x85, 0x85, 0x52},
     .has_id = true,
     .vendor_id_command = 0,
     .vendor_id = {},
     .vendor_id_bytes = 0,
     .pixel_formats = formats({3, 5, 6, 7}),
     .reads_18_bits = true,
     .all_pixels = false,
     .flips_glass = false,
     .has_brightness = true},
    {.name = "ili9486",
     .id = {0x54, 0x80, 0x66},
     .has_id = true,
     .vendor_id_command = 0xd3,
     .vendor_id = {0x00, 0x94, 0x86},
     .vendor_id_bytes = 3,
     .pixel_formats = formats({5, 6}),
     .reads_18_bits = false,
     .all_pixels = true,
     .flips_glass = false,
     .has_brightness = true},
    {.name = "ili9481",
     .id = {},
     .has_id = false,
     .vendor_id_command = 0xbf,
     .vendor_id = {0x02, 0x04, 0x94, 0x81, 0xff},
     .vendor_id_bytes = 5,
     .pixel_formats = formats({5, 6}),
     .reads_18_bits = false,
     .all_pixels = false,
     .flips_glass = true,
     .has_brightness = false},
    {.name = "nt35310",
     .id = {0x00, 0x80, 0x00},
     .has_id = true,
     .vendor_id_command = 0xd4,
     .vendor_id = {0x01, 0x53, 0x10},
     .vendor_id_bytes = 3,
     .pixel_formats = formats({5, 6, 7}),
     .reads_18_bits = false,
     .all_pixels = true,
     .flips_glass = false,
     .has_brightness = true},
}};

constexpr auto kNames = [] {
    std::array<std::string_view, kControllers.size()> names;
    for (std::size_t i = 0; i < names.size(); ++i) names[i] = kControllers[i].name;
    return names;
}();

}  // namespace

std::span<const LcdController> lcd_controllers() {
    return kControllers;
}

std::span<const std::string_view> lcd_controller_names() {
    return kNames;
}

}  // namespace k210
