// The same program on QEMU's generic RISC-V board, where QEMU is installed.
#pragma once
#include <optional>

#include "guest.hpp"

namespace k210::bench {

std::optional<std::string> qemu_version();  // none: not installed

// CPU seconds of the whole process: take off those of no rounds.
double time_qemu(const GuestWork& work);

}  // namespace k210::bench
