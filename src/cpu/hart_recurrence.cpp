#include "cpu/hart_recurrence.hpp"

#include <algorithm>

#include "cpu/code_bytes.hpp"
#include "cpu/data_sample.hpp"
#include "cpu/round_recorder.hpp"

namespace k210 {
namespace {

constexpr std::size_t kMostVariable = 64, kMostKnown = 12, kMostDecoded = 4096;
// In cycles that a hart is in a loop: what joining costs, and what a search does; when a loop is no longer tried.
constexpr std::int64_t kJoinCycles = 1500, kLeastGain = -30'000, kMostGain = 300'000;
constexpr std::uint64_t kWorthSearching = 20'000, kWorthLooking = 3'000;
// How long after leaving a loop the hart looks again, within a slice.
constexpr std::uint64_t kNarrowestLook = 512, kWidestLook = 4096;
constexpr unsigned kLooksToSettle = 3;
constexpr unsigned kSlicesToComeBack = 12;  // by itself, to a loop that it knows
constexpr unsigned kMostPatience = 512;     // slices without a search, after searches in vain

}  // namespace

void HartRecurrence::begin_slice() {
    if (slices_to_search_ != 0) --slices_to_search_;
    if (slices_to_come_back_ != 0) --slices_to_come_back_;
    look_gap_cycles_ = slices_to_come_back_ != 0 ? kNarrowestLook : kNoLook;
}

bool HartRecurrence::may_join(std::uint64_t pc) {
    const auto there = [&](const auto& known) { return !known->recurrence.positions_at(pc).empty(); };
    return slices_to_search_ == 0 || std::ranges::any_of(known_, there);
}

std::uint64_t HartRecurrence::next_look(std::uint64_t cycle) {
    if (look_gap_cycles_ > kWidestLook) return kNoLook;
    const std::uint64_t next = cycle + look_gap_cycles_;
    look_gap_cycles_ *= 2;
    return next;
}

void HartRecurrence::leave(std::uint64_t cycles) {
    now_ = nullptr;
    in_->gain_cycles += static_cast<std::int64_t>(cycles) - kJoinCycles;
    in_->gain_cycles = std::min(in_->gain_cycles, kMostGain);
    if (cycles >= kWorthSearching) patience_ = 1;
    if (cycles >= kWorthLooking) {
        slices_to_come_back_ = kSlicesToComeBack;
        slices_to_search_ = std::max(slices_to_search_, kSlicesToComeBack);
        look_gap_cycles_ = kNarrowestLook;
    }
    if (in_->gain_cycles < kLeastGain) std::erase_if(known_, [&](const auto& known) { return known.get() == in_; });
    in_ = nullptr;
}

void HartRecurrence::forget() {
    known_.clear();
    variable_.clear();
    now_ = nullptr;
    in_ = nullptr;
    patience_ = slices_to_search_ = 1;
    look_gap_cycles_ = kNoLook;
}

bool HartRecurrence::join(const RecurrenceStart& hart) {
    const unsigned unsettled = unsettled_looks_;
    if (join_known(hart)) return true;
    if (unsettled_looks_ == unsettled) unsettled_looks_ = 0;
    const bool will_settle = unsettled_looks_ != 0 && unsettled_looks_ <= kLooksToSettle;
    if (slices_to_search_ != 0 || will_settle) return false;
    RecurrenceStart start = hart;
    start.variable = variable_;
    auto round = record_round(start, *this);
    if (!round && !variable_.empty()) round = record_round(hart, *this);
    slices_to_search_ = patience_;
    patience_ = std::min(patience_ * 2, kMostPatience);
    if (!round) return false;
    add(std::move(*round));
    return join_known(hart);
}

void HartRecurrence::note_variable(const std::uint8_t* half) {
    if (variable_.size() < kMostVariable && std::ranges::find(variable_, half) == variable_.end())
        variable_.push_back(half);
}

void HartRecurrence::add(RecurrenceRound round) {
    if (known_.size() >= kMostKnown)
        known_.erase(std::ranges::min_element(known_, {}, [](const auto& known) { return known->used; }));
    auto known = std::make_unique<Known>(std::move(round));
    for (const auto& position : known->recurrence.round().positions)
        if (position.enters_block) {
            const std::uint64_t fingerprint = parts_.blocks.at(position.pc).fingerprint;
            const auto same = [&](const KnownBlock& block) { return block.pc == position.pc; };
            if (std::ranges::none_of(known->blocks, same)) known->blocks.push_back({position.pc, fingerprint});
        }
    known->used = ++uses_;
    known_.push_back(std::move(known));
}

bool HartRecurrence::join_known(const RecurrenceStart& hart) {
    for (const auto& known : known_)
        for (const auto& [pc, position] : known->recurrence.positions_at(hart.pc)) {
            const auto joining = known->recurrence.join(position, hart, *this);
            for (const std::uint8_t* const half : joining.other_halves) note_variable(half);
            if (joining.unsettled && ++unsettled_looks_ <= kLooksToSettle)
                look_gap_cycles_ = std::min(known->recurrence.round().cycles(), kWidestLook);
            if (!joining.joined) continue;
            if (!as_recorded(*known)) break;
            known->used = ++uses_;
            in_ = known.get();
            unsettled_looks_ = 0;
            now_ = &in_->recurrence;
            return true;
        }
    return false;
}

// Whether its code is what it was, and in the cache.
bool HartRecurrence::as_recorded(Known& known) {
    const auto same = [&](const KnownBlock& was) {
        const Block* const block = settled_block(was.pc);
        return block && block->fingerprint == was.fingerprint;
    };
    if (!std::ranges::all_of(known.blocks, same)) return false;
    if (has_pipeline(parts_.timing) && !std::ranges::all_of(known.recurrence.round().words, [&](const auto& word) {
            return word.line == CacheLines::kNone || parts_.dcache.holds_line(word.line);
        }))
        return false;
    known.epoch = parts_.code_epoch.value;
    return true;
}

bool HartRecurrence::goes_on(std::uint32_t pending) {
    if (in_->recurrence.interrupted(pending)) return false;
    if (in_->epoch != parts_.code_epoch.value && !as_recorded(*in_)) return false;
    return in_->recurrence.holds(pending, *this);
}

bool HartRecurrence::go_round(std::uint64_t end_cycle) {
    const bool approximate = parts_.timing == TimingModel::approximate;
    return in_->recurrence.go_round(end_cycle, approximate ? this : nullptr, parts_.branches);
}

const Block* HartRecurrence::settled_block(std::uint64_t pc) {
    Block& block = parts_.blocks.at(pc);
    if (block.pc != pc || !is_current(block, parts_.bus, parts_.code_epoch.value)) return nullptr;
    const bool cached = !has_pipeline(parts_.timing) || parts_.icache.holds(pc, block.size_bytes);
    return cached ? &block : nullptr;
}

std::span<const rv::Instruction> HartRecurrence::instructions(const Block& block) {
    if (decoded_.size() >= kMostDecoded) decoded_.clear();
    Decoded& decoded = decoded_[block.pc];
    if (decoded.fingerprint != block.fingerprint || decoded.code.empty())
        decoded = {block.fingerprint, rv::decode(CodeBytes(parts_.bus, block.pc, block.size_bytes).bytes())};
    return decoded.code;
}

std::optional<std::uint32_t> HartRecurrence::read_steady(const Bus::Window& window, std::uint32_t offset,
                                                         unsigned size_bytes) {
    if (window.target->steady_until(offset) != SimTime::never()) return {};
    return parts_.bus.read_device(window, offset, size_bytes);
}

Recurrence::Sampler::Sampled HartRecurrence::sample(const RecurrenceRound::Position& at, std::uint64_t cycle,
                                                    const std::array<std::uint64_t, 32>& x) {
    Sampled sampled{.cycles = parts_.dcache.windows().pay(cycle)};
    if (cycle < parts_.dcache.walk_due()) return sampled;
    parts_.dcache.walk_sampled(cycle);
    if (!at.walks) return sampled;
    const Block& block = parts_.blocks.at(at.pc);
    const CodeBytes code(parts_.bus, at.pc, block.size_bytes);
    const unsigned missed = sample_walks(
        parts_.dcache, parts_.bus, block, code.bytes(), cycle, [&](unsigned reg) { return x[reg]; },
        [](std::uint64_t address) {
            return address >> 32 ? std::nullopt : std::optional(static_cast<std::uint32_t>(address));
        });
    sampled.cycles += missed;
    sampled.cache_changed = missed != 0;
    return sampled;
}

}  // namespace k210
