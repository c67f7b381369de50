// Instructions that the engine gets wrong whatever registers hold, so that the hart carries them out itself.
#pragma once
#include "cpu/csr_number.hpp"
#include "cpu/rv_decode.hpp"
#include "cpu/rv_expand.hpp"

namespace k210 {

// mcycle or minstret: the engine drops what is written to them.
constexpr bool writes_counter(std::uint32_t insn) {
    return rv::writes_csr(insn) && csr_number::is_counter(rv::csr_number(insn));
}

// Illegal, and run by the engine: reserved compressed instructions, and those that would set no bit of a CSR that can
// only be read. [doc] RISC-V user-level ISA, chapters C and Zicsr; privileged spec, CSR address mapping
inline bool is_missed_illegal(std::uint32_t insn) {
    if (rv::length_bytes(insn) == 2) return insn != rv::kCompressedEbreak && rv::expand(insn) == 0;
    return rv::writes_csr(insn) && csr_number::is_read_only(rv::csr_number(insn));
}

inline bool is_run_by_hand(std::uint32_t insn) {
    return writes_counter(insn) || is_missed_illegal(insn);
}

}  // namespace k210
