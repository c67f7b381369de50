// Instructions that the engine gets wrong whatever registers hold, so that the hart carries them out itself.
#pragma once
#include "cpu/csr_number.hpp"
#include "cpu/rv_decode.hpp"

namespace k210 {

// mcycle or minstret: the engine drops what is written to them.
constexpr bool writes_counter(std::uint32_t insn) {
    return rv::writes_csr(insn) && csr_number::is_counter(rv::csr_number(insn));
}

constexpr bool is_run_by_hand(std::uint32_t insn) {
    return writes_counter(insn);
}

}  // namespace k210
