// What a block's registers hold while it runs, in terms of those with which it began.
#pragma once
#include <array>
#include <cstdint>
#include <optional>

#include "cpu/block_operands.hpp"
#include "k210/cpu/rv_instruction.hpp"

namespace k210 {

class RegisterForms {
public:
    using Form = std::optional<BlockOperand>;  // none: something else

    RegisterForms();
    const Form& operator[](unsigned reg) const { return x_[reg]; }

    void execute(const rv::Instruction& insn);
    void set(unsigned reg, Form form) {
        if (reg != 0) x_[reg] = form;
    }
    bool steps(unsigned reg) const {  // holds what it held, and some more or less
        const Form& x = x_[reg];
        return reg != 0 && x && x->a == reg && x->b == 0 && x->shift_a == 0 && x->offset != 0;
    }

private:
    std::array<Form, 32> x_;
};

}  // namespace k210
