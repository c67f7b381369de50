// Loops that only wait: for the cycle counter to pass a value, for memory that nobody can change within the slice, or
// for a device register that keeps its value for a known time.
//
// One iteration is evaluated with the counter as an unknown; if every other input is the same the next time round, all
// iterations up to the first changed branch are known without running them. Skipping them is exact: registers,
// instruction counts and time end as if they had run.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "k210/cpu/hart_observer.hpp"
#include "k210/cpu/rv_instruction.hpp"

namespace k210 {

using Gprs = std::array<std::uint64_t, 32>;

// What surrounds the loop.
class IdleLoopWorld {
public:
    virtual ~IdleLoopWorld() = default;
    // A load whose value will not change by itself before some cycle; nothing for others, which are then left alone.
    struct Load {
        std::uint64_t value;  // zero-extended
        unsigned cycles;      // that it takes besides the code's
        bool device;
        std::uint64_t until_cycle = kForever;
    };
    static constexpr std::uint64_t kForever = ~0ull;
    virtual std::optional<Load> load(std::uint64_t address, std::uint32_t size_bytes) = 0;
    // What the engine runs as one from there; of no instructions where there is no code. Valid until the next call.
    struct BlockCode {
        std::span<const rv::Instruction> code;
        unsigned cycles;  // charged when it is entered
    };
    virtual BlockCode block(std::uint64_t pc) = 0;
    virtual std::uint64_t mcycle_ahead() const = 0;  // of the cycles that are counted here
    virtual unsigned jump_cycles() = 0;              // what going on elsewhere takes
    virtual std::uint64_t x(unsigned reg) const = 0;
};

// What such a loop does, as far as it only waits.
class IdleLoopPlan {
public:
    static constexpr std::size_t kMaxBlocks = 16;  // of a loop that can be one

    // The loop that begins at `head`, about to go on with its block at `pc` at `cycle`, every branch in it foreseen.
    // False when it is no such loop.
    bool make(std::uint64_t head, std::uint64_t pc, const Gprs& gprs, std::uint64_t cycle, IdleLoopWorld& world);
    // The same, of a loop like the last one, where nothing but the time has changed: quick, and false if it has.
    bool make_again(std::uint64_t head, std::uint64_t pc, std::uint64_t cycle, IdleLoopWorld& world);
    // Looks at what it waits for again. False when that has changed, and the plan holds up to now only.
    bool renew(IdleLoopWorld& world);

    std::uint64_t begins() const { return begin_; }  // the cycle at which it is at its head
    std::uint64_t ends() const { return rounds_ > kEver ? IdleLoopWorld::kForever : begin_ + rounds_ * round().cycles; }
    std::uint64_t round_cycles() const { return round().cycles; }
    const IdleLoopReads& reads() const { return reads_; }

    // Between two of its blocks.
    struct Place {
        std::uint64_t cycle, instructions;  // the latter since the plan was made
        std::uint64_t entered;              // the cycle at which the block before began
        std::uint64_t pc, last_pc;          // of the blocks behind and before
        std::uint64_t round;
        std::size_t block;
        bool goes_on;  // it only waits from there on, too
    };
    // The first one from `cycle` on, which lies behind begins(); the last one that is known when it ends before.
    Place place(std::uint64_t cycle) const;
    std::uint64_t x(unsigned reg, const Place& place) const;  // of those written()
    std::uint32_t written() const { return written_; }        // bit n: x[n] may have changed since the plan was made

    // In the i-th round: base, or base + i * round_cycles() when it follows the counter.
    struct Value {
        std::uint64_t base;
        bool counts;
    };
    struct Load {
        std::uint64_t address, value;
        std::uint32_t size_bytes;
    };

private:
    static constexpr std::uint64_t kEver = std::uint64_t{1} << 40;  // rounds that are as good as for ever
    struct Block {                                                  // where it ends, in the first round
        std::uint64_t cycles, instructions, pc, last_pc;
        std::array<Value, 32> x;
        std::uint32_t written;  // bit n: x[n] is of this round, and not of the one before
    };
    const Block& round() const { return blocks_[block_count_ - 1]; }
    void limit_rounds(std::uint64_t steady_until_cycle);

    std::array<Block, kMaxBlocks> blocks_;
    std::size_t block_count_ = 0;
    Gprs at_head_{};  // at begin_
    std::vector<Load> loads_;
    std::uint64_t begin_ = 0, before_ = 0;  // cycle of the head, and instructions up to it
    std::uint64_t rounds_ = 0, same_way_ = 0;
    std::uint32_t written_ = 0;
    IdleLoopReads reads_;

    // For make_again(), as bits: registers that each round writes, and those that decide what it does.
    std::uint32_t writes_ = 0;
    std::uint32_t takes_ = 0;  // 0: they do not suffice
};

}  // namespace k210
