// The rate that a terminal device is set to, be it a standard one or not.
#pragma once
#include <cstdint>

namespace k210 {

std::uint32_t terminal_speed(int fd);  // of a pseudo-terminal's master: its slave's; 0: there is none

}  // namespace k210
