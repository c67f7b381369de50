// Panels as boards have them: devices/boards says where their figures come from.
#pragma once
#include <algorithm>
#include <string_view>

#include "board/lcd_panel/lcd_panel.hpp"

namespace k210 {

inline std::size_t lcd_controller(std::string_view name) {
    const auto names = lcd_controller_names();
    return static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
}
inline LcdPanelConfig maix_panel() {
    return {.gram_width = 240,
            .gram_height = 320,
            .glass_x = 0,
            .glass_y = 0,
            .glass_width = 240,
            .glass_height = 320,
            .upright_madctl = 0xa0,
            .inverted = false};
}
inline LcdPanelConfig m5stickv_panel() {
    return {.gram_width = 240,
            .gram_height = 320,
            .glass_x = 53,
            .glass_y = 40,
            .glass_width = 135,
            .glass_height = 240,
            .upright_madctl = 0x60,
            .inverted = true};
}
inline LcdPanelConfig amigo_panel() {
    return {.gram_width = 320,
            .gram_height = 480,
            .glass_x = 0,
            .glass_y = 0,
            .glass_width = 320,
            .glass_height = 480,
            .upright_madctl = 0x28,
            .inverted = false,
            .controller = lcd_controller("ili9486")};
}
inline LcdPanelConfig amigo_ips_panel() {
    LcdPanelConfig config = amigo_panel();
    config.inverted = true;
    config.controller = lcd_controller("ili9481");
    return config;
}
inline LcdPanelConfig kd233_panel() {
    LcdPanelConfig config = maix_panel();
    config.upright_madctl = 0x28;
    config.controller = lcd_controller("nt35310");
    return config;
}

}  // namespace k210
