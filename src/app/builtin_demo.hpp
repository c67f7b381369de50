// What runs when no firmware is given: our own demo (firmware/demo), and what its camera sees.
#pragma once
#include <cstdint>
#include <span>

namespace k210::app {

std::span<const std::uint8_t> demo_firmware();  // a flat image for the start of SRAM
std::span<const std::uint8_t> demo_scene();     // a PNG: drawings of 320x240, one below the other

}  // namespace k210::app
