// What tells one LCD controller with MIPI DCS commands from another: what it answers, and what it can do.
//
// ids: ST7789V data sheet 9.1.2 (04h: 85 85 52); ILI9486 data sheet (04h: 54 80 66, D3h: 00 94 86); ILI9481 data sheet
// (BFh: 02 04 94 81 FF, no 04h) [doc]; the same, and NT35310's D4h: 01 53 10, are what MCUFRIEND_kbv readID() goes by,
// which has met these chips on shields. NT35310's 04h is what its one-time memory holds: 00 80 00 [assumed].
// Pixels read: three bytes of the ST7789, the others as written (MCUFRIEND_kbv, READ_24BITS) [doc].
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace k210 {

struct LcdController {
    std::string_view name;
    std::array<std::uint8_t, 3> id;  // commands 04h, DAh, DBh and DCh
    bool has_id;                     // and the status of 09h
    std::uint8_t vendor_id_command;  // 0: none
    std::array<std::uint8_t, 5> vendor_id;
    std::uint8_t vendor_id_bytes;
    std::uint8_t pixel_formats;  // a bit for each value of 3Ah's low three bits
    bool reads_18_bits;          // memory is read in three bytes a pixel whatever 3Ah says
    bool all_pixels;             // knows 22h and 23h
    bool flips_glass;            // memory access control's bits 1 and 0 turn what is shown
    bool has_brightness;         // knows 51h to 5Fh
};

std::span<const LcdController> lcd_controllers();
std::span<const std::string_view> lcd_controller_names();  // in the same order

}  // namespace k210
