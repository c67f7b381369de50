#include "cpu/hart_idle_loops.hpp"

#include <algorithm>
#include <cstring>

#include "cpu/access_cost.hpp"
#include "cpu/block_cost.hpp"
#include "cpu/block_operands.hpp"
#include "cpu/bus_window.hpp"
#include "cpu/code_bytes.hpp"

namespace k210 {

void HartIdleLoops::reset() {
    forget();
    head_ = Block::kNoPc;
    rounds_ = 0;
    pure_blocks_ = 0;
    waits_ = false;
}

std::optional<HartIdleLoops::Skipped> HartIdleLoops::skip(std::uint64_t pc, std::uint64_t cycle,
                                                          std::uint64_t end_cycle) {
    rounds_ = 0;
    if (cycle >= end_cycle) return {};
    if (!plan(pc, cycle)) {
        rounds_ = -kRoundsAfterNoIdleLoop;
        return {};
    }
    if (plan_.round_cycles() != round_cycles_) return {};  // not as regular as it will be
    return skip_rounds(end_cycle);
}

std::optional<HartIdleLoops::Skipped> HartIdleLoops::go_on(std::uint64_t pc, std::uint64_t cycle,
                                                           std::uint64_t end_cycle) {
    if (planned_ && plan_epoch_ != parts_.code_epoch.value) settle();
    const bool known = planned_ ? plan_.renew(*this) : plan(pc, cycle);
    if (known && cycle < plan_.ends() && plan_.begins() < end_cycle) return skip_rounds(end_cycle);
    settle();
    waits_ = false;
    return {};
}

bool HartIdleLoops::plan(std::uint64_t pc, std::uint64_t cycle) {
    const bool same_code = plan_epoch_ == parts_.code_epoch.value;
    planned_ = (same_code && plan_.make_again(head_, pc, cycle, *this)) ||
               plan_.make(head_, pc, parts_.engine.gprs(), cycle, *this);
    plan_epoch_ = parts_.code_epoch.value;
    place_ = {};
    return planned_;
}

HartIdleLoops::Skipped HartIdleLoops::skip_rounds(std::uint64_t end_cycle) {
    const std::uint64_t counted = place_.instructions;
    place_ = plan_.place(end_cycle);
    loop_cycle_ = place_.cycle;
    waits_ = place_.goes_on;
    registers_lag_ = true;
    if (!waits_) settle();
    return {place_.pc, place_.last_pc, place_.cycle, place_.instructions - counted, place_.entered};
}

std::optional<SimTime> HartIdleLoops::waits_until() {
    if (!planned_ || !waits_ || plan_epoch_ != parts_.code_epoch.value || !plan_.renew(*this)) return {};
    return plan_.ends() == kForever ? SimTime::never() : parts_.clock.time_of(plan_.ends());
}

void HartIdleLoops::settle() {
    if (registers_lag_) {
        parts_.aligned.forget();
        for (unsigned i = 1; i < 32; ++i)
            if (plan_.written() >> i & 1) parts_.engine.set_x(i, plan_.x(i, place_));
    }
    forget();
}

void HartIdleLoops::forget() {
    registers_lag_ = planned_ = false;
}

void HartIdleLoops::look_ahead(Gprs& x) const {
    if (!registers_lag_) return;
    for (unsigned i = 1; i < x.size(); ++i)
        if (plan_.written() >> i & 1) x[i] = plan_.x(i, place_);
}

void HartIdleLoops::visit_state(StateVisitor& visitor) {
    visitor.value("loop.head", head_);
    visitor.value("loop.cycle", loop_cycle_);
    visitor.value("loop.blocks", loop_blocks_);
    visitor.value("loop.rounds", rounds_, kRoundsBeforeSkipping);
    visitor.require(rounds_ >= -kRoundsAfterNoIdleLoop, "loop.rounds", "is less than it can be");
    visitor.value("pure_blocks", pure_blocks_);
    visitor.value("skipping", waits_);
}

// --- what surrounds the loop
// ------------------------------------------------------------------------------------------

std::optional<IdleLoopWorld::Load> HartIdleLoops::load(std::uint64_t address, std::uint32_t size_bytes) {
    const Bus::Window* window = window_at(parts_.bus, address);
    if (!window || address % size_bytes != 0) return {};
    const auto offset = static_cast<std::uint32_t>(address) - window->base;
    Load load{.value = 0, .cycles = access_cycles(*window, false, parts_.timing), .device = false};
    if (window->memory) {
        if (has_pipeline(parts_.timing) && window->cached && !parts_.dcache.holds(window->base + offset)) return {};
        std::memcpy(&load.value, window->memory->bytes().data() + offset, size_bytes);
        return load;
    }
    load.device = true;
    if (size_bytes > 4) load.cycles *= 2;
    SimTime until = SimTime::never();
    for (std::uint32_t part = 0; part < size_bytes; part += 4) {  // as the engine splits it
        until = std::min(until, window->target->steady_until(offset + part));
        if (until <= parts_.hart.local_now()) return {};
        const std::uint32_t bits = parts_.bus.read_device(*window, offset + part, std::min(size_bytes, 4u));
        load.value |= std::uint64_t{bits} << (8 * part);
    }
    load.until_cycle = parts_.clock.cycle_at(until);
    return load;
}

IdleLoopWorld::BlockCode HartIdleLoops::block(std::uint64_t pc) {
    DecodedBlock& decoded = decoded_[(pc >> 1) % decoded_.size()];
    if (decoded.pc == pc && decoded.epoch == parts_.code_epoch.value) return {decoded.code, decoded.cycles};
    const CodeBytes to_page_end(parts_.bus, pc, kPageBytes - pc % kPageBytes);
    const auto bytes = to_page_end.bytes();
    const std::size_t known_bytes = std::min(decoded.size_bytes, bytes.size());
    if (decoded.pc != pc || decoded.fingerprint != fingerprint(bytes.first(known_bytes))) {
        auto code = block_code(bytes);
        std::size_t code_bytes = 0;
        for (const rv::Instruction& insn : code) code_bytes += insn.length_bytes;
        const unsigned cycles = straight_cycles(code, parts_.timing);
        // A loop that goes through an array is run, so that the data cache can be sampled in it.
        if (has_pipeline(parts_.timing) && !block_operands(code, true).empty()) code.clear();
        decoded = {pc, 0, fingerprint(bytes.first(code_bytes)), code_bytes, cycles, std::move(code)};
    }
    decoded.epoch = parts_.code_epoch.value;
    return {decoded.code, decoded.cycles};
}

}  // namespace k210
