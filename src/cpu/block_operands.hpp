// Where the loads and stores of a block go, as far as the registers with which it begins tell.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "k210/cpu/rv_instruction.hpp"

namespace k210 {

// An address: (x[a] << shift_a) + (x[b] << shift_b) + offset. Register 0 means none.
struct BlockOperand {
    std::uint8_t a = 0, b = 0, shift_a = 0, shift_b = 0;
    std::int64_t offset = 0;
    bool same_array(const BlockOperand& other) const {
        return a == other.a && b == other.b && shift_a == other.shift_a && shift_b == other.shift_b;
    }
};

// One of each array that `code`, which is straight, reads or writes; none of the stack and of fixed places.
// `only_steps`: only those whose registers the block itself moves on for the next time.
std::vector<BlockOperand> block_operands(std::span<const rv::Instruction> code, bool only_steps);

}  // namespace k210
