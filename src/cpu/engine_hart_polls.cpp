// The hart in loops that only wait.
#include <cstring>

#include "cpu/block_cost.hpp"
#include "cpu/engine_hart.hpp"

namespace k210 {
namespace {

constexpr int kRoundsAfterNoPoll = 1024;  // of a loop that does not only wait, before looking again
constexpr std::uint64_t kLongestRest = std::uint64_t{1} << 40;  // cycles that are as good as for ever

}  // namespace

// True when the loop has been skipped and the hart is elsewhere in it.
bool EngineHart::skip_poll(std::uint64_t pc) {
    loop_rounds_ = 0;
    if (cycle_ >= end_cycle_) return false;
    const auto skip = evaluate_poll({.head = pc, .pc = pc}, gprs(), cycle_, end_cycle_ - cycle_, *this);
    if (!skip) {
        loop_rounds_ = -kRoundsAfterNoPoll;
        return false;
    }
    if (skip->round_cycles != round_cycles_) return false;  // not as regular as it will be
    follow(*skip);
    if (rests_) leave_at(skip->pc);
    return rests_;
}

// The loop that the hart was left in goes on. False when it does more than that.
bool EngineHart::rest() {
    const auto skip = evaluate_poll({.head = loop_head_, .pc = pc_}, gprs(), cycle_, end_cycle_ - cycle_, *this);
    rests_ = false;
    if (!skip) return false;
    follow(*skip);
    pc_ = skip->pc;
    return true;
}

void EngineHart::tell_engine() {
    if (!rest_gprs_) return;
    for (unsigned i = 1; i < rest_gprs_->size(); ++i) engine_.set_x(i, (*rest_gprs_)[i]);
    rest_gprs_.reset();
}

void EngineHart::follow(const PollSkip& skip) {
    rest_gprs_ = skip.gprs;
    if (!skip.goes_on) tell_engine();
    cycle_ += skip.cycles;
    instructions_ += skip.instructions;
    last_ = {.pc = skip.last_pc, .next = skip.pc, .end = {}};
    loop_cycle_ = cycle_;
    rests_ = skip.goes_on;
    if (observer_) observer_->polled(loop_head_, skip.reads, cycle_);
}

SimTime EngineHart::rests_until() {
    if (waiting()) return SimTime::never();
    if (!resting() || clock_.hz() == 0 || (pending_ & engine_.csr(Csr::mie))) return local_;
    const std::uint64_t cycle = cycles_until(local_);
    const std::uint64_t lasts = poll_lasts({.head = loop_head_, .pc = pc_}, gprs(), cycle, *this);
    return lasts > kLongestRest ? SimTime::never() : clock_.time_of(cycle + lasts);
}

std::optional<PollWorld::Load> EngineHart::load(std::uint64_t address, std::uint32_t size) {
    const Bus::Window* window = window_at(address);
    if (!window || address % size != 0) return {};
    const auto offset = static_cast<std::uint32_t>(address) - window->base;
    Load load{.value = 0, .cycles = beyond_caches(*window, cost::kUncachedLoad, cost::kDeviceLoad), .device = false};
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

PollWorld::BlockCode EngineHart::block(std::uint64_t pc) {
    DecodedBlock& decoded = decoded_[(pc >> 1) % decoded_.size()];
    if (decoded.pc == pc && decoded.epoch == code_epoch_.value) return {decoded.code, decoded.cycles};
    const auto to_page_end = code(pc, kPageBytes - pc % kPageBytes);
    const auto bytes = to_page_end.first(block_bytes(to_page_end));
    if (decoded.pc != pc || decoded.fingerprint != fingerprint(bytes))
        decoded = {pc, 0, fingerprint(bytes), straight_cycles(bytes, model_), decode(bytes)};
    decoded.epoch = code_epoch_.value;
    return {decoded.code, decoded.cycles};
}

}  // namespace k210
