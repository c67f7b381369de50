#include "cpu/register_forms.hpp"

#include "cpu/rv_decode.hpp"

namespace k210 {
namespace {

using Form = RegisterForms::Form;

Form sum(Form a, const Form& b) {
    if (!a || !b) return {};
    for (const auto& [reg, shift] : {std::pair{b->a, b->shift_a}, std::pair{b->b, b->shift_b}}) {
        if (reg == 0) continue;
        if (a->a != 0 && a->b != 0) return {};
        (a->a == 0 ? a->a : a->b) = reg;
        (a->b == 0 ? a->shift_a : a->shift_b) = shift;
    }
    a->offset += b->offset;
    return a;
}
Form shifted_left(Form a, unsigned by) {
    if (!a || a->shift_a + by > 63 || a->shift_b + by > 63) return {};
    if (a->a) a->shift_a = static_cast<std::uint8_t>(a->shift_a + by);
    if (a->b) a->shift_b = static_cast<std::uint8_t>(a->shift_b + by);
    a->offset = static_cast<std::int64_t>(static_cast<std::uint64_t>(a->offset) << by);
    return a;
}
// As indices are extended: left first and then right, with nothing lost.
Form shifted_right(Form a, unsigned by) {
    if (!a || (a->a && a->shift_a < by) || (a->b && a->shift_b < by)) return {};
    if (a->a) a->shift_a = static_cast<std::uint8_t>(a->shift_a - by);
    if (a->b) a->shift_b = static_cast<std::uint8_t>(a->shift_b - by);
    a->offset >>= by;
    return a;
}

}  // namespace

RegisterForms::RegisterForms() {
    for (unsigned i = 0; i < 32; ++i) x_[i] = BlockOperand{.a = static_cast<std::uint8_t>(i)};
}

void RegisterForms::execute(std::uint32_t insn) {
    const unsigned rd = rv::rd(insn), f3 = rv::funct3(insn), shift = insn >> 20 & 63;
    const Form &a = x_[rv::rs1(insn)], &b = x_[rv::rs2(insn)];
    switch (rv::opcode(insn)) {
        case 0x13:
        case 0x1b:
            if (f3 == 0) return set(rd, sum(a, BlockOperand{.offset = rv::i_immediate(insn)}));
            if (f3 == 1) return set(rd, shifted_left(a, shift));
            if (f3 == 5) return set(rd, shifted_right(a, shift));
            return set(rd, {});
        case 0x33:
        case 0x3b:
            if (f3 == 0 && insn >> 25 == 0) return set(rd, sum(a, b));
            return set(rd, {});
        case 0x37: return set(rd, BlockOperand{.offset = rv::u_immediate(insn)});
        case 0x53:  // funct5 of comparisons, and of conversions and moves to integers
            if (insn >> 27 == 0x14 || insn >> 27 == 0x18 || insn >> 27 == 0x1c) set(rd, {});
            return;
        case 0x03:
        case rv::kAuipc:
        case 0x2f:
        case 0x67:
        case 0x6f:
        case 0x73: return set(rd, {});
        default: return;
    }
}

}  // namespace k210
