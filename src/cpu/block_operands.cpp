#include "cpu/block_operands.hpp"

#include <algorithm>

#include "cpu/register_forms.hpp"

namespace k210 {
namespace {

constexpr unsigned kSp = 2, kTp = 4;  // and gp between them

}  // namespace

std::vector<BlockOperand> block_operands(std::span<const rv::Instruction> code, bool only_steps) {
    std::vector<BlockOperand> found;
    RegisterForms x;
    for (const rv::Instruction& insn : code) {
        if (const auto operand = insn.memory_operand(); operand && x[operand->base]) {
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
