#include "cpu/rv_decode.hpp"

#include "cpu/rv_expand.hpp"

namespace k210::rv {
std::optional<MemoryOperand> memory_operand(std::uint32_t insn) {
    insn = expand(insn);
    const auto s_offset = (static_cast<std::int32_t>(insn) >> 25) * 32 + static_cast<std::int32_t>(rd(insn));
    const unsigned size = 1u << (funct3(insn) & 3);
    switch (opcode(insn)) {
        case 0x03:
        case 0x07: return MemoryOperand{true, false, rs1(insn), i_immediate(insn), size};
        case 0x23:
        case 0x27: return MemoryOperand{false, true, rs1(insn), s_offset, size};
        case 0x2f: return MemoryOperand{!is_sc(insn), !is_lr(insn), rs1(insn), 0, size};
        default: return {};
    }
}

}  // namespace k210::rv
