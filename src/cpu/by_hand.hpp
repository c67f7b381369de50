// Instructions that the engine gets wrong whatever registers hold, so that the hart carries them out itself.
#pragma once
#include "cpu/csr_table.hpp"
#include "k210/cpu/rv_instruction.hpp"

namespace k210 {

// mcycle or minstret: the engine drops what is written to them.
inline bool writes_counter(const rv::Instruction& insn) {
    return insn.writes_csr() && is_answered_by(insn.csr, CsrAnswer::counter) && !is_read_only_csr(insn.csr);
}

// Illegal, and run by the engine: reserved compressed instructions, and those that would set no bit of a CSR that can
// only be read. [doc] RISC-V user-level ISA, chapters C and Zicsr; privileged spec, CSR address mapping
inline bool is_missed_illegal(const rv::Instruction& insn) {
    if (insn.is_compressed()) return !insn.legal();
    return insn.writes_csr() && is_read_only_csr(insn.csr);
}

inline bool is_run_by_hand(const rv::Instruction& insn) {
    return writes_counter(insn) || is_missed_illegal(insn);
}

}  // namespace k210
