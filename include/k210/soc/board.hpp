// Boards as data: which chips hang on which pads.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "k210/host/button.hpp"

namespace k210 {

enum class Panel : std::uint8_t { maix, m5stickv, amigo_tft, amigo_ips, kd233 };
enum class Sensor : std::uint8_t { ov2640, gc0328, ov5640, ov7740 };
// What the sensor delivers of an upright scene while none of its mirror bits is set.
enum class CameraMount : std::uint8_t { normal, mirror, flip, rotate180 };

struct Board {
    std::string_view name, description;

    struct Console {
        unsigned rx_pad, tx_pad;  // as the chip sees them
    } console;

    struct Flash {
        std::uint32_t size_bytes;
        std::uint8_t manufacturer, device;  // as command 0x90 answers
    } flash;

    struct Lcd {
        Panel panel;
        unsigned clock_pad, select_pad, data_command_pad;
        std::optional<unsigned> reset_pad;
    } lcd;

    struct Camera {
        Sensor sensor;
        unsigned clock_pad, data_pad;  // of its control bus, I2C or SCCB
        unsigned reset_pad, power_down_pad;
        CameraMount mount;
    } camera;

    struct Key {
        Button button;
        unsigned pad;  // pressed pulls it low
    };
    std::span<const Key> keys;

    struct I2cPads {
        unsigned clock_pad, data_pad;
    };
    std::optional<I2cPads> axp192;  // power controller
};

std::span<const Board> boards();
const Board& find_board(std::string_view name);  // throws InputError that lists the known names

}  // namespace k210
