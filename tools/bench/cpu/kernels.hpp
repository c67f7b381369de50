// Bare-metal kernels on the emulator, on the bare engine and on QEMU.
#pragma once
#include "targets.hpp"

namespace k210::bench {

// Prints a table of guest MIPS. Every contender gets `turns` tries at each kernel, of which the best counts.
void bench_kernels(int turns, Targets& targets);

}  // namespace k210::bench
