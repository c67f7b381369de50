// Instructions that the hart carries out itself: the engine runs their block, or the part of one, up to there.
#include "cpu/by_hand.hpp"
#include "cpu/engine_hart.hpp"

namespace k210 {

// The first in the block's first part.
void EngineHart::look_for_by_hand(const Block& block) {
    const CodeBytes code = this->code(block.pc, block.in_parts() ? block.next_part : block.size_bytes);
    std::uint64_t pc = block.pc;
    for (const rv::Instruction& insn : rv::decode(code.bytes())) {
        if (carries_out(insn)) {
            by_hand_ = ByHand{block.pc, pc, block.size_bytes, next_part_ == block.pc};
            return;
        }
        pc += insn.length_bytes;
    }
}

// Whether the engine would get it wrong in the mode now. What may not be written in that mode it refuses itself.
bool EngineHart::carries_out(const rv::Instruction& insn) const {
    if (reads_user_counter(insn)) return !in_machine_mode();
    if (writes_harts_csr(insn)) return static_cast<unsigned>(engine_.privilege()) >= lowest_privilege(insn.csr);
    return is_missed_illegal(insn);
}

// The translation must end there, and be whole again afterwards.
UnicornEngine::Exit EngineHart::run_up_to(const ByHand& by_hand) {
    if (by_hand.pc == by_hand.block_pc) return {UnicornEngine::Exit::Reason::stopped, by_hand.pc};
    engine_.forget_block(by_hand.block_pc, by_hand.block_bytes);
    const UnicornEngine::Exit exit = engine_.run_to(by_hand.pc, by_hand.block_pc);
    engine_.forget_block(by_hand.block_pc, by_hand.block_bytes);
    return exit;
}

// Goes on at its pc as it is when there is no longer what there was, because the code or a register has changed.
void EngineHart::execute_by_hand(const ByHand& by_hand) {
    pc_ = by_hand.pc;
    if (stops_.active() && by_hand.pc != by_hand.block_pc && stops_.reaches(pc_)) return;
    stops_.runs_one();
    const rv::Instruction insn = instruction(pc_);
    const bool reads = reads_user_counter(insn);
    if (writes_harts_csr(insn) || (reads && csrs_.lets_read(insn.csr))) return access_csr(by_hand, insn);
    if (!reads && !is_missed_illegal(insn)) return trap_misaligned(by_hand, insn);
    count(by_hand);
    take_exception(rv::kIllegal, by_hand.pc, insn.raw);
}

// One that traps, unless it has been counted with its block.
void EngineHart::count(const ByHand& by_hand) {
    if (by_hand.in_part) return;
    if (by_hand.pc == by_hand.block_pc) last_ = {.pc = by_hand.pc, .next = by_hand.pc, .end = {}};
    ++instructions_;
    ++cycle_;
}

}  // namespace k210
