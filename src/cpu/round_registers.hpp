// The integer registers of code that is run ahead, and the step of a round that has computed what each holds.
#pragma once
#include <array>
#include <cstdint>

#include "cpu/recurrence_round.hpp"

namespace k210 {

// Sets of registers are bits: n is x[n].
class RoundRegisters {
public:
    using Value = RecurrenceRound::Value;

    explicit RoundRegisters(const std::array<std::uint64_t, 32>& x) : x_(x) { begin_round(); }

    const std::array<std::uint64_t, 32>& x() const { return x_; }
    Value value(unsigned reg) const { return {x_[reg], steps_[reg]}; }
    Value read(unsigned reg) {
        if (!(written_ >> reg & 1)) read_first_ |= 1u << reg;
        if (!(written_by_block_ >> reg & 1)) read_by_block_ |= 1u << reg;
        return value(reg);
    }
    void write(unsigned reg, std::uint64_t v, std::int16_t step = RecurrenceRound::kConstant) {
        if (reg == 0) return;
        x_[reg] = v;
        steps_[reg] = step;
        written_ |= 1u << reg;
        written_by_block_ |= 1u << reg;
    }

    void begin_round() {
        steps_.fill(RecurrenceRound::kConstant);
        written_ = read_first_ = 0;
        begin_block();
    }
    void begin_block() { read_by_block_ = written_by_block_ = 0; }
    void carry_over(unsigned reg, std::int16_t step) { steps_[reg] = step; }

    // Since the round or the block has begun; those that are read before they are written.
    std::uint32_t written() const { return written_; }
    std::uint32_t read_first() const { return read_first_; }
    std::uint32_t written_by_block() const { return written_by_block_; }
    std::uint32_t read_by_block() const { return read_by_block_; }

private:
    std::array<std::uint64_t, 32> x_;
    std::array<std::int16_t, 32> steps_;
    std::uint32_t written_ = 0, read_first_ = 0, written_by_block_ = 0, read_by_block_ = 0;
};

}  // namespace k210
