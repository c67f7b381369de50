// Panels as boards have them: devices/boards says where their figures come from.
#pragma once
#include "board/lcd_panel/lcd_panel.hpp"

namespace k210 {

inline constexpr LcdPanelConfig maix_panel() {
    return {.gram_width = 240,
            .gram_height = 320,
            .glass_x = 0,
            .glass_y = 0,
            .glass_width = 240,
            .glass_height = 320,
            .upright_madctl = 0xa0,
            .inverted = false};
}
inline constexpr LcdPanelConfig m5stickv_panel() {
    return {.gram_width = 240,
            .gram_height = 320,
            .glass_x = 53,
            .glass_y = 40,
            .glass_width = 135,
            .glass_height = 240,
            .upright_madctl = 0x60,
            .inverted = true};
}
inline constexpr LcdPanelConfig amigo_panel() {
    return {.gram_width = 320,
            .gram_height = 480,
            .glass_x = 0,
            .glass_y = 0,
            .glass_width = 320,
            .glass_height = 480,
            .upright_madctl = 0x28,
            .inverted = false};
}
inline constexpr LcdPanelConfig kd233_panel() {
    LcdPanelConfig config = maix_panel();
    config.upright_madctl = 0x28;
    return config;
}

}  // namespace k210
