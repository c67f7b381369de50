// What the host's multipliers can do at most: int8 multiply-adds in a loop that touches registers only.
#pragma once
#include <string_view>

namespace k210::bench {

// Multiply-adds a second with the instructions that the kernel for this instruction set (a KpuVectorOps name) uses;
// 0 for those unknown here. Only for one that the host has.
double peak_macs_per_second(std::string_view instruction_set);

}  // namespace k210::bench
