#include "cpu/register_forms.hpp"

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

void RegisterForms::execute(const rv::Instruction& insn) {
    using rv::Op;
    const Form &a = x_[insn.rs1], &b = x_[insn.rs2];
    const auto shift = static_cast<unsigned>(insn.imm);
    switch (insn.op) {
        case Op::addi:
        case Op::addiw: return set(insn.rd, sum(a, BlockOperand{.offset = insn.imm}));
        case Op::slli:
        case Op::slliw: return set(insn.rd, shifted_left(a, shift));
        case Op::srli:
        case Op::srai:
        case Op::srliw:
        case Op::sraiw: return set(insn.rd, shifted_right(a, shift));
        case Op::add:
        case Op::addw: return set(insn.rd, sum(a, b));
        case Op::lui: return set(insn.rd, BlockOperand{.offset = insn.imm});
        default:
            if (const unsigned reg = insn.writes(); reg < rv::kFloatRegister) set(reg, {});
    }
}

}  // namespace k210
