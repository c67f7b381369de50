// From one block to the next.
#pragma once
#include <cstdint>

#include "cpu/block_table.hpp"
#include "cpu/branch_predictor.hpp"
#include "k210/sim/cost_model.hpp"

namespace k210 {

// The block entered last. What it leaves to do is taken from its flags once done.
struct LastBlock {
    std::uint64_t pc = 0, next = 0;  // next: behind it
    BlockEnd end;
};

// Cycles that it takes to come from there to `pc`.
inline unsigned arrival_cycles(const LastBlock& last, std::uint64_t pc, BranchPredictor& branches) {
    const bool jumped = pc != last.next;
    unsigned cycles = jumped ? cost::kJump : 0;
    if (last.end.has(BlockEnd::is_branch)) {
        if (!branches.foresaw_branch(last.end.branch_slot, jumped)) cycles += cost::kMispredict;
    } else if (last.end.has(BlockEnd::is_indirect)) {
        if (!branches.foresaw_target(last.end.branch_slot, pc)) cycles += cost::kMispredict;
    }
    return cycles;
}

}  // namespace k210
