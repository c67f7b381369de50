#include "cpu/access_plan.hpp"

#include <algorithm>

#include "cpu/register_forms.hpp"

namespace k210 {

using rv::Class;

AccessPlan::AccessPlan(std::uint64_t pc, std::span<const rv::Instruction> code, std::span<const BlockOperand> arrays) {
    // The arrays' numbers, from the beginning on,
    std::vector<std::uint8_t> array_of(code.size(), kNoArray);
    RegisterForms forms;
    std::uint64_t end = pc;
    for (std::size_t i = 0; i < code.size(); ++i) {
        const auto operand = code[i].memory_operand();
        if (operand && forms[operand->base]) {
            const auto same = [&](const BlockOperand& array) { return array.same_array(*forms[operand->base]); };
            const auto found = std::ranges::find_if(arrays, same);
            if (found != arrays.end()) array_of[i] = static_cast<std::uint8_t>(found - arrays.begin());
        }
        forms.execute(code[i]);
        end += code[i].length_bytes;
    }
    // and what their addresses are made of, from the end back.
    for (std::size_t i = code.size(); i-- != 0;) {
        const rv::Instruction& insn = code[i];
        end -= insn.length_bytes;
        const unsigned rd = insn.writes();
        const bool wanted = rd < rv::kFloatRegister && (reads_ >> rd & 1);
        if (!wanted && insn.access_bytes == 0) continue;
        if (wanted) reads_ &= ~(1u << rd);
        Step step;
        if (insn.access_bytes != 0) {
            if (wanted && insn.kind != Class::load) steps_.push_back({.rd = static_cast<std::uint8_t>(rd)});
            step = access_step(insn, wanted);
            step.array = array_of[i];
        } else {
            step = value_step(insn, end);
        }
        if (step.kind != Step::Kind::constant && step.kind != Step::Kind::forget) {
            reads_ |= 1u << step.rs1;
            if (!step.has_immediate) reads_ |= 1u << step.rs2;
        }
        reads_ &= ~1u;
        steps_.push_back(step);
    }
    std::ranges::reverse(steps_);
}

AccessPlan::Step AccessPlan::access_step(const rv::Instruction& insn, bool wanted) {
    const bool is_store = insn.kind == Class::store || insn.is_atomic();
    Step step{.op = insn.op,
              .rs1 = insn.rs1,
              .size_bytes = insn.access_bytes,
              .has_immediate = true,
              .imm = insn.is_atomic() ? 0 : insn.imm64()};
    step.kind = is_store ? Step::Kind::store : wanted ? Step::Kind::load : Step::Kind::touch;
    if (step.kind == Step::Kind::load) step.rd = insn.rd;
    return step;
}

AccessPlan::Step AccessPlan::value_step(const rv::Instruction& insn, std::uint64_t pc) {
    Step step{.op = insn.op, .rd = insn.rd, .rs1 = insn.rs1, .rs2 = insn.rs2, .imm = insn.imm64()};
    switch (insn.kind) {
        case Class::integer: step.has_immediate = insn.has_immediate(); [[fallthrough]];
        case Class::multiply:
        case Class::divide: step.kind = Step::Kind::compute; break;
        case Class::constant:
            step.kind = Step::Kind::constant;
            if (insn.op == rv::Op::auipc) step.imm += pc;
            break;
        case Class::jump:
        case Class::indirect_jump:
            step.kind = Step::Kind::constant;
            step.imm = pc + insn.length_bytes;
            break;
        default: break;
    }
    return step;
}

}  // namespace k210
