// What a stretch of instructions takes on an in-order pipeline, as far as the code alone tells: everything in the
// cache, every branch foreseen.
#pragma once
#include <span>

#include "k210/cpu/rv_instruction.hpp"
#include "k210/sim/cost_model.hpp"

namespace k210 {

// In cycles of the CPU's clock. `code` is straight: only its last instruction may go elsewhere.
unsigned straight_cycles(std::span<const rv::Instruction> code, TimingModel model);

}  // namespace k210
