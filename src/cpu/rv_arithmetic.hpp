// What integer instructions compute. [doc] RISC-V user-level ISA 2.2, RV64IMA and Zicsr
#pragma once
#include <cstdint>

#include "k210/cpu/rv_instruction.hpp"

namespace k210::rv {

constexpr std::uint64_t sign_extend_word(std::uint64_t v) {
    return static_cast<std::uint64_t>(std::int64_t{static_cast<std::int32_t>(v)});
}

// Of kinds integer, multiply and divide. `b` is rs2 or the immediate, sign-extended.
std::uint64_t integer_result(Op op, std::uint64_t a, std::uint64_t b);
bool branch_taken(Op op, std::uint64_t a, std::uint64_t b);
// What an atomic writes: `old` is what it has read, sign-extended. Of a word, the lower half counts.
std::uint64_t atomic_result(Op op, std::uint64_t old, std::uint64_t operand);
// What an instruction that writes a CSR leaves in it; `operand` is rs1 or the immediate.
std::uint64_t csr_result(Op op, std::uint64_t old, std::uint64_t operand);
// What a load of these bytes, zero-extended, leaves in its register.
std::uint64_t loaded_value(Op op, std::uint64_t bytes);

}  // namespace k210::rv
