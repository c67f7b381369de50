// One round of a loop that repeats itself: what it does to a hart and to memory, block by block.
//
// A round ends in the state in which it began, but for values that follow from the cycle counter or from the round
// before. These are kept as a small program, the steps; everything else is the same in every round.
#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "cpu/cache_lines.hpp"
#include "k210/bus/bus.hpp"
#include "k210/cpu/rv_instruction.hpp"

namespace k210 {

// The control registers that code which only waits reads or writes.
struct HartControl {
    std::uint64_t mstatus = 0, mie = 0, mtvec = 0, mscratch = 0, mepc = 0, mcause = 0, mtval = 0, fcsr = 0;
    bool operator==(const HartControl&) const = default;
};

// Those of them that code can leave alone.
struct HartControlUse {
    bool mscratch = false, trap = false, fcsr = false;  // trap: mepc, mcause, mtval
    // As `now`, but for what is not used: that as `kept`.
    HartControl merge(HartControl now, const HartControl& kept) const {
        if (!mscratch) now.mscratch = kept.mscratch;
        if (!trap) {
            now.mepc = kept.mepc;
            now.mcause = kept.mcause;
            now.mtval = kept.mtval;
        }
        if (!fcsr) now.fcsr = kept.fcsr;
        return now;
    }
};

struct RecurrenceRound {
    static constexpr std::int16_t kConstant = -1;

    // A register's content: a constant, or what a step has computed. `last`: in the round before, and the step has
    // computed something else since.
    struct Value {
        std::uint64_t constant = 0;
        std::int16_t step = kConstant;
        bool last = false;
        bool is_constant() const { return step == kConstant; }
    };
    // Half of an aligned double word: the same, of which it holds the lower or upper half.
    struct Half {
        std::uint32_t constant = 0;
        std::int16_t step = kConstant;
        bool upper = false;
        bool is_constant() const { return step == kConstant; }
    };

    struct Step {
        enum class Kind : std::uint8_t {
            integer,     // op of a and b
            counter,     // the cycle counter at `b.constant` cycles into the round
            join,        // a double word of two halves
            part,        // of a half, from bit `shift` on, as the load `op` gives it
            atomic,      // what the atomic `op` writes: a is what it has read, b its operand
            last_value,  // a, as the round before has left it
            last_half,   // `low`, as the round before has left it
            branch,      // goes on as recorded if op of a and b is `taken`
            target,      // goes on as recorded if a is b.constant
        };
        Kind kind = Kind::integer;
        rv::Op op = rv::Op::illegal;
        bool taken = false;
        std::uint8_t shift = 0;
        std::uint32_t position = 0;  // of the block that it is in
        Value a = {}, b = {};
        Half low = {}, high = {};
    };

    // Between two blocks, or between an interrupt and its handler.
    struct Position {
        std::uint64_t pc = 0, last_pc = 0, last_next = 0;  // of the block that comes; of the one before, and behind it
        std::uint64_t cycles = 0, instructions = 0, interrupts = 0;                             // since the round began
        std::uint32_t first_step = 0, first_access = 0, first_write = 0, first_prediction = 0;  // that come behind it
        // Registers, bit n is x[n]: that the block reads before it writes them, that it writes, and that are read
        // before they are written from here on.
        std::uint32_t reads = 0, writes = 0, live = 0;
        bool enters_block = true;
        bool walks = false;               // the block may go through an array: see DataCache
        bool software_interrupt = false;  // this hart's msip
        std::array<Value, 32> x = {};
        HartControl control = {};
    };

    // An aligned double word of memory that the round reads or writes.
    struct Word {
        std::uint8_t* host = nullptr;
        std::uint32_t line = CacheLines::kNone;  // of the data cache, where it is reached by way of that
        std::uint64_t mask = 0;                  // of the bytes that it reads or writes
        std::array<Half, 2> at_head = {};        // what steps have computed: in the round before
    };
    struct Access {
        std::uint32_t word = 0;
        bool is_write = false;
        std::uint64_t mask = 0;
    };
    struct Write {
        std::uint32_t word = 0;
        std::uint64_t mask = 0, constant = 0;
        std::int16_t step = kConstant;
        unsigned shift = 0;  // of what the step has computed
    };
    struct DeviceRead {
        const Bus::Window* window;
        std::uint32_t offset;
        unsigned size_bytes;
        std::uint32_t value;
    };
    // Of the branch predictor: what a slot holds behind a block.
    struct Prediction {
        std::uint32_t slot = 0;
        bool is_target = false;
        std::uint16_t value = 0;
        bool operator==(const Prediction&) const = default;
    };

    std::vector<Position> positions;  // the last one is the first one of the next round
    std::vector<Step> steps;
    std::uint32_t carried_steps = 0;  // the first ones: those that take values over from the round before
    std::vector<Word> words;
    std::vector<Access> accesses;
    std::vector<Write> writes;
    std::vector<DeviceRead> device_reads;
    std::vector<Prediction> predictions, predictions_at_head;  // the latter of each slot that it uses
    std::vector<std::array<std::uint64_t, 32>> floats;  // at each position; one for all where they stay; none unused
    HartControlUse uses;
    std::uint32_t pending = 0;  // mip's lines but for the software interrupt
    std::uint64_t mcycle_ahead = 0;

    std::uint64_t cycles() const { return positions.back().cycles; }
    bool uses_floats() const { return !floats.empty(); }
    const std::array<std::uint64_t, 32>& f(std::size_t position) const {
        return floats.size() == 1 ? floats.front() : floats[position];
    }
};

}  // namespace k210
