// CSRs that the engine lacks or does not let code write, and that the hart has itself.
#include "cpu/block_cost.hpp"
#include "cpu/engine_hart.hpp"

namespace k210 {

void EngineHart::access_csr(const ByHand& by_hand, const rv::Instruction& insn) {
    if (!by_hand.in_part) {
        ++instructions_;
        cycle_ += straight_cycles({&insn, 1}, model_);
    }
    const std::uint64_t old = csrs_.read(insn.csr, 0, counted());
    csrs_.write(insn.csr, csrs_.written_value(insn, old), counted());
    if (insn.rd != 0) engine_.set_x(insn.rd, old);
    aligned_.forget();
    idle_loops_.count_none();
    pc_ = by_hand.pc + insn.length_bytes;
    last_ = {.pc = by_hand.pc, .next = pc_, .end = {}};
}

// What is illegal to the engine, because it knows no trigger.
bool EngineHart::accessed_trigger(std::uint64_t pc) {
    const rv::Instruction insn = instruction(pc);
    if (insn.kind != rv::Class::csr || !is_answered_by(insn.csr, CsrAnswer::trigger)) return false;
    if (static_cast<unsigned>(engine_.privilege()) < lowest_privilege(insn.csr)) return false;
    if (insn.writes_csr() && insn.csr != csr_number(Csr::tselect))
        log_.unsupported(name_, "hardware breakpoints and watchpoints: there are no triggers");
    if (insn.rd != 0) engine_.set_x(insn.rd, 0);
    aligned_.forget();
    pc_ = pc + insn.length_bytes;
    last_.end.flags = 0;
    return true;
}

}  // namespace k210
