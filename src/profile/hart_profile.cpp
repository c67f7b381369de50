#include "profile/hart_profile.hpp"

#include "k210/cpu/hart.hpp"
#include "k210/cpu/rv_instruction.hpp"
#include "profile/naming.hpp"
#include "profile/script_profile.hpp"

namespace k210::profile {
namespace {

constexpr std::uint64_t kInterrupt = 1ull << 63;
constexpr unsigned kFirstSlotBits = 12;
constexpr std::uint64_t kFree = ~std::uint64_t{0};

Context context_of(std::uint64_t cause) {
    if (!(cause & kInterrupt)) return {TrapKind::exception, static_cast<unsigned>(cause)};
    switch (static_cast<Interrupt>(cause & ~kInterrupt)) {
        case Interrupt::software: return {TrapKind::software};
        case Interrupt::timer: return {TrapKind::timer};
        case Interrupt::external: break;
    }
    return {TrapKind::external};
}

bool ends_with_call(std::span<const std::uint8_t> code) {
    std::uint32_t last = 0;
    for (std::size_t at = 0; at < code.size(); at += rv::length_bytes(last)) last = rv::fetch(code, at);
    return rv::decode(last).is_call();
}

}  // namespace

HartProfile::HartProfile(std::string name, TraceSink* sink, const Naming& naming, ScriptProfile* scripts)
    : track_(std::move(name)), sink_(sink), naming_(naming), scripts_(scripts), slot_bits_(kFirstSlotBits) {
    slots_.assign(std::size_t{1} << slot_bits_, {kFree, 0});
    context_number({});
    code_at(0);
}

void HartProfile::attached(const ClockDomain& clock, const Bus& bus) {
    clock_ = &clock;
    bus_ = &bus;
}

void HartProfile::reset() {
    release();
    if (sink_ && !traps_.empty()) sink_->end(clock_->time_of(last_cycle_), trap_track());
    traps_.clear();
    wait_ = kNone;
    show(clock_->time_of(last_cycle_), "running");
}

// --- whose cycles ----------------------------------------------------------------------------------------------

// Before a turn, too: what the hart has waited since the last one is of the line that it waits in.
void HartProfile::resume(std::uint64_t cycle) {
    last_cycle_ = cycle;
    look_at_scripts(cycle);
}

void HartProfile::pause(std::uint64_t cycle) {
    charge(cycle);
    look_at_scripts(cycle);
}

void HartProfile::look_at_scripts(std::uint64_t cycle) {
    if (scripts_) scripts_->between_turns(code_[current_].pc, clock_->time_of(cycle));
}

bool HartProfile::charge(std::uint64_t cycle) {
    if (cycle <= last_cycle_) return false;
    const std::uint64_t cycles = cycle - last_cycle_;
    last_cycle_ = cycle;
    if (holding_ == Holding::nothing)
        code_[current_].new_cycles += cycles;
    else
        held_.push_back({current_, cycles});
    return true;
}

void HartProfile::release() {
    for (const Held& held : held_) code_[held.code].new_cycles += held.cycles;
    held_.clear();
    holding_ = Holding::nothing;
}

HartProfile::Slot& HartProfile::slot_of(std::uint64_t key) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t i = key * 0x9e37'79b9'7f4a'7c15 >> (64 - slot_bits_);
    while (slots_[i].key != key && slots_[i].key != kFree) i = (i + 1) & mask;
    return slots_[i];
}

void HartProfile::enlarge_slots() {
    const std::vector<Slot> old = std::move(slots_);
    ++slot_bits_;
    slots_.assign(std::size_t{1} << slot_bits_, {kFree, 0});
    for (const Slot& slot : old)
        if (slot.key != kFree) slot_of(slot.key) = slot;
}

