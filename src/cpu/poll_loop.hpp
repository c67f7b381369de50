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

namespace k210 {

using Gprs = std::array<std::uint64_t, 32>;

struct PollSkip {
    std::uint64_t round_cycles = 0;              // of one iteration; 0 when none begins
    std::uint64_t instructions = 0, cycles = 0;  // of all that is skipped
    std::uint64_t pc = 0, last_pc = 0;           // of the block where the loop goes on, and of the one before
    Gprs gprs;                                   // there
    bool goes_on = false;                        // it would only wait from there on, too
    PollReads reads = {};
};

// One instruction in its full form, and how much of the code it takes. 0: none that loops are made of.
struct PollInsn {
    std::uint32_t insn;
    std::uint8_t length_bytes;
};
std::vector<PollInsn> decode(std::span<const std::uint8_t> code);

// What surrounds the loop.
class PollWorld {
public:
    virtual ~PollWorld() = default;
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
        std::span<const PollInsn> code;
        unsigned cycles;  // charged when it is entered
    };
    virtual BlockCode block(std::uint64_t pc) = 0;
    virtual unsigned jump_cycles() = 0;  // what going on elsewhere takes
};

struct PollLoop {
    std::uint64_t head;  // where it begins,
    std::uint64_t pc;    // and the one of its blocks that is about to be entered
};

// A loop about to go on with `gprs` at `cycle`, every branch in it foreseen. Skips up to the block that would begin
// when `max_cycles` are over, or to the first iteration that goes another way. Nothing when this is no such loop.
std::optional<PollSkip> evaluate_poll(const PollLoop& loop, const Gprs& gprs, std::uint64_t cycle,
                                      std::uint64_t max_cycles, PollWorld& world);

// For how many cycles it will do nothing but wait; 0 when it is no such loop.
std::uint64_t poll_lasts(const PollLoop& loop, const Gprs& gprs, std::uint64_t cycle, PollWorld& world);

}  // namespace k210
