#include "cpu/block_alignment.hpp"

#include <algorithm>

#include "cpu/register_forms.hpp"
#include "cpu/rv_decode.hpp"
#include "cpu/rv_expand.hpp"

namespace k210 {
namespace {

constexpr std::int64_t kLargest = 8;  // bytes of an access

struct Walked {
    RegisterForms x;    // as the code leaves them
    std::size_t bytes;  // of the code
};

// Calls `see(operand)` for each load and store of more than a byte, up to one whose address is not told.
template <class See>
Walked walk(std::uint64_t pc, std::span<const std::uint8_t> code, const See& see) {
    RegisterForms x;
    std::size_t at = 0;
    for (std::uint32_t raw = 0; at < code.size(); at += rv::length_bytes(raw)) {
        raw = rv::fetch(code, at);
        const std::uint32_t insn = rv::expand(raw);
        if (const auto operand = rv::memory_operand(insn); operand && operand->size_bytes > 1) {
            RegisterForms::Form address = x[operand->base];
            if (!address) break;
            address->offset += operand->offset;
            see(AlignedOperand{static_cast<std::uint32_t>(at), operand->size_bytes, operand->store, *address});
        }
        x.execute(insn);
        if (rv::opcode(insn) == rv::kAuipc)
            x.set(rv::rd(insn), BlockOperand{.offset = static_cast<std::int64_t>(pc + at) + rv::u_immediate(insn)});
    }
    return {x, std::min(at, code.size())};
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

std::vector<AlignedOperand> aligned_operands(std::uint64_t pc, std::span<const std::uint8_t> code) {
    std::vector<AlignedOperand> found;
    walk(pc, code, [&](const AlignedOperand& operand) { found.push_back(operand); });
    return found;
}

ToldAlignment told_alignment(std::uint64_t pc, std::span<const std::uint8_t> code) {
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