// Code is told apart by where it lies: one pc is different code in different address spaces.
std::size_t HartProfile::code_at(CodePlace place) {
    const std::uint64_t key = place.physical_pc << 16 | context();
    if (const Slot& slot = slot_of(key); slot.key == key) return slot.code;
    if (code_.size() * 2 >= slots_.size()) enlarge_slots();
    slot_of(key) = {key, code_.size()};
    CodeTime& code = code_.emplace_back();
    code.pc = place.pc;
    code.physical_pc = place.physical_pc;
    code.context = context();
    return code_.size() - 1;
}

void HartProfile::block(CodePlace place, std::uint32_t size_bytes, std::uint64_t cycle) {
    const bool called = charge(cycle) && code_[current_].calls;
    current_ = code_at(place);
    CodeTime& code = code_[current_];
    code.entry |= called;
    if (code.size_bytes != size_bytes) [[unlikely]] {
        code.size_bytes = size_bytes;
        code.calls = ends_with_call(bus_->memory(static_cast<std::uint32_t>(place.physical_pc), size_bytes));
    }
    if (wait_ == kNone) return;
    if (waits_[wait_].wfi) return end_wait();
    if (place.pc == waits_[wait_].pc) {  // the loop is round again: what it ran was waiting, too
        for (const Held& held : held_) waits_[wait_].new_cycles += held.cycles;
        held_.clear();
        wait_end_ = cycle;
    } else if (held_.size() > kMaxLoopBlocks) {
        end_wait();
    }
}

// --- waiting ---------------------------------------------------------------------------------------------------

void HartProfile::enter_wait(std::uint64_t pc, bool wfi, const IdleLoopReads& reads) {
    const auto [known, fresh] = waits_at_.try_emplace({pc, context(), reads.device.value_or(0)}, waits_.size());
    if (fresh) {
        WaitTime& made = waits_.emplace_back();
        made.pc = pc;
        made.context = context();
        made.wfi = wfi;
        made.reads = reads;
    }
    wait_ = known->second;
    WaitTime& wait = waits_[wait_];
    const bool varies = wait.reads.memory != reads.memory && !wait.memory_varies;
    const bool counts = reads.counter && !wait.reads.counter;
    wait.memory_varies |= varies;
    wait.reads.counter |= counts;
    if (fresh || varies || counts) wait.name = naming_.wait(wait, *bus_);
    ++wait.times;
    if (traps_.empty()) show(clock_->time_of(last_cycle_), wait.name);
}

void HartProfile::end_wait() {
    if (wait_ == kNone) return;
    wait_ = kNone;
    release();
    if (traps_.empty()) show(clock_->time_of(wait_end_), "running");
}

void HartProfile::waited_in_loop(std::uint64_t pc, const IdleLoopReads& reads, std::uint64_t cycle) {
    const bool goes_on = wait_ != kNone && waits_[wait_].pc == pc && waits_[wait_].reads.device == reads.device;
    if (!goes_on) {
        end_wait();
        release();
        enter_wait(pc, false, reads);
        holding_ = Holding::loop;
    }
    waits_[wait_].new_cycles += cycle - last_cycle_;
    last_cycle_ = wait_end_ = cycle;
}

void HartProfile::slept(std::uint64_t cycle) {
    if (wait_ == kNone || !waits_[wait_].wfi) {
        end_wait();
        release();
        enter_wait(code_[current_].pc, true, {});
    }
    waits_[wait_].new_cycles += cycle - last_cycle_;
    last_cycle_ = wait_end_ = cycle;
}

// --- traps -----------------------------------------------------------------------------------------------------

unsigned HartProfile::context_number(const Context& context) {
    const auto [known, fresh] = context_numbers_.try_emplace(context, static_cast<unsigned>(contexts_.size()));
    if (fresh) contexts_.push_back({context, 0, naming_.context(context)});
    return known->second;
}

std::string HartProfile::trap_track() const {
    return track_ + (traps_.size() > 1 ? " traps in traps" : " traps");
}

void HartProfile::begin_trap(SimTime when) {
    ContextTime& context = contexts_[traps_.back().context];
    ++context.times;
    if (!sink_) return;
    sink_->begin(when, trap_track(), context.name, {});
    if (traps_.size() == 1) show(when, context.name);
}

