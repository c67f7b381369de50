// What people call a place on the bus: "uarths.txdata".
#pragma once
#include <cstdint>
#include <string>

#include "k210/bus/bus.hpp"

namespace k210 {

// "uarths+0x40" where the device has no register.
std::string register_name(const Bus::Window& window, std::uint32_t offset);

}  // namespace k210
