#include "cpu/block_operands.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "cpu/rv_decode.hpp"
#include "cpu/rv_expand.hpp"

namespace k210 {
namespace {

constexpr unsigned kSp = 2, kTp = 4;  // and gp between them

// What registers hold, in terms of those at the beginning.
class Registers {
public:
    using Form = std::optional<BlockOperand>;  // none: something else

    Registers() {
        for (unsigned i = 0; i < 32; ++i) x_[i] = BlockOperand{.a = static_cast<std::uint8_t>(i)};
    }
    const Form& operator[](unsigned reg) const { return x_[reg]; }

    void execute(std::uint32_t insn) {
        const unsigned rd = rv::rd(insn), f3 = rv::funct3(insn), shift = insn >> 20 & 63;
        const Form &a = x_[rv::rs1(insn)], &b = x_[rv::rs2(insn)];
        switch (rv::opcode(insn)) {
            case 0x13:
            case 0x1b:
                if (f3 == 0) return write(rd, sum(a, BlockOperand{.offset = rv::i_immediate(insn)}));
                if (f3 == 1) return write(rd, shifted_left(a, shift));
                if (f3 == 5) return write(rd, shifted_right(a, shift));
                return write(rd, {});
            case 0x33:
            case 0x3b:
                if (f3 == 0 && insn >> 25 == 0) return write(rd, sum(a, b));
                return write(rd, {});
            case 0x37: return write(rd, BlockOperand{.offset = static_cast<std::int32_t>(insn & 0xffff'f000)});
            case 0x53:  // comparisons and what comes behind them in funct5 mostly write integers
                if (insn >> 27 >= 0x14) write(rd, {});
                return;
            case 0x03:
            case 0x17:
            case 0x2f:
            case 0x67:
            case 0x6f:
            case 0x73: return write(rd, {});
            default: return;
        }
    }
    bool steps(unsigned reg) const {
        const Form& x = x_[reg];
        return reg != 0 && x && x->a == reg && x->b == 0 && x->shift_a == 0 && x->offset != 0;
    }

private:
    void write(unsigned reg, Form form) {
        if (reg != 0) x_[reg] = form;
    }
    static Form sum(Form a, const Form& b) {
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
    static Form shifted_left(Form a, unsigned by) {
        if (!a || a->shift_a + by > 63 || a->shift_b + by > 63) return {};
        if (a->a) a->shift_a = static_cast<std::uint8_t>(a->shift_a + by);
        if (a->b) a->shift_b = static_cast<std::uint8_t>(a->shift_b + by);
        a->offset = static_cast<std::int64_t>(static_cast<std::uint64_t>(a->offset) << by);
        return a;
    }
    // As indices are extended: left first and then right, with nothing lost.
    static Form shifted_right(Form a, unsigned by) {
        if (!a || (a->a && a->shift_a < by) || (a->b && a->shift_b < by)) return {};
        if (a->a) a->shift_a = static_cast<std::uint8_t>(a->shift_a - by);
        if (a->b) a->shift_b = static_cast<std::uint8_t>(a->shift_b - by);
        a->offset >>= by;
        return a;
    }

    std::array<Form, 32> x_;
};

}  // namespace

std::vector<BlockOperand> block_operands(std::span<const std::uint8_t> code, bool only_steps) {
    std::vector<BlockOperand> found;
    Registers x;
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
