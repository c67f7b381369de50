#include "cpu/round_notes.hpp"

namespace k210 {
namespace {

constexpr std::size_t kMostSteps = 512;

template <class T>
std::uint32_t count(const std::vector<T>& list) {
    return static_cast<std::uint32_t>(list.size());
}

}  // namespace

void RoundNotes::begin(std::uint64_t mcycle_ahead, std::uint32_t pending) {
    round_ = {};
    round_.mcycle_ahead = mcycle_ahead;
    round_.pending = pending;
    written_before_.clear();
    taken_ = true;
    full_ = false;
}

std::int16_t RoundNotes::carry_over(Round::Step::Kind kind) {
    round_.steps.push_back({.kind = kind});
    round_.carried_steps = count(round_.steps);
    return static_cast<std::int16_t>(round_.steps.size() - 1);
}

void RoundNotes::add_position(Round::Position at, RoundRegisters& registers,
                              const std::array<std::uint64_t, 32>& floats) {
    if (!taken_) return;
    if (!round_.positions.empty()) {
        round_.positions.back().reads = registers.read_by_block();
        round_.positions.back().writes = registers.written_by_block();
    }
    registers.begin_block();
    at.first_step = count(round_.steps);
    at.first_access = count(round_.accesses);
    at.first_write = count(round_.writes);
    at.first_prediction = count(round_.predictions);
    for (unsigned i = 0; i < at.x.size(); ++i) at.x[i] = registers.value(i);
    round_.positions.push_back(at);
    round_.floats.push_back(floats);
    written_before_.push_back(registers.written());
}

std::int16_t RoundNotes::add_step(Round::Step step) {
    if (!taken_) return Round::kConstant;
    if (round_.steps.size() >= kMostSteps) {
        full_ = true;
        return Round::kConstant;
    }
    step.position = count(round_.positions) - 1;
    round_.steps.push_back(step);
    return static_cast<std::int16_t>(round_.steps.size() - 1);
}

}  // namespace k210
