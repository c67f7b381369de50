// Instructions that the engine gets wrong whatever registers hold, so that the hart carries them out itself.
#pragma once
#include "cpu/csr_table.hpp"
#include "k210/cpu/rv_instruction.hpp"

namespace k210 {

// What the hart keeps and the engine does not: mcycle, minstret, mip and sip.
inline bool writes_harts_csr(const rv::Instruction& insn) {
    if (!insn.writes_csr() || is_read_only_csr(insn.csr)) return false;
    return is_answered_by(insn.csr, CsrAnswer::counter) || is_answered_by(insn.csr, CsrAnswer::hart);
}

// cycle or instret. Below machine mode the engine goes by rules of a later specification.
inline bool reads_user_counter(const rv::Instruction& insn) {
    if (insn.kind != rv::Class::csr || insn.writes_csr()) return false;
    return is_answered_by(insn.csr, CsrAnswer::counter) && is_read_only_csr(insn.csr);
}

// Illegal, and run by the engine: reserved compressed instructions, and those that would set no bit of a CSR that can
// only be read. [doc] RISC-V user-level ISA, chapters C and Zicsr; privileged spec, CSR address mapping
inline bool is_missed_illegal(const rv::Instruction& insn) {
    if (insn.is_compressed()) return !insn.legal();
    return insn.writes_csr() && is_read_only_csr(insn.csr);
}

inline bool is_run_by_hand(const rv::Instruction& insn) {
    return writes_harts_csr(insn) || is_missed_illegal(insn);
}

}  // namespace k210
