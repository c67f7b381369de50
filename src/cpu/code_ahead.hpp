// A hart's code, run ahead on a copy of its registers and of memory. The copy keeps time as the hart does, and notes
// what a round does.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "cpu/access_cost.hpp"
#include "cpu/control_ahead.hpp"
#include "cpu/recurrence_world.hpp"
#include "cpu/round_notes.hpp"
#include "cpu/round_registers.hpp"
#include "cpu/round_words.hpp"

namespace k210 {

// What comes into each round with another value: registers, bit n is x[n]; and of each word the halves, bit 0 is the
// lower one.
struct MovingPlaces {
    std::uint32_t registers = 0;
    std::vector<std::uint8_t> halves = {};
};

class CodeAhead {
public:
    CodeAhead(const RecurrenceStart& start, RecurrenceWorld& world);

    std::uint64_t pc() const { return pc_; }
    // Executes the block at hand, and comes to the next one. False when it does something that is not followed.
    bool run_block();

    // Notes are taken from one to the other.
    void begin_round(const MovingPlaces& moving);
    void end_round() { notes_.end(); }

    struct State {
        std::array<std::uint64_t, 32> x, f;
        HartControl control;
        bool software;
        std::vector<std::uint64_t> words;
        BranchPredictor branches;
    };
    State state() const;
    // What code reads without any change meant by it is as it was.
    bool like(const State& before) const;

    const RoundRegisters& registers() const { return registers_; }
    const RoundWords& words() const { return words_; }
    const ControlAhead& control() const { return control_; }
    const BranchPredictor& branches() const { return branches_; }
    const RoundNotes& notes() const { return notes_; }
    RecurrenceRound take_round() { return notes_.take(); }

private:
    using Value = RecurrenceRound::Value;
    using Step = RecurrenceRound::Step;

    // Where a load, store or atomic goes.
    struct Access {
        const Bus::Window& window;
        std::uint32_t offset;
        unsigned size_bytes;
        unsigned shift() const { return offset % 8 * 8; }
        std::uint64_t mask() const;  // of the word's bytes
    };

    void enter();
    unsigned branch_cycles();
    void enter_trap(std::uint64_t cause, std::uint64_t pc);
    void note_position(bool enters_block);
    bool execute_block();
    bool execute(const rv::Instruction& insn, std::uint64_t pc);
    bool integer(const rv::Instruction& insn);
    bool branch(const rv::Instruction& insn, std::uint64_t pc);
    bool indirect_jump(const rv::Instruction& insn, std::uint64_t pc);
    bool move_float(const rv::Instruction& insn);
    bool return_from_trap(const rv::Instruction& insn);
    bool access_csr(const rv::Instruction& insn);
    bool read_counter(const rv::Instruction& insn);

    std::optional<Access> access(const rv::Instruction& insn);
    RoundWords::Word* word_at(const Access& access);
    void note_access(RoundWords::Word& word, std::uint64_t mask, bool is_write);
    void charge(const Access& access, bool store);
    bool is_msip(const Access& access) const;
    bool load(const rv::Instruction& insn);
    bool load_device(const rv::Instruction& insn, const Access& access);
    bool store(const rv::Instruction& insn);
    bool store_memory(const Access& access, Value data);
    bool store_device(const Access& access, const Value& data);
    bool atomic(const rv::Instruction& insn);

    const RecurrenceStart start_;
    RecurrenceWorld& world_;

    RoundRegisters registers_;
    std::array<std::uint64_t, 32> f_;
    ControlAhead control_;
    RoundWords words_;
    BranchPredictor branches_;
    std::uint64_t pc_;
    LastBlock last_;
    std::uint64_t cycle_, instructions_, interrupts_ = 0;
    bool attention_ = false;  // something may interrupt at the next block
    bool trapped_ = false;    // by the block that runs
    std::uint64_t next_ = 0;  // where it goes on
    LastAccess last_access_;
    const Bus::Window* window_ = nullptr;  // that the last address was in

    RoundNotes notes_;
    std::uint64_t begin_cycle_ = 0, begin_instructions_ = 0, begin_interrupts_ = 0;  // of the round
};

}  // namespace k210
