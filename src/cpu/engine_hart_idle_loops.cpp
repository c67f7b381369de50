// The hart in loops that only wait.
#include <cstring>

#include "cpu/block_cost.hpp"
#include "cpu/block_operands.hpp"
#include "cpu/engine_hart.hpp"

namespace k210 {

// True when the loop has been skipped and the hart is elsewhere in it.
bool EngineHart::skip_idle_loop(std::uint64_t pc) {
    loop_rounds_ = 0;
    if (cycle_ >= end_cycle_) return false;
    if (!plan_skipping(pc)) {
        loop_rounds_ = -kRoundsAfterNoIdleLoop;
        return false;
    }
    if (plan_.round_cycles() != round_cycles_) return false;  // not as regular as it will be
    skip_rounds();
    if (skipping_) leave_at(pc_);
    return skipping_;
}

bool EngineHart::plan_skipping(std::uint64_t pc) {
    const bool same_code = plan_epoch_ == code_epoch_.value;
    planned_ = (same_code && plan_.make_again(loop_head_, pc, cycle_, *this)) ||
               plan_.make(loop_head_, pc, engine_.gprs(), cycle_, *this);
    plan_epoch_ = code_epoch_.value;
    place_ = {};
    return planned_;
}

// The loop that the hart was left in goes on. False when it does more than that.
bool EngineHart::keep_skipping() {
    if (planned_ && plan_epoch_ != code_epoch_.value) stop_skipping();
    const bool known = planned_ ? plan_.renew(*this) : plan_skipping(pc_);
    if (known && cycle_ < plan_.ends() && plan_.begins() < end_cycle_) {
        skip_rounds();
        return true;
    }
    stop_skipping();
    skipping_ = false;
    return false;
}

// As far as the slice and the plan go.
void EngineHart::skip_rounds() {
    const std::uint64_t counted = place_.instructions;
    place_ = plan_.place(end_cycle_);
    cycle_ = place_.cycle;
    if (model_ == TimingModel::approximate && place_.entered >= sample_cycle_)
        sample_cycle_ = DataCache::next_after(place_.entered);
    instructions_ += place_.instructions - counted;
    pc_ = place_.pc;
    last_ = {.pc = place_.last_pc, .next = place_.pc, .end = {}};
    loop_cycle_ = cycle_;
    skipping_ = place_.goes_on;
    registers_lag_ = true;
    if (!skipping_) stop_skipping();
    if (observer_) observer_->waited_in_loop(loop_head_, plan_.reads(), cycle_);
}

// The engine learns what it has missed.
void EngineHart::stop_skipping() {
    if (registers_lag_) {
        aligned_.forget();
        for (unsigned i = 1; i < 32; ++i)
            if (plan_.written() >> i & 1) engine_.set_x(i, plan_.x(i, place_));
    }
    registers_lag_ = planned_ = false;
}

Gprs EngineHart::gprs() const {
    if (recurrence_.now()) return recurrence_.now()->x();
    Gprs gprs = engine_.gprs();
    if (!registers_lag_) return gprs;
    for (unsigned i = 1; i < gprs.size(); ++i)
        if (plan_.written() >> i & 1) gprs[i] = plan_.x(i, place_);
    return gprs;
}

SimTime EngineHart::idle_until() {
    if (in_wfi()) return SimTime::never();
    if (!planned_ || !skipping_ || clock_.hz() == 0 || (csrs_.lines() & engine_.csr(Csr::mie))) return local_;
    if (plan_epoch_ != code_epoch_.value || !plan_.renew(*this)) return local_;
    return plan_.ends() == kForever ? SimTime::never() : clock_.time_of(plan_.ends());
}

std::optional<IdleLoopWorld::Load> EngineHart::load(std::uint64_t address, std::uint32_t size) {
    const Bus::Window* window = window_at(bus_, address);
    if (!window || address % size != 0) return {};
    const auto offset = static_cast<std::uint32_t>(address) - window->base;
    Load load{.value = 0, .cycles = access_cycles(*window, false, model_), .device = false};
    if (window->memory) {
        std::memcpy(&load.value, window->memory->bytes().data() + offset, size);
        return load;
    }
    load.device = true;
    if (size > 4) load.cycles *= 2;
    SimTime until = SimTime::never();
    for (std::uint32_t part = 0; part < size; part += 4) {  // as the engine splits it
        until = std::min(until, window->target->steady_until(offset + part));
        if (until <= local_now()) return {};
        load.value |= std::uint64_t{bus_.read_device(*window, offset + part, std::min(size, 4u))} << (8 * part);
    }
    load.until_cycle = clock_.cycle_at(until);
    return load;
}

IdleLoopWorld::BlockCode EngineHart::block(std::uint64_t pc) {
    DecodedBlock& decoded = decoded_[(pc >> 1) % decoded_.size()];
    if (decoded.pc == pc && decoded.epoch == code_epoch_.value) return {decoded.code, decoded.cycles};
    const CodeBytes to_page_end = code(pc, kPageBytes - pc % kPageBytes);
    const auto bytes = to_page_end.bytes();
    const std::size_t known_bytes = std::min(decoded.size_bytes, bytes.size());
    if (decoded.pc != pc || decoded.fingerprint != fingerprint(bytes.first(known_bytes))) {
        auto code = block_code(bytes);
        std::size_t size_bytes = 0;
        for (const rv::Instruction& insn : code) size_bytes += insn.length_bytes;
        const unsigned cycles = straight_cycles(code, model_);
        // A loop that goes through an array is run, so that the data cache can be sampled in it.
        if (model_ == TimingModel::approximate && !block_operands(code, true).empty()) code.clear();
        decoded = {pc, 0, fingerprint(bytes.first(size_bytes)), size_bytes, cycles, std::move(code)};
    }
    decoded.epoch = code_epoch_.value;
    return {decoded.code, decoded.cycles};
}

}  // namespace k210
