// Functions of C that scripts can call, by the names that scripts have for them: MicroPython keeps tables of them.
//
// [doc] MicroPython 1.9 to 1.12: py/qstr.h (pools of names), py/obj.h (objects, maps, types), 64-bit builds that keep
// small integers and names in pointers (object representation A).
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "k210/loader/symbols.hpp"
#include "profile/firmware_scan.hpp"

namespace k210::profile {

// In the program that lies at `address`: "sensor.snapshot", "Image.draw_rectangle". None where there is no MicroPython.
std::vector<SymbolTable::Symbol> micropython_functions(std::span<const std::uint8_t> program, std::uint64_t address,
                                                       const FirmwareScan& scan);

}  // namespace k210::profile
