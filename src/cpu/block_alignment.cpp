#include "cpu/block_alignment.hpp"

#include <algorithm>

#include "cpu/register_forms.hpp"

namespace k210 {
namespace {

constexpr std::int64_t kLargest = 8;  // bytes of an access

struct Walked {
    RegisterForms x;    // as the code leaves them
    std::size_t bytes;  // of the code
};

// Calls `see(operand)` for each load and store of more than a byte, up to one whose address is not told.
template <class See>
Walked walk(std::uint64_t pc, std::span<const rv::Instruction> code, const See& see) {
    RegisterForms x;
    std::size_t at = 0;
    for (const rv::Instruction& insn : code) {
        if (const auto operand = insn.memory_operand(); operand && operand->size_bytes > 1) {
            RegisterForms::Form address = x[operand->base];
            if (!address) break;
            address->offset += operand->offset;
            see(AlignedOperand{static_cast<std::uint32_t>(at), operand->size_bytes, operand->store, *address});
        }
        x.execute(insn);
        if (insn.op == rv::Op::auipc)
            x.set(insn.rd, BlockOperand{.offset = static_cast<std::int64_t>(pc + at) + insn.imm});
        at += insn.length_bytes;
    }
    return {x, at};
}

// What of the address decides whether it is aligned to so many bytes.
BlockOperand low_bits(BlockOperand address, unsigned size_bytes) {
    if ((size_bytes - 1) >> address.shift_a == 0) address.a = 0;
    if ((size_bytes - 1) >> address.shift_b == 0) address.b = 0;
    if (address.a == 0) {
        address.a = address.b;
        address.shift_a = address.shift_b;
        address.b = 0;
    }
    address.offset &= size_bytes - 1;
    return address;
}

}  // namespace

std::vector<AlignedOperand> aligned_operands(std::uint64_t pc, std::span<const rv::Instruction> code) {
    std::vector<AlignedOperand> found;
    walk(pc, code, [&](const AlignedOperand& operand) { found.push_back(operand); });
    return found;
}

ToldAlignment told_alignment(std::uint64_t pc, std::span<const rv::Instruction> code) {
    BlockAlignment block;
    const auto [x, bytes] = walk(pc, code, [&](const AlignedOperand& operand) {
        const BlockOperand address = low_bits(operand.address, operand.size_bytes);
        if (address.a == 0 && address.offset == 0) return;
        if (address.a == 0 || address.b != 0 || address.shift_a != 0 || address.offset != 0) {
            block.needs_2 |= 1;
        } else if (operand.size_bytes == 2) {
            block.needs_2 |= 1u << address.a;
        } else {
            block.needs_8_4 |= std::uint64_t{1} << (operand.size_bytes == 8 ? 32 : 0) << address.a;
        }
    });
    for (unsigned reg = 1; reg < 32; ++reg) {
        const auto& form = x[reg];
        const bool kept = form && form->a == reg && form->shift_a == 0 && form->b == 0 && form->offset % kLargest == 0;
        if (!kept) block.changes |= 1u << reg;
    }
    return {block, bytes};
}

}  // namespace k210
