// What tells X-Powers' chips apart: AXP192, AXP173, AXP202.
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace k210 {

// Something that the chip feeds: switched by bits of one register, its voltage set in steps by bits of another.
struct AxpOutput {
    std::string_view name;
    std::uint8_t switch_register, switch_mask, switched_on;
    std::uint8_t voltage_register, voltage_shift, voltage_bits;
    std::uint16_t least_mv, step_mv;
};

struct AxpRegister {
    std::uint8_t address, value;
};

struct AxpModel {
    std::uint8_t address;  // on I2C
    std::span<const AxpOutput> outputs;
    std::span<const AxpRegister> at_power_on;
    std::uint8_t first_flags, last_flags;  // interrupt status registers
    std::uint8_t key_flags;                // the one with the power key's
};

// Output switches, voltages and their steps, and values at power-on: [doc] AXP192 and AXP173 data sheets, as public
// headers for them have it; AXP202: MaixPy-v1_scripts t-watch axp_constants.py. Values at power-on that boards decide
// by the chip's fuses: [assumed].
namespace axp {

// clang-format off
inline constexpr std::array kAxp192Outputs = {
    AxpOutput{"dcdc1", 0x12, 0x01, 0x01, 0x26, 0, 7,  700,  25},
    AxpOutput{"dcdc2", 0x12, 0x10, 0x10, 0x23, 0, 6,  700,  25},
    AxpOutput{"dcdc3", 0x12, 0x02, 0x02, 0x27, 0, 7,  700,  25},
    AxpOutput{"ldo2",  0x12, 0x04, 0x04, 0x28, 4, 4, 1800, 100},
    AxpOutput{"ldo3",  0x12, 0x08, 0x08, 0x28, 0, 4, 1800, 100},
    AxpOutput{"ldoio0", 0x90, 0x07, 0x02, 0x91, 4, 4, 1800, 100},
};
inline constexpr std::array kAxp173Outputs = {
    AxpOutput{"dcdc1", 0x12, 0x01, 0x01, 0x26, 0, 7,  700,  25},
    AxpOutput{"dcdc2", 0x12, 0x10, 0x10, 0x23, 0, 6,  700,  25},
    AxpOutput{"ldo2",  0x12, 0x04, 0x04, 0x28, 4, 4, 1800, 100},
    AxpOutput{"ldo3",  0x12, 0x08, 0x08, 0x28, 0, 4, 1800, 100},
    AxpOutput{"ldo4",  0x12, 0x02, 0x02, 0x27, 0, 7,  700,  25},
};
inline constexpr std::array kAxp202Outputs = {
    AxpOutput{"dcdc2", 0x12, 0x10, 0x10, 0x23, 0, 6,  700,  25},
    AxpOutput{"dcdc3", 0x12, 0x02, 0x02, 0x27, 0, 7,  700,  25},
    AxpOutput{"ldo2",  0x12, 0x04, 0x04, 0x28, 4, 4, 1800, 100},
    AxpOutput{"ldo3",  0x12, 0x40, 0x40, 0x29, 0, 7,  700,  25},
};
inline constexpr std::array kAxp192AtPowerOn = {
    AxpRegister{0x03, 0x03}, AxpRegister{0x12, 0x5f}, AxpRegister{0x23, 0x16}, AxpRegister{0x26, 0x68},
    AxpRegister{0x27, 0x48}, AxpRegister{0x28, 0xcf}, AxpRegister{0x33, 0xc8}, AxpRegister{0x36, 0x5d},
    AxpRegister{0x82, 0x83}, AxpRegister{0x83, 0x80}, AxpRegister{0x90, 0x07}, AxpRegister{0x91, 0xa0},
};
inline constexpr std::array kAxp173AtPowerOn = {
    AxpRegister{0x12, 0x5f}, AxpRegister{0x23, 0x16}, AxpRegister{0x26, 0x68}, AxpRegister{0x27, 0x48},
    AxpRegister{0x28, 0xcf}, AxpRegister{0x33, 0xc8}, AxpRegister{0x36, 0x5d}, AxpRegister{0x82, 0x83},
    AxpRegister{0x83, 0x80},
};
inline constexpr std::array kAxp202AtPowerOn = {
    AxpRegister{0x03, 0x41}, AxpRegister{0x12, 0x5f}, AxpRegister{0x23, 0x16}, AxpRegister{0x27, 0x68},
    AxpRegister{0x28, 0xcf}, AxpRegister{0x29, 0x68}, AxpRegister{0x33, 0xc8}, AxpRegister{0x36, 0x5d},
    AxpRegister{0x82, 0x83}, AxpRegister{0x83, 0x80},
};
// clang-format on

inline constexpr AxpModel kAxp192{0x34, kAxp192Outputs, kAxp192AtPowerOn, 0x44, 0x47, 0x46};
inline constexpr AxpModel kAxp173{0x34, kAxp173Outputs, kAxp173AtPowerOn, 0x44, 0x47, 0x46};
inline constexpr AxpModel kAxp202{0x35, kAxp202Outputs, kAxp202AtPowerOn, 0x48, 0x4c, 0x4a};

template <std::size_t N>
constexpr std::array<std::string_view, N> names_of(const std::array<AxpOutput, N>& outputs) {
    std::array<std::string_view, N> names{};
    for (std::size_t i = 0; i < N; ++i) names[i] = outputs[i].name;
    return names;
}
inline constexpr auto kAxp192Rails = names_of(kAxp192Outputs);
inline constexpr auto kAxp173Rails = names_of(kAxp173Outputs);
inline constexpr auto kAxp202Rails = names_of(kAxp202Outputs);

}  // namespace axp
}  // namespace k210
