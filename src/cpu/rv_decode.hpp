// As much of RV64GC as the hart needs to know about the code that its engine runs: lengths, what ends a block,
// and which address a load or store is about to touch. [doc] RISC-V user-level ISA, chapters C, A and Zicsr
#pragma once
#include "cpu/rv_instruction.hpp"

namespace k210::rv {

constexpr std::uint32_t kEbreak = 0x0010'0073, kWfi = 0x1050'0073, kMret = 0x3020'0073, kSret = 0x1020'0073;
constexpr std::uint32_t kCompressedEbreak = 0x9002;

constexpr unsigned kAuipc = 0x17, kBranch = 0x63, kJalr = 0x67, kJal = 0x6f, kSystem = 0x73;  // opcodes
constexpr unsigned opcode(std::uint32_t insn) {
    return insn & 0x7f;
}
constexpr unsigned rd(std::uint32_t insn) {
    return (insn >> 7) & 31;
}
constexpr unsigned funct3(std::uint32_t insn) {
    return (insn >> 12) & 7;
}
constexpr unsigned rs1(std::uint32_t insn) {
    return (insn >> 15) & 31;
}
constexpr unsigned rs2(std::uint32_t insn) {
    return (insn >> 20) & 31;
}
constexpr std::int32_t i_immediate(std::uint32_t insn) {
    return static_cast<std::int32_t>(insn) >> 20;
}
constexpr std::int32_t u_immediate(std::uint32_t insn) {
    return static_cast<std::int32_t>(insn & 0xffff'f000);
}
constexpr unsigned csr_number(std::uint32_t insn) {
    return insn >> 20;
}
// By the convention that lets predictors keep return addresses: jalr x0 to ra or t0. Not for compressed ones.
constexpr bool is_return(std::uint32_t insn) {
    return opcode(insn) == kJalr && rd(insn) == 0 && (rs1(insn) == 1 || rs1(insn) == 5);
}
constexpr bool is_csr(std::uint32_t insn) {
    return opcode(insn) == kSystem && (funct3(insn) & 3) != 0;
}
// csrrw always writes; the others unless their operand is x0 or 0.
constexpr bool writes_csr(std::uint32_t insn) {
    return is_csr(insn) && ((funct3(insn) & 3) == 1 || rs1(insn) != 0);
}
constexpr bool is_fence_i(std::uint32_t insn) {
    return opcode(insn) == 0x0f && funct3(insn) == 1;
}
constexpr bool is_amo(std::uint32_t insn) {
    return opcode(insn) == 0x2f;
}
constexpr bool is_lr(std::uint32_t insn) {
    return is_amo(insn) && insn >> 27 == 2;
}
constexpr bool is_sc(std::uint32_t insn) {
    return is_amo(insn) && insn >> 27 == 3;
}

std::optional<MemoryOperand> memory_operand(std::uint32_t insn);

}  // namespace k210::rv
