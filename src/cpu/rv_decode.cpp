#include "cpu/rv_decode.hpp"

namespace k210::rv {
namespace {

constexpr std::uint32_t bits(std::uint32_t insn, unsigned msb, unsigned lsb) {
    return (insn >> lsb) & ((1u << (msb - lsb + 1)) - 1);
}

// Compressed loads and stores. Quadrant 0 addresses through rs1', quadrant 2 through sp.
std::optional<MemoryOperand> compressed_operand(std::uint32_t insn) {
    constexpr unsigned kSp = 2;
    const unsigned quadrant = insn & 3, f3 = bits(insn, 15, 13);
    const unsigned base = bits(insn, 9, 7) + 8;
    if (quadrant == 0) {
        const auto word =
            static_cast<std::int32_t>(bits(insn, 5, 5) << 6 | bits(insn, 12, 10) << 3 | bits(insn, 6, 6) << 2);
        const auto twin = static_cast<std::int32_t>(bits(insn, 6, 5) << 6 | bits(insn, 12, 10) << 3);
        switch (f3) {
            case 1:
            case 3: return MemoryOperand{true, false, base, twin, 8};
            case 2: return MemoryOperand{true, false, base, word, 4};
            case 5:
            case 7: return MemoryOperand{false, true, base, twin, 8};
            case 6: return MemoryOperand{false, true, base, word, 4};
            default: return {};
        }
    }
    if (quadrant == 2) {
        const auto load_word =
            static_cast<std::int32_t>(bits(insn, 3, 2) << 6 | bits(insn, 12, 12) << 5 | bits(insn, 6, 4) << 2);
        const auto load_twin =
            static_cast<std::int32_t>(bits(insn, 4, 2) << 6 | bits(insn, 12, 12) << 5 | bits(insn, 6, 5) << 3);
        const auto store_word = static_cast<std::int32_t>(bits(insn, 8, 7) << 6 | bits(insn, 12, 9) << 2);
        const auto store_twin = static_cast<std::int32_t>(bits(insn, 9, 7) << 6 | bits(insn, 12, 10) << 3);
        switch (f3) {
            case 1:
            case 3: return MemoryOperand{true, false, kSp, load_twin, 8};
            case 2: return MemoryOperand{true, false, kSp, load_word, 4};
            case 5:
            case 7: return MemoryOperand{false, true, kSp, store_twin, 8};
            case 6: return MemoryOperand{false, true, kSp, store_word, 4};
            default: return {};
        }
    }
    return {};
}

}  // namespace

std::uint32_t fetch(std::span<const std::uint8_t> code, std::size_t offset) {
    if (offset + 2 > code.size()) return 0;
    const std::uint32_t low = code[offset] | std::uint32_t{code[offset + 1]} << 8;
    if (length_bytes(low) == 2) return low;
    if (offset + 4 > code.size()) return 0;
    return low | std::uint32_t{code[offset + 2]} << 16 | std::uint32_t{code[offset + 3]} << 24;
}

std::optional<MemoryOperand> memory_operand(std::uint32_t insn) {
    if (length_bytes(insn) == 2) return compressed_operand(insn);
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
