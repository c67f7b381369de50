#include "cpu/block_operands.hpp"

#include <algorithm>

#include "cpu/register_forms.hpp"
#include "cpu/rv_decode.hpp"
#include "cpu/rv_expand.hpp"

namespace k210 {
namespace {

constexpr unsigned kSp = 2, kTp = 4;  // and gp between them

}  // namespace

std::vector<BlockOperand> block_operands(std::span<const std::uint8_t> code, bool only_steps) {
    std::vector<BlockOperand> found;
    RegisterForms x;
    std::uint32_t raw = 0;
    for (std::size_t at = 0; at < code.size(); at += rv::length_bytes(raw)) {
        raw = rv::fetch(code, at);
        const std::uint32_t insn = rv::expand(raw);
        if (const auto operand = rv::memory_operand(insn); operand && x[operand->base]) {
            BlockOperand address = *x[operand->base];
            address.offset += operand->offset;
            const bool fixed = address.b == 0 && (address.a == 0 || (address.a >= kSp && address.a <= kTp));
            const auto same = [&](const BlockOperand& other) { return other.same_array(address); };
            if (!fixed && std::none_of(found.begin(), found.end(), same)) found.push_back(address);
        }
        x.execute(insn);
    }
    if (only_steps) std::erase_if(found, [&](const BlockOperand& o) { return !x.steps(o.a) && !x.steps(o.b); });
    return found;
}

}  // namespace k210
