// 64-bit RISC-V programs as linkers leave them.
#pragma once
#include <cstdint>
#include <span>
#include <string>

#include "k210/loader/program.hpp"

namespace k210 {

bool is_elf(std::span<const std::uint8_t> bytes);

// Loadable segments at their physical addresses, which must lie in SRAM under either alias.
Program read_elf(std::span<const std::uint8_t> bytes, const std::string& name);

}  // namespace k210
