// The hart in loops that it goes round without the engine.
#include "cpu/engine_hart.hpp"

namespace k210 {

// --- loops that only wait -----------------------------------------------------------------------------------------

// True when the loop has been skipped and the hart is elsewhere in it.
bool EngineHart::skip_idle_loop(std::uint64_t pc) {
    const auto to = idle_loops_.skip(pc, cycle_, skip_end());
    if (!to) return false;
    follow(*to);
    if (idle_loops_.waits()) leave_at(pc_);
    return idle_loops_.waits();
}

// The loop that the hart was left in goes on. False when it does more than that.
bool EngineHart::keep_skipping() {
    if (cycle_ >= skip_end()) {
        idle_loops_.settle();
        idle_loops_.interrupt();
        return false;
    }
    const auto to = idle_loops_.go_on(pc_, cycle_, skip_end());
    if (to) follow(*to);
    return to.has_value();
}

void EngineHart::follow(const HartIdleLoops::Skipped& to) {
    cycle_ = to.cycle;
    if (model_ == TimingModel::approximate && to.entered >= dcache_.walk_due()) dcache_.walk_sampled(to.entered);
    data_due_ = dcache_.due(cycle_);
    update_limit();
    instructions_ += to.instructions;
    pc_ = to.pc;
    last_ = {.pc = to.last_pc, .next = to.pc, .end = {}};
    tell_waiting(idle_loops_.head(), idle_loops_.reads());
}

SimTime EngineHart::idle_until() {
    if (in_wfi()) return SimTime::never();
    if (clock_.hz() == 0 || csrs_.wakes()) return local_;
    const SimTime waits = idle_loops_.waits_until().value_or(local_);
    const std::uint64_t pays = dcache_.windows().payment_due();
    return pays == MissWindows::kNever ? waits : std::min(waits, clock_.time_of(pays));
}

Gprs EngineHart::gprs() const {
    if (recurrence_.now()) return recurrence_.now()->x();
    Gprs gprs = engine_.gprs();
    idle_loops_.look_ahead(gprs);
    return gprs;
}

// --- loops that repeat themselves ----------------------------------------------------------------------------------

HartControl EngineHart::control() const {
    return {.mstatus = engine_.csr(Csr::mstatus),
            .mie = engine_.csr(Csr::mie),
            .mtvec = engine_.csr(Csr::mtvec),
            .mscratch = engine_.csr(Csr::mscratch),
            .mepc = engine_.csr(Csr::mepc),
            .mcause = engine_.csr(Csr::mcause),
            .mtval = engine_.csr(Csr::mtval),
            .fcsr = engine_.csr(Csr::fcsr)};
}

bool EngineHart::look_for_recurrence() {
    if (join_recurrence()) return true;
    look_cycle_ = recurrence_.next_look(cycle_);
    update_limit();
    return false;
}

bool EngineHart::join_recurrence() {
    if (!skip_idle_loops_ || stops_.counts() || fault_ || patience_ != 0 || !in_machine_mode() || mmu_.translates())
        return false;
    if (!dcache_.windows().quiet()) return false;
    if (!recurrence_.may_join(pc_)) return false;
    idle_loops_.settle();
    RecurrenceStart start{.hart_id = id_,
                          .timing = model_,
                          .msip_address = msip_address_,
                          .x = engine_.gprs(),
                          .control = control(),
                          .pc = pc_,
                          .last_pc = last_.pc,
                          .last_next = last_.next,
                          .cycle = cycle_,
                          .instructions = instructions_,
                          .mcycle_ahead = csrs_.mcycle_ahead(),
                          .pending = csrs_.lines(),
                          .branches = &branches_};
    start.f = [this] {
        std::array<std::uint64_t, 32> f{};
        for (unsigned i = 0; i < f.size(); ++i) f[i] = engine_.f(i);
        return f;
    };
    if (csrs_.pending() != csrs_.lines() || !recurrence_.join(start)) return false;
    if (stops_.active() && may_stop_in(recurrence_.now()->round())) {
        recurrence_.leave(0);
        return false;
    }
    if (observer_) tell_rounds(recurrence_.now()->round());
    joined_cycle_ = cycle_;
    joined_instructions_ = instructions_;
    joined_interrupts_ = interrupts_taken_;
    return keep_recurring();
}

// The loop that the hart was left in goes on. False when it has to go on otherwise.
bool EngineHart::keep_recurring() {
    const std::uint64_t begin = cycle_;
    bool goes_on = recurrence_.goes_on(csrs_.lines());
    if (goes_on) {
        goes_on = recurrence_.go_round(end_cycle_);
        const Recurrence& loop = *recurrence_.now();
        cycle_ = loop.cycle();
        instructions_ = joined_instructions_ + loop.instructions();
        interrupts_taken_ = joined_interrupts_ + loop.interrupts();
        const RecurrenceRound::Position& at = loop.position();
        pc_ = at.pc;
        last_ = {.pc = at.last_pc, .next = at.last_next, .end = {}};
        tell_waiting(loop.head_pc(), {});
        const bool pending = (csrs_.lines() & kSoftwareInterrupt) != 0;
        if (at.software_interrupt != pending) bus_.write(*msip_address_, 4, at.software_interrupt);
    }
    if (!goes_on) leave_recurrence();
    return cycle_ != begin;
}

// The engine learns what it has missed.
void EngineHart::leave_recurrence() {
    const Recurrence* const loop = recurrence_.now();
    if (!loop) return;
    const Gprs x = loop->x();
    for (unsigned i = 1; i < x.size(); ++i) engine_.set_x(i, x[i]);
    const HartControl control = loop->control();
    if (loop->changes_floats())
        for (unsigned i = 0; i < loop->f().size(); ++i) engine_.set_f(i, loop->f()[i]);
    engine_.set_csr(Csr::mstatus, control.mstatus);
    engine_.set_csr(Csr::mie, control.mie);
    engine_.set_csr(Csr::mscratch, control.mscratch);
    engine_.set_csr(Csr::mepc, control.mepc);
    engine_.set_csr(Csr::mcause, control.mcause);
    engine_.set_csr(Csr::mtval, control.mtval);
    aligned_.forget();
    idle_loops_.count_none();
    recurrence_.leave(cycle_ - joined_cycle_);
    data_due_ = dcache_.due(cycle_);
    if (!running_) return;
    look_cycle_ = recurrence_.next_look(cycle_);
    update_limit();
}

}  // namespace k210
