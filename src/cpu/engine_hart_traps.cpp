// How the hart comes out of the engine, and into traps.
#include "cpu/block_cost.hpp"
#include "cpu/engine_hart.hpp"

namespace k210 {

void EngineHart::run_engine() {
    idle_loops_.settle();
    leave_recurrence();
    next_part_ = rest_end_ ? pc_ : Block::kNoPc;
    std::optional<ByHand> by_hand;
    UnicornEngine::Exit exit{};
    do {
        left_ = again_ = false;
        by_hand = std::exchange(by_hand_, {});
        if (by_hand && by_hand->block_pc != pc_) by_hand.reset();  // an interrupt has come first
        exit = start_engine(by_hand);
    } while (again_);
    if (left_) return;
    if (rest_end_) {  // it has stopped before
        pc_ = exit.pc;
        return;
    }
    using Reason = UnicornEngine::Exit::Reason;
    switch (exit.reason) {
        case Reason::exception: {
            last_.end.flags &= static_cast<std::uint16_t>(~BlockEnd::reads_csr);
            const auto privilege = static_cast<std::uint64_t>(engine_.privilege());
            const std::uint64_t cause = exit.value == rv::kEcallFromU ? rv::kEcallFromU + privilege : exit.value;
            if (cause == rv::kIllegal && accessed_trigger(exit.pc)) return;
            if (cause == rv::kLoadMisaligned || cause == rv::kStoreMisaligned) return take_misaligned_atomic(exit.pc);
            return take_exception(cause, exit.pc, cause == rv::kIllegal ? instruction(exit.pc).raw : 0);
        }
        case Reason::refused: {
            if (exit.access == rv::Access::fetch) {
                finish_last_block();
                return take_exception(rv::kFetchFault, exit.pc, std::max(exit.pc, exit.value));
            }
            if (exit.exact) return take_refused(exit);
            const bool store = exit.access == rv::Access::store;
            const std::uint64_t pc = faulting_pc(exit.value, store);
            // The engine reads what an AMO is about to change first.
            const auto operand = instruction(pc).memory_operand();
            const bool stores = store || (operand && operand->store);
            const std::uint64_t value = operand ? first_refused(*operand, exit.value, stores) : exit.value;
            return take_exception(stores ? rv::kStoreFault : rv::kLoadFault, pc, value);
        }
        case Reason::watched: return take_watched(exit.pc);
        case Reason::stopped:
        case Reason::failed: break;
    }
    if (by_hand && exit.pc == by_hand->pc) return execute_by_hand(*by_hand);
    const rv::Instruction insn = instruction(exit.pc);
    if (insn.op == rv::Op::ebreak) return take_exception(rv::kBreakpoint, exit.pc, exit.pc);
    if (last_.end.has(BlockEnd::has_wfi)) {
        uncount_after(exit.pc - 4);
        last_.end.flags = 0;
        last_.next = exit.pc;
        pc_ = exit.pc;
        in_wfi_ = true;
        return;
    }
    if (exit.reason == Reason::failed) return take_exception(rv::kIllegal, exit.pc, insn.raw);
    finish_last_block();
    pc_ = exit.pc;
}

// The engine reads what an AMO is about to change first.
void EngineHart::take_refused(const UnicornEngine::Exit& exit) {
    const auto operand = instruction(exit.pc).memory_operand();
    const bool stores = exit.access == rv::Access::store || (operand && operand->store);
    std::uint64_t value = exit.value;
    // A wide access may fail in the page that only its end is in.
    if (operand) value = std::max(value, address_of(*operand));
    take_exception(stores ? rv::kStoreFault : rv::kLoadFault, exit.pc, value);
}

UnicornEngine::Exit EngineHart::start_engine(const std::optional<ByHand>& by_hand) {
    if (blocks_.crowded()) {
        blocks_.clear();
        engine_.forget_blocks();
    }
    const auto cut = std::exchange(cut_, {});
    if (cut) cut_block(*cut);
    if (by_hand) {  // in the place of the rest's beginning
        rest_end_.reset();
        stops_.open = false;
    }
    const UnicornEngine::Exit exit = by_hand ? run_up_to(*by_hand) : rest_end_ ? run_rest() : engine_.run(pc_);
    if (cut && cut_ && cut->block_pc == cut_->block_pc) {  // it has not taken the translation
        block_at(cut->block_pc).next_part = Block::kWhole;
        cut_.reset();
    }
    return exit;
}

// The engine refuses these itself, however strict the hart is, and tells neither the right cause nor the address.
void EngineHart::take_misaligned_atomic(std::uint64_t pc) {
    const auto operand = instruction(pc).memory_operand();
    const bool store = operand && operand->store;
    take_exception(store ? rv::kStoreMisaligned : rv::kLoadMisaligned, pc, operand ? engine_.x(operand->base) : 0);
}

// An illegal one where there is none.
rv::Instruction EngineHart::instruction(std::uint64_t pc) const {
    return rv::decode(rv::fetch(code(pc, 4).bytes(), 0));
}

// The engine knows the faulting block only. The registers are exact, so the culprit is the load or store in it whose
// operand has the refused address.
std::uint64_t EngineHart::faulting_pc(std::uint64_t address, bool store) const {
    const CodeBytes code = this->code(last_.pc, last_.next - last_.pc);
    std::uint64_t pc = last_.pc;
    for (const rv::Instruction& insn : rv::decode(code.bytes())) {
        const auto operand = insn.memory_operand();
        const bool fits = operand && (store ? operand->store : operand->load);
        // A wide access may fail in its second half.
        if (fits && address - address_of(*operand) < operand->size_bytes) return pc;
        pc += insn.length_bytes;
    }
    return last_.pc;
}

// The engine may come to the end of a misaligned access first: mtval is where the part begins that nothing answers.
// [doc] RISC-V privileged spec, mtval
std::uint64_t EngineHart::first_refused(const rv::MemoryOperand& operand, std::uint64_t refused, bool store) const {
    const std::uint64_t begin = address_of(operand);
    if (refused - begin >= operand.size_bytes || mmu_.translates()) return refused;
    const Bus::Window* const window = window_at(bus_, begin);
    const bool answers = window && (!store || !window->memory || window->writable);
    return answers ? std::uint64_t{window->base} + window->size_bytes : begin;
}

// The block was counted whole on entry; what comes after the instruction at pc did not run.
void EngineHart::uncount_after(std::uint64_t pc) {
    if (pc < last_.pc || pc >= last_.next) return;
    const CodeBytes code = this->code(last_.pc, last_.next - last_.pc);
    const auto bytes = code.bytes();
    const std::size_t begin = pc - last_.pc, end = begin + rv::length_bytes(rv::fetch(bytes, begin));
    if (end >= bytes.size()) return;
    const auto counted = rv::decode(bytes), run = rv::decode(bytes.first(end));
    instructions_ -= counted.size() - run.size();
    cycle_ -= straight_cycles(counted, model_) - straight_cycles(run, model_);
}

void EngineHart::take_exception(std::uint64_t cause, std::uint64_t pc, std::uint64_t value) {
    uncount_after(pc);
    last_.end.flags = 0;
    patience_ = 0;
    pc_ = pc;
    if (stops_.points().on_fault && !rv::is_ecall(cause) && in_machine_mode()) {
        stops_.stop({HartStopReason::fault, pc, value, cause}, pc);
        return;
    }
    const bool misaligned = cause == rv::kLoadMisaligned || cause == rv::kStoreMisaligned;  // has been told
    // Operating systems live on the faults of the modes below.
    if (!rv::is_ecall(cause) && !misaligned && in_machine_mode()) tell_fault(cause, pc, value);
    if (!rv::is_ecall(cause) && !fault_) fault_ = fault_of(cause, pc, value);
    enter_trap(cause, pc, value);
    if (!is_lost(cause, pc)) return;
    if (!fault_) fault_ = fault_of(cause, pc, value);
    fault_->handler_unreachable = true;
}

// Whether a trap from `pc` has led to no handler, or to one that faults at once, with nobody above to handle that.
bool EngineHart::is_lost(std::uint64_t cause, std::uint64_t pc) const {
    if (pc == pc_) return in_machine_mode() || csrs_.is_delegated(cause);
    if (code(pc_, 2).bytes().size() >= 2) return false;
    return in_machine_mode() || csrs_.is_delegated(rv::kFetchFault);
}

void EngineHart::tell_fault(std::uint64_t cause, std::uint64_t pc, std::uint64_t value) {
    ToldFault& told = told_faults_[(pc >> 1) % told_faults_.size()];
    if (told.cause != cause || told.pc != pc || told.value != value) {
        told = {cause, pc, value, {}};
        if (cause == rv::kLoadMisaligned || cause == rv::kStoreMisaligned)
            told.text = fmt::format("misaligned {} at pc {:#x}{}", cause == rv::kStoreMisaligned ? "store" : "load", pc,
                                    strictness_ == Strictness::trap ? "" : ", where a board traps");
        else
            told.text = fmt::format("exception {} at pc {:#x}, address or instruction {:#x}", cause, pc, value);
    }
    log_.guest_error(name_, "{}", told.text);
}

GuestFault EngineHart::fault_of(std::uint64_t cause, std::uint64_t pc, std::uint64_t value) const {
    return {cause, pc, value, clock_.time_of(cycle_), false, registers(), bus_.last_device_access()};
}

bool EngineHart::take_interrupt() {
    const auto cause = csrs_.ready_interrupt();
    if (!cause) return false;
    ++interrupts_taken_;
    enter_trap(*cause, pc_, 0);
    return true;
}

void EngineHart::enter_trap(std::uint64_t cause, std::uint64_t pc, std::uint64_t value) {
    idle_loops_.interrupt();
    stops_.runs_one();
    pc_ = csrs_.enter_trap(cause, pc, value);
    note_mode();
    if (observer_) observer_->trapped(cause, place_of(pc_), cycle_);
    cycle_ += cost::kTrapEntry;
}

void EngineHart::set_interrupt(Interrupt interrupt, bool level) {
    if (!csrs_.set_line(interrupt, level)) return;
    if (interrupt == Interrupt::software && level) code_epoch_.advance();  // often announces freshly loaded code
    if (!running_) return;
    stop_ = true;
    update_limit();
}

}  // namespace k210
