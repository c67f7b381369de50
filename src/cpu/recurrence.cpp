#include "cpu/recurrence.hpp"

#include <algorithm>
#include <cstring>

#include "cpu/rv_arithmetic.hpp"
#include "cpu/rv_privilege.hpp"

namespace k210 {
namespace {

using Round = RecurrenceRound;
using Step = Round::Step;

constexpr std::size_t kMostOthers = 4;  // words that differ, when a state is still one like the round's

std::uint64_t loaded_part(const Step& step, std::uint32_t half) {
    const std::uint32_t bits = half >> step.shift;
    switch (step.op) {
        case rv::Op::lbu: return bits & 0xff;
        case rv::Op::lhu: return bits & 0xffff;
        default: return rv::loaded_value(step.op, bits);
    }
}

}  // namespace

Recurrence::Recurrence(RecurrenceRound round)
    : round_(std::move(round)), values_(round_.steps.size()), last_values_(round_.steps.size()),
      words_(round_.words.size()), entries_(round_.positions.size()) {
    for (std::uint32_t i = 0; i + 1 < round_.positions.size(); ++i)
        if (round_.positions[i].enters_block) by_pc_.emplace_back(round_.positions[i].pc, i);
    std::ranges::sort(by_pc_);
}

std::span<const std::pair<std::uint64_t, std::uint32_t>> Recurrence::positions_at(std::uint64_t pc) const {
    const auto less = [](const auto& a, const auto& b) { return a.first < b.first; };
    const auto [first, last] = std::equal_range(by_pc_.begin(), by_pc_.end(), std::pair{pc, 0u}, less);
    return {first, last};
}

std::uint64_t Recurrence::value(const Round::Value& v) const {
    if (v.is_constant()) return v.constant;
    return (v.last ? last_values_ : values_)[static_cast<std::size_t>(v.step)];
}

std::uint32_t Recurrence::half(const Round::Half& h) const {
    if (h.is_constant()) return h.constant;
    return static_cast<std::uint32_t>(values_[static_cast<std::size_t>(h.step)] >> (h.upper ? 32 : 0));
}

std::array<std::uint64_t, 32> Recurrence::x() const {
    std::array<std::uint64_t, 32> x{};
    for (unsigned i = 1; i < 32; ++i) x[i] = kept_ >> i & 1 ? kept_x_[i] : value(position().x[i]);
    return x;
}

// --- joining ----------------------------------------------------------------------------------------------------

// What a place holds is what the step has computed, of which one knows half or all. False when another place says
// otherwise.
bool Recurrence::take(std::int16_t step, bool last, bool low, bool high, std::uint64_t value) {
    const auto index = static_cast<std::size_t>(step);
    std::uint64_t& known_value = (last ? last_values_ : values_)[index];
    Known& known = (last ? last_known_ : known_)[index];
    for (const auto& [is_taken, is_known, mask] :
         {std::tuple<bool, bool*, std::uint64_t>{low, &known.low, half_mask(0)},
          std::tuple<bool, bool*, std::uint64_t>{high, &known.high, half_mask(1)}}) {
        if (!is_taken) continue;
        if (*is_known && ((known_value ^ value) & mask)) return false;
        known_value = (known_value & ~mask) | (value & mask);
        *is_known = true;
    }
    return true;
}

const RecurrenceEntry& Recurrence::entry(std::uint32_t position) {
    auto& entry = entries_[position];
    if (!entry) entry = std::make_unique<const RecurrenceEntry>(entry_at(round_, position));
    return *entry;
}

// Whether branches are foreseen as in the round.
bool Recurrence::foreseen_as(const RecurrenceEntry& entry, const BranchPredictor& branches) {
    return std::ranges::all_of(entry.predictions, [&](const Round::Prediction& e) {
        return e.value == (e.is_target ? branches.target(e.slot) : branches.seen(e.slot));
    });
}

Recurrence::Joining Recurrence::join(std::uint32_t position, const RecurrenceStart& hart, RecurrenceWorld& world) {
    const Round::Position& at = round_.positions[position];
    if (hart.last_next != hart.pc) return {};  // a jump there is still to be charged
    for (unsigned i = 1; i < 32; ++i)
        if ((at.live >> i & 1) && at.x[i].is_constant() && at.x[i].constant != hart.x[i]) return {};
    if (round_.uses.merge(at.control, hart.control) != hart.control) return {};
    if (round_.mcycle_ahead != hart.mcycle_ahead) return {};
    if (at.software_interrupt != ((hart.pending & kSoftwareInterrupt) != 0)) return {};
    if (round_.uses_floats() && round_.f(position) != hart.f()) return {};
    known_.assign(round_.steps.size(), {});
    last_known_.assign(round_.steps.size(), {});
    kept_ = 0;
    for (unsigned i = 1; i < 32; ++i) {
        const Round::Value& x = at.x[i];
        if (!(at.live >> i & 1)) {
            kept_ |= 1u << i;
            kept_x_[i] = hart.x[i];
        } else if (!x.is_constant() && !take(x.step, x.last, true, true, hart.x[i])) {
            return {};
        }
    }
    Joining joining;
    const RecurrenceEntry& entry = this->entry(position);
    for (const RecurrenceEntry::Word& word : entry.words) {
        const std::uint8_t* const host = round_.words[word.word].host;
        std::uint64_t now = 0;
        std::memcpy(&now, host, sizeof now);
        for (unsigned which = 0; which < 2; ++which) {
            const std::uint64_t mask = word.live & half_mask(which);
            const Round::Half& half = word.halves[which];
            if (mask == 0) continue;
            if (half.is_constant()) {
                if ((word.value ^ now) & mask) joining.other_halves.push_back(host + 4 * which);
                continue;
            }
            const std::uint64_t part = now >> (32 * which) & 0xffff'ffff;
            if (!take(half.step, word.last[which], !half.upper, half.upper, half.upper ? part << 32 : part)) return {};
        }
    }
    if (joining.other_halves.size() > kMostOthers) return {};
    if (!joining.other_halves.empty()) return joining;
    if (!foreseen_as(entry, *hart.branches)) {
        joining.unsettled = true;
        return joining;
    }
    for (std::size_t i = 0; i < words_.size(); ++i) std::memcpy(&words_[i], round_.words[i].host, sizeof words_[i]);
    kept_control_ = hart.control;
    position_ = position;
    rounds_ = kept_rounds_ = 0;
    kept_position_ = position;
    joined_at_write_ = at.first_write;
    base_cycle_ = hart.cycle - at.cycles;
    base_instructions_ = 0 - at.instructions;
    base_interrupts_ = 0 - at.interrupts;
    joining.joined = holds(hart.pending, world);
    return joining;
}

bool Recurrence::holds(std::uint32_t pending, RecurrenceWorld& world) const {
    if ((pending & ~kSoftwareInterrupt) != round_.pending) return false;
    if (((pending & kSoftwareInterrupt) != 0) != position().software_interrupt) return false;
    for (std::size_t i = 0; i < words_.size(); ++i) {
        std::uint64_t now = 0;
        std::memcpy(&now, round_.words[i].host, sizeof now);
        if ((now ^ words_[i]) & round_.words[i].mask) return false;
    }
    return std::ranges::all_of(round_.device_reads, [&](const Round::DeviceRead& read) {
        return world.read_steady(*read.window, read.offset, read.size_bytes) == read.value;
    });
}

bool Recurrence::interrupted(std::uint32_t pending) const {
    return (position().control.mstatus & rv::mstatus::kMie) && (position().control.mie & pending);
}

// --- going round ------------------------------------------------------------------------------------------------

std::uint32_t Recurrence::first_at(std::uint64_t cycles) const {
    const auto first = round_.positions.begin() + position_;
    const auto found = std::lower_bound(first, round_.positions.end(), cycles,
                                        [](const Round::Position& at, std::uint64_t c) { return at.cycles < c; });
    return static_cast<std::uint32_t>(found - round_.positions.begin());
}

void Recurrence::next_round(std::uint64_t rounds) {
    const Round::Position& end = round_.positions.back();
    base_cycle_ += rounds * end.cycles;
    base_instructions_ += rounds * end.instructions;
    base_interrupts_ += rounds * end.interrupts;
    position_ = 0;
    wrapped_ = true;
    rounds_ += rounds;
    if (round_.carried_steps == 0) return;
    std::vector<std::uint64_t> carried(round_.carried_steps);
    for (std::size_t i = 0; i < carried.size(); ++i) {
        const Step& step = round_.steps[i];
        carried[i] = step.kind == Step::Kind::last_value ? value(step.a) : half(step.low);
    }
    for (std::size_t i = 0; i < carried.size(); ++i) last_values_[i] = std::exchange(values_[i], carried[i]);
}

// Up to a position in this round. False at the one before a decision that is not as recorded.
bool Recurrence::run_steps(std::uint32_t to_position) {
    std::uint32_t i = round_.positions[position_].first_step;
    const std::uint32_t end = round_.positions[to_position].first_step;
    if (position_ == 0) i = std::max(i, round_.carried_steps);
    std::uint32_t block_begin = i;
    for (; i < end; ++i) {
        const Step& step = round_.steps[i];
        if (step.position != round_.steps[block_begin].position) block_begin = i;
        std::uint64_t result = 0;
        switch (step.kind) {
            case Step::Kind::integer: result = rv::integer_result(step.op, value(step.a), value(step.b)); break;
            case Step::Kind::counter: result = base_cycle_ + step.b.constant; break;
            case Step::Kind::join: result = std::uint64_t{half(step.high)} << 32 | half(step.low); break;
            case Step::Kind::part: result = loaded_part(step, half(step.low)); break;
            case Step::Kind::atomic: result = rv::atomic_result(step.op, value(step.a), value(step.b)); break;
            case Step::Kind::last_value:
            case Step::Kind::last_half: continue;
            case Step::Kind::branch:
            case Step::Kind::target: {
                const bool as_recorded = step.kind == Step::Kind::branch
                                             ? rv::branch_taken(step.op, value(step.a), value(step.b)) == step.taken
                                             : value(step.a) == step.b.constant;
                if (as_recorded) continue;
                for (std::uint32_t done = block_begin; done < i; ++done) {
                    values_[done] = last_values_[done];
                    last_values_[done] = undone_[done - block_begin];
                }
                position_ = step.position;
                return false;
            }
        }
        if (undone_.size() <= i - block_begin) undone_.resize(i - block_begin + 1);
        undone_[i - block_begin] = last_values_[i];
        last_values_[i] = std::exchange(values_[i], result);
    }
    position_ = to_position;
    return true;
}

// To the first position at or behind that cycle.
bool Recurrence::reach(std::uint64_t limit_cycle) {
    const std::uint64_t round_cycles = round_.cycles();
    const auto closing = static_cast<std::uint32_t>(round_.positions.size() - 1);
    if (round_.steps.empty()) {
        if (limit_cycle - base_cycle_ > round_cycles) next_round((limit_cycle - base_cycle_ - 1) / round_cycles);
        position_ = first_at(limit_cycle - base_cycle_);
        if (position_ == closing) next_round(1);
        return true;
    }
    while (cycle() < limit_cycle) {
        const std::uint32_t to = std::min(first_at(limit_cycle - base_cycle_), closing);
        if (!run_steps(to)) return false;
        if (to == closing) next_round(1);
    }
    return true;
}

bool Recurrence::go_round(std::uint64_t end_cycle, Sampler* sampler, BranchPredictor& branches) {
    const std::uint32_t from = position_;
    wrapped_ = false;
    bool goes_on = true;
    while (goes_on && cycle() < end_cycle) {
        const std::uint64_t limit = sampler ? std::min(end_cycle, sampler->due_cycle()) : end_cycle;
        if (cycle() < limit) goes_on = reach(limit);
        if (!goes_on || cycle() >= end_cycle) break;
        const Round::Position& at = position();
        forget_written();
        Sampler::Sampled sampled;
        if (at.enters_block) sampled = sampler->sample(at, cycle(), x());
        base_cycle_ += sampled.cycles;
        // The block is entered, whatever the sample has charged.
        goes_on = run_steps(position_ + 1);
        if (goes_on && position_ + 1 == round_.positions.size()) next_round(1);
        if (sampled.cache_changed) goes_on = false;
    }
    settle(from, branches);
    return goes_on;
}

// --- what the rest of the machine sees ----------------------------------------------------------------------------

// `ran_again`: steps before this one have computed something else since the write.
void Recurrence::apply_writes(std::size_t first, std::size_t last, std::uint32_t ran_again) {
    for (std::size_t i = first; i < last; ++i) {
        const Round::Write& write = round_.writes[i];
        std::uint64_t bits = write.constant;
        if (write.step != Round::kConstant) {
            const auto step = static_cast<std::size_t>(write.step);
            bits = (step < ran_again ? last_values_ : values_)[step] << write.shift & write.mask;
        }
        words_[write.word] = (words_[write.word] & ~write.mask) | bits;
    }
}

void Recurrence::predict(std::size_t first, std::size_t last, BranchPredictor& branches) const {
    for (std::size_t i = first; i < last; ++i) {
        const Round::Prediction& p = round_.predictions[i];
        if (p.is_target)
            branches.set_target(p.slot, p.value);
        else
            branches.set_seen(p.slot, static_cast<std::uint8_t>(p.value));
    }
}

// Registers that have been written since keep nothing.
void Recurrence::forget_written() {
    const auto forget = [&](std::size_t first, std::size_t last) {
        for (std::size_t p = first; p < last; ++p) kept_ &= ~round_.positions[p].writes;
    };
    if (kept_ != 0 && rounds_ == kept_rounds_) forget(kept_position_, position_);
    if (kept_ != 0 && rounds_ != kept_rounds_) {
        forget(kept_position_, round_.positions.size());
        forget(0, rounds_ > kept_rounds_ + 1 ? kept_position_ : position_);
    }
    kept_rounds_ = rounds_;
    kept_position_ = position_;
}

void Recurrence::settle(std::uint32_t from, BranchPredictor& branches) {
    const Round::Position &begin = round_.positions[from], &now = position();
    forget_written();
    if (wrapped_) {  // what the round before has done behind this position, and this round up to it
        const std::uint32_t first = rounds_ > 1 ? now.first_write : std::max(now.first_write, joined_at_write_);
        apply_writes(first, round_.writes.size(), now.first_step);
        apply_writes(0, now.first_write, 0);
        predict(now.first_prediction, round_.predictions.size(), branches);
        predict(0, now.first_prediction, branches);
    } else {
        apply_writes(begin.first_write, now.first_write, 0);
        predict(begin.first_prediction, now.first_prediction, branches);
    }
    for (std::size_t i = 0; i < words_.size(); ++i) {
        const std::uint64_t mask = round_.words[i].mask;
        std::uint64_t old = 0;
        std::memcpy(&old, round_.words[i].host, sizeof old);
        const std::uint64_t changed = (old & ~mask) | (words_[i] & mask);
        if (changed != old) std::memcpy(round_.words[i].host, &changed, sizeof changed);
    }
}

}  // namespace k210