void HartProfile::trapped(std::uint64_t cause, CodePlace handler, std::uint64_t cycle) {
    charge(cycle);
    end_wait();
    release();
    if (traps_.size() >= kMaxDepth) traps_.clear();
    const SimTime now = clock_->time_of(cycle);
    traps_.push_back({context_number(context_of(cause)), now});
    if (contexts_[context()].context.kind == TrapKind::external)
        holding_ = Holding::claim;
    else
        begin_trap(now);
    current_ = code_at(handler);
    code_[current_].entry = true;
}

void HartProfile::claimed(unsigned source, SimTime when) {
    if (traps_.empty() || contexts_[context()].context.kind != TrapKind::external) return;
    const bool first = holding_ == Holding::claim;
    traps_.back().context = context_number({TrapKind::external, source});
    for (Held& held : held_) held.code = code_at(code_[held.code].place());
    current_ = code_at(code_[current_].place());
    if (first) release();
    begin_trap(first ? traps_.back().since : when);
}

void HartProfile::returned(std::uint64_t cycle) {
    charge(cycle);
    end_wait();
    if (traps_.empty()) return;  // how systems enter their first task
    if (holding_ == Holding::claim) {
        release();
        begin_trap(traps_.back().since);
    }
    const SimTime now = clock_->time_of(cycle);
    if (sink_) sink_->end(now, trap_track());
    traps_.pop_back();
    if (traps_.empty()) show(now, "running");
    current_ = code_at(code_[current_].place());
}

// --- time ------------------------------------------------------------------------------------------------------

void HartProfile::share_out(SimTime until) {
    using u128 = unsigned __int128;
    if (until <= reached_) return;
    const std::uint64_t passed_ps = until.ps - reached_.ps;
    reached_ = until;

    std::uint64_t total = 0;
    const auto each = [this](auto use) {
        for (CodeTime& code : code_) use(code);
        for (WaitTime& wait : waits_) use(wait);
    };
    each([&](const Spent& spent) { total += spent.new_cycles; });
    if (total == 0) {
        code_[current_].time_ps += passed_ps;
        return;
    }
    std::uint64_t counted = 0, given_ps = 0;
    each([&](Spent& spent) {
        counted += spent.new_cycles;
        const auto due_ps = static_cast<std::uint64_t>(u128{passed_ps} * counted / total);
        spent.time_ps += due_ps - given_ps;
        given_ps = due_ps;
        spent.cycles += spent.new_cycles;
        spent.new_cycles = 0;
    });
}

void HartProfile::keep() {
    kept_.code.assign(code_.begin(), code_.end());
    kept_.waits.assign(waits_.begin(), waits_.end());
    const auto times = [](const auto& list) {
        std::vector<std::uint64_t> all;
        for (const auto& line : list) all.push_back(line.times);
        return all;
    };
    kept_.wait_times = times(waits_);
    kept_.context_times = times(contexts_);
}

// What has come since then starts at nothing.
void HartProfile::take_back() {
    kept_.code.resize(code_.size());
    kept_.waits.resize(waits_.size());
    kept_.wait_times.resize(waits_.size());
    kept_.context_times.resize(contexts_.size());
    for (std::size_t i = 0; i < code_.size(); ++i) static_cast<Spent&>(code_[i]) = kept_.code[i];
    for (std::size_t i = 0; i < waits_.size(); ++i) {
        static_cast<Spent&>(waits_[i]) = kept_.waits[i];
        waits_[i].times = kept_.wait_times[i];
    }
    for (std::size_t i = 0; i < contexts_.size(); ++i) contexts_[i].times = kept_.context_times[i];
}

void HartProfile::set_counted(bool counted, SimTime when) {
    release();
    share_out(when);
    if (scripts_) scripts_->set_counted(counted, code_[current_].pc, when);
    counted ? take_back() : keep();
}

void HartProfile::finish(SimTime when) {
    release();
    share_out(when);
}

}  // namespace k210::profile
