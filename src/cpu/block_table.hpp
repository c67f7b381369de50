// What the hart remembers about each translated block: its cost, how it ends, and a fingerprint of the code it was
// translated from.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "cpu/block_alignment.hpp"
#include "k210/bus/bus.hpp"
#include "k210/bus/memory.hpp"
#include "k210/cpu/rv_instruction.hpp"
#include "k210/sim/cost_model.hpp"

namespace k210 {

// How a block ends, and what is to be done once it has run.
struct alignas(8) BlockEnd {
    enum Flag : std::uint16_t {
        reads_csr = 1,   // last instruction reads a CSR that the machine answers, not the engine
        writes_csr = 2,  // or may have changed the mode, or what interrupts are enabled (mret and sret)
        is_return = 4,   // of a trap
        has_wfi = 8,     // anywhere: the engine's blocks go on behind it
        is_fence_i = 16,
        opens_reservation = 32,   // contains LR,
        closes_reservation = 64,  // and SC
        pure = 128,               // changes nothing but integer registers: no store, atomic, CSR write or trap
        is_branch = 256,          // conditional
        is_indirect = 512,        // jumps to where a register says, but does not return
        walks = 1024,             // may go through an array, see block_operands()
        by_hand = 2048,           // contains an instruction that the engine gets wrong, see is_run_by_hand()
        user_counter = 4096,      // reads cycle or instret, see reads_user_counter()
        stops = 32768,            // contains a place where a debugger wants to stop
    };
    std::uint16_t flags = 0;
    std::uint16_t branch_slot = 0;  // of the branch or indirect jump, see BranchPredictor
    std::uint16_t csr = 0;          // for reads_csr
    std::uint8_t rd = 0;
    bool has(std::uint16_t any_of) const { return (flags & any_of) != 0; }
    bool may_be_skipped() const { return (flags & (pure | stops)) == pure; }  // as part of a loop that only waits
};

struct Block {
    std::uint64_t pc = kNoPc;
    std::uint64_t epoch = 0;  // when the fingerprint was last checked
    std::uint64_t fingerprint = 0;
    std::uint32_t page = kUntranslated;  // that it is in, where addresses are translated: see page_key()
    std::uint16_t size_bytes = 0;
    // That its translation depends on: the engine leaves out an illegal halfword at its end.
    std::uint16_t seen_bytes = 0;
    std::uint16_t next_part = kWhole;  // where its second part begins, from pc on
    std::uint16_t instructions = 0;
    std::uint16_t cycles = 0;  // see straight_cycles()
    BlockEnd end;
    BlockAlignment alignment;  // of its first part

    bool in_parts() const { return next_part != kWhole; }
    // What the engine translates as one: all of it, or its first part with a jump to the second.
    std::uint16_t engine_bytes() const {
        return in_parts() ? static_cast<std::uint16_t>(next_part + kJumpBytes) : size_bytes;
    }
    static constexpr std::uint16_t kWhole = 1;  // no code begins there
    static constexpr std::uint16_t kJumpBytes = 2;
    static constexpr std::uint64_t kNoPc = ~0ull;
    static constexpr std::uint32_t kUntranslated = 0;
    static constexpr std::uint32_t page_key(std::uint64_t physical_pc) {
        return static_cast<std::uint32_t>(physical_pc / kPageBytes) + 1;
    }
};

// Describes the block of `size_bytes` at block.pc. `code` goes on behind it, as far as kLookaheadBytes if there is
// code.
inline constexpr std::size_t kLookaheadBytes = 2;
void analyse(Block& block, std::span<const std::uint8_t> code, std::size_t size_bytes, TimingModel model);
std::uint64_t fingerprint(std::span<const std::uint8_t> code);
// Whether memory holds the code that the block describes. Looks once an epoch.
bool is_current(Block& block, const Bus& bus, std::uint64_t epoch);
// What of `code` from its beginning the engine takes for one block: up to what may jump, or to the code's end.
std::vector<rv::Instruction> block_code(std::span<const std::uint8_t> code);

// Open-addressed by pc, and by the page that it leads to: one pc is different code in different address spaces. Entries
// never leave one by one: a forgotten block could hide that its code changed.
class BlockTable {
public:
    BlockTable();
    // The block's entry, or a fresh one with pc == kNoPc for the caller to fill.
    Block& at(std::uint64_t pc, std::uint32_t page = Block::kUntranslated) {
        for (std::size_t i = hash(pc ^ std::uint64_t{page} << 1);; i = (i + 1) & mask_)
            if ((blocks_[i].pc == pc && blocks_[i].page == page) || blocks_[i].pc == Block::kNoPc) return blocks_[i];
    }
    // Its entry if that is where one looks first.
    Block* first_guess(std::uint64_t pc, std::uint32_t page) {
        Block& block = blocks_[hash(pc ^ std::uint64_t{page} << 1)];
        return block.pc == pc && block.page == page ? &block : nullptr;
    }
    void added();  // after filling a fresh entry; may move entries
    bool crowded() const { return used_ >= kMaxBlocks; }
    void clear();

private:
    static constexpr std::size_t kMaxBlocks = 1u << 20;
    std::size_t hash(std::uint64_t pc) const { return ((pc >> 1) ^ (pc >> 15)) & mask_; }
    std::vector<Block> blocks_;
    std::size_t mask_, used_ = 0;
};

}  // namespace k210
