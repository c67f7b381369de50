// Which alignment the loads and stores of a block ask of the registers with which it begins.
//
// The engine carries out misaligned accesses, where the chip traps, and nothing in it shows them cheaply. So the hart
// looks before a block runs: at the registers that give its addresses, and only at those of which it does not know yet
// that they are aligned. Most blocks need no look at all. A block with an address that its registers do not tell, such
// as one through a pointer that it has just loaded, is run in parts: the next begins where that address is known.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "cpu/block_operands.hpp"

namespace k210 {

// Registers as bit sets: bit n is x[n].
struct BlockAlignment {
    std::uint64_t needs_8_4 = 0;  // to be aligned to 8 bytes in the upper half, to 4 in the lower
    std::uint32_t needs_2 = 0;    // to 2 bytes; bit 0: always look, for an address is made otherwise
    std::uint32_t changes = 0;    // whose alignment the block leaves unknown
};

// The registers that are known to be aligned.
class KnownAlignment {
public:
    bool covers(const BlockAlignment& block) const {
        return ((block.needs_8_4 & ~known_8_4_) | (block.needs_2 & ~known_2_)) == 0;
    }
    void learn(unsigned reg, std::uint64_t value) {
        if (reg == 0) return;
        if (value % 2 == 0) known_2_ |= 1u << reg;
        if (value % 4 == 0) known_8_4_ |= std::uint64_t{1} << reg;
        if (value % 8 == 0) known_8_4_ |= std::uint64_t{1} << 32 << reg;
    }
    void enter(const BlockAlignment& block) {
        known_8_4_ &= ~(std::uint64_t{block.changes} << 32 | block.changes);
        known_2_ &= ~block.changes;
    }
    void forget() { *this = {}; }

private:
    std::uint64_t known_8_4_ = 0;
    std::uint32_t known_2_ = 0;
};

// A load or store of more than a byte.
struct AlignedOperand {
    std::uint32_t at_bytes;  // of the instruction, from the beginning of the block
    unsigned size_bytes;
    bool store;
    BlockOperand address;
};

// What the registers at the beginning of a block tell.
struct ToldAlignment {
    BlockAlignment needs;
    std::size_t bytes;  // of its code, up to the first access of which they do not tell the address
};
ToldAlignment told_alignment(std::uint64_t pc, std::span<const rv::Instruction> code);

// The loads and stores in code whose addresses are all told.
std::vector<AlignedOperand> aligned_operands(std::uint64_t pc, std::span<const rv::Instruction> code);

}  // namespace k210
