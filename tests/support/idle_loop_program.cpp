#include "support/idle_loop_program.hpp"

#include <array>
#include <functional>
#include <utility>

#include "support/rv_asm.hpp"

namespace k210 {
namespace {

using namespace rvasm;

class Assembler {
public:
    using Label = std::size_t;

    Label label() {
        places_.push_back(0);
        return places_.size() - 1;
    }
    void bind(Label label) { places_[label] = code_.size(); }
    void emit(std::uint32_t insn) {
        code_.push_back(static_cast<std::uint16_t>(insn));
        if ((insn & 3) == 3) code_.push_back(static_cast<std::uint16_t>(insn >> 16));
    }
    void branch(unsigned funct3, unsigned a, unsigned b, Label to) {
        fixups_.push_back({code_.size(), to, [=](int offset) { return b_type(funct3, a, b, offset); }});
        emit(nop);
    }
    void jump(unsigned rd, Label to) {
        fixups_.push_back({code_.size(), to, [=](int offset) { return jal(rd, offset); }});
        emit(nop);
    }
    void load_constant(unsigned rd, std::uint32_t value) {
        const int low = static_cast<int>(value << 20) >> 20;
        emit(lui(rd, (value - static_cast<std::uint32_t>(low)) >> 12));
        emit(i_type(0x1b, 0, rd, rd, low));  // addiw
    }
    void load_address(unsigned rd, std::uint32_t address) {
        load_constant(rd, address);
        emit(slli(rd, rd, 32));
        emit(i_type(0x13, 5, rd, rd, 32));  // srli
    }
    std::vector<std::uint16_t> finish() {
        for (const Fixup& fixup : fixups_) {
            const int offset = 2 * (static_cast<int>(places_[fixup.to]) - static_cast<int>(fixup.at));
            const std::uint32_t insn = fixup.encode(offset);
            code_[fixup.at] = static_cast<std::uint16_t>(insn);
            code_[fixup.at + 1] = static_cast<std::uint16_t>(insn >> 16);
        }
        return std::move(code_);
    }

private:
    struct Fixup {
        std::size_t at;
        Label to;
        std::function<std::uint32_t(int)> encode;
    };
    std::vector<std::uint16_t> code_;
    std::vector<std::size_t> places_;
    std::vector<Fixup> fixups_;
};

// s0 and s1 point to the flags, s2 to the device, s3 to the log; the handler has s8 to s11. a3 is when the wait began,
// a4 when it should end, or how long it should take.
class Generator {
public:
    Generator(std::mt19937_64& random, const IdleLoopProgramPlaces& places, IdleLoopKind kind)
        : random_(random), places_(places), works_(kind == IdleLoopKind::works) {}

    IdleLoopProgram generate() {
        for (const auto& [reg, address] : {std::pair{s0, places_.flags}, std::pair{s1, places_.uncached_flags},
                                           std::pair{s2, places_.device}, std::pair{s3, places_.log}})
            program_.load_address(reg, address);
        if (works_) program_.load_address(s4, places_.scratch);
        program_.load_address(t0, places_.handler);
        program_.emit(csrw(mtvec, t0));
        program_.emit(csrsi(mstatus, 8));
        const auto begin = program_.label();
        program_.bind(begin);
        for (std::uint64_t i = 0, n = 1 + below(3); i < n; ++i) wait();
        program_.jump(zero, begin);
        for (const auto function : functions_) {
            program_.bind(function);
            for (std::uint64_t i = 0, n = below(3); i < n; ++i) operation();
            program_.emit(jalr(zero, ra, 0));
        }
        IdleLoopProgram result;
        result.code = program_.finish();
        result.handler = handler();
        return result;
    }

private:
    static constexpr std::array<unsigned, 14> kWork{a0, a1, a2, a3, a4, a5, a6, a7, t0, t1, t2, t3, t4, t5};

    std::uint64_t below(std::uint64_t n) { return random_() % n; }
    bool one_in(std::uint64_t n) { return below(n) == 0; }
    template <class T>
    T pick(std::initializer_list<T> from) {
        return from.begin()[below(from.size())];
    }
    unsigned work() { return one_in(16) ? unsigned{zero} : kWork[below(kWork.size())]; }
    unsigned temporary() { return one_in(5) ? kWork[below(kWork.size())] : pick<unsigned>({a5, a6, a7, t3, t4}); }
    int small() { return static_cast<int>(below(9)) - 2; }

    void wait() {
        set_up();
        const std::uint64_t blocks = 1 + below(works_ ? 12 : 4);
        std::vector<Assembler::Label> labels(blocks);
        for (auto& label : labels) label = program_.label();
        const std::array<Assembler::Label, 2> outs{program_.label(), program_.label()};
        for (std::size_t b = 0; b < blocks; ++b) {
            program_.bind(labels[b]);
            for (std::uint64_t i = 0, n = below(works_ ? 12 : 4); i < n; ++i) {
                if (works_ && !one_in(3))
                    work_operation();
                else
                    operation();
            }
            if (b + 1 == blocks) {
                if (one_in(5)) {
                    program_.jump(zero, labels[0]);
                } else {
                    condition(labels[0], true);
                }
                continue;
            }
            switch (below(8)) {
                case 0: break;  // goes on
                case 1: program_.jump(ra, function()); break;
                case 2: {
                    program_.jump(zero, labels[b + 1]);
                    for (std::uint64_t i = 0, n = below(20); i < n; ++i) program_.emit(0xffff'ffff);  // not run
                    break;
                }
                case 3: condition(labels[b + 1 + below(blocks - b - 1)], one_in(2)); break;
                default: condition(outs[below(2)], false); break;
            }
        }
        for (const auto out : outs) {
            program_.bind(out);
            program_.emit(csrr(t1, mcycle));
            if (one_in(2)) program_.emit(sd(kWork[below(kWork.size())], static_cast<int>(8 * below(32)), s3));
        }
        if (one_in(8)) program_.emit(sw(zero, static_cast<int>(4 * below(IdleLoopProgramPlaces::kFlagBytes / 4)), s0));
    }

    void set_up() {
        program_.load_constant(t0,
                               static_cast<std::uint32_t>(pick<std::uint64_t>({0x888, 0x888, 0x80, 0, below(0x1000)})));
        program_.emit(csrw(mie, t0));
        if (one_in(6)) {
            program_.load_constant(t0, static_cast<std::uint32_t>(below(40'000)));
            program_.emit(sw(t0, IdleLoopProgramPlaces::kAlarm, s2));
        }
        for (std::uint64_t i = 0, n = below(6); i < n; ++i) {
            const unsigned rd = kWork[below(kWork.size())];
            if (one_in(6)) {
                program_.load_constant(rd, static_cast<std::uint32_t>(random_()));
            } else {
                program_.emit(addi(rd, zero, small()));
            }
        }
        program_.emit(csrr(a3, mcycle));
        program_.load_constant(a4, static_cast<std::uint32_t>(below(pick<std::uint64_t>({200, 5'000, 60'000}))));
        if (one_in(2)) program_.emit(add(a4, a4, a3));
        elapsed_ = one_in(2);
    }

    Assembler::Label function() {
        if (functions_.empty() || one_in(2)) functions_.push_back(program_.label());
        return functions_[below(functions_.size())];
    }

    // Any of what loops that wait consist of, and seldom something else.
    void operation() {
        const unsigned rd = temporary(), a = work(), b = work();
        switch (below(21)) {
            case 0:
            case 1:
            case 2: return program_.emit(csrr(rd, mcycle));
            case 3:
            case 4: return load(rd);
            case 5: return program_.emit(sub(rd, a, a3));
            case 17: {  // next to each other, as the halves of a double word are
                const auto offset = static_cast<int>(8 * below(IdleLoopProgramPlaces::kFlagBytes / 8));
                program_.emit(lw(rd, offset, pick<unsigned>({s1, s1, s2})));
                return program_.emit(lw(temporary(), offset + 4, pick<unsigned>({s1, s1, s2})));
            }
            case 6: return program_.emit(pick({add(rd, a, b), sub(rd, a, b)}));
            case 7:
            case 8: return program_.emit(addi(rd, a, one_in(3) ? small() : 0));
            case 9: return program_.emit(i_type(0x13, pick<unsigned>({2, 3, 4, 6, 7}), rd, a, small()));
            case 10:
                return program_.emit(
                    i_type(0x13, pick<unsigned>({1, 5}), rd, a, static_cast<int>(below(64) | (one_in(2) ? 0 : 0x400))) &
                    (one_in(2) ? ~0u : ~(0x400u << 20)));
            case 11: return program_.emit(i_type(0x1b, 0, rd, a, small()));
            case 12: return program_.emit(r_type(0x3b, pick<unsigned>({0, 0x20}), 0, rd, a, b));
            case 13: return program_.emit(r_type(0x33, 0, static_cast<unsigned>(below(8)), rd, a, b));
            case 14:
                return program_.emit(r_type(pick<unsigned>({0x33, 0x3b}), pick<unsigned>({0, 1, 0x20}),
                                            pick<unsigned>({0, 1, 5}), rd, a, b));
            case 15: return program_.emit(0x8002 | rd << 7 | kWork[below(kWork.size())] << 2);  // c.mv
            case 16: return program_.emit(0x0001 | rd << 7);                                    // c.addi by 0
            case 18: return program_.emit(pick({lui(rd, 0x80008), auipc(rd, 0), nop}));
            case 19: return program_.emit(one_in(3) ? csrr(rd, minstret) : csrr(rd, mcycle));
            default:
                if (!one_in(6)) return program_.emit(csrr(rd, mcycle));
                return program_.emit(pick({sd(a, static_cast<int>(8 * below(32)), s3), std::uint32_t{0x0ff0'000f},
                                           amo(0, rd, zero, s0), addi(a0, a0, 1), mul(rd, a, b)}));
        }
    }

    // What leaves something behind, and comes back to it.
    void work_operation() {
        const unsigned rd = temporary(), a = work();
        const unsigned size = static_cast<unsigned>(below(4));
        const auto place = static_cast<int>(below(64 >> size) << size);
        switch (below(16)) {
            case 0:
            case 1:
            case 2: return program_.emit(i_type(0x03, size | (size < 3 && one_in(2) ? 4 : 0), rd, s4, place));
            case 3:
            case 4:
            case 5: return program_.emit(s_type(size, a, s4, place));
            case 6: return program_.emit(i_type(0x13, 7, rd, a, small()));
            case 7: return program_.emit(r_type(0x33, 1, static_cast<unsigned>(below(8)), rd, a, work()));
            case 8: return program_.emit(r_type(0x3b, 1, pick<unsigned>({0, 4, 5, 6, 7}), rd, a, work()));
            case 9: {
                const unsigned function = pick<unsigned>({0, 1, 4, 8, 12, 16, 20, 24, 28});
                program_.emit(addi(t5, s4, static_cast<int>(8 * below(8))));
                return program_.emit(amo(function, rd, a, t5) | (one_in(2) ? 1u << 12 : 0));
            }
            case 10: return program_.emit(pick({csrci(mstatus, 8), csrsi(mstatus, 8), csrr(rd, mstatus)}));
            case 11: return program_.emit(pick({csrw(mscratch, a), csrr(rd, mscratch), csrr(rd, mip), csrr(rd, mie)}));
            case 12: return program_.emit(one_in(4) ? ecall : csrr(rd, mepc));
            case 13:
                program_.emit(addi(t5, zero, one_in(4) ? 0 : 1));
                return program_.emit(one_in(2) ? sw(t5, IdleLoopProgramPlaces::kMsip, s2)
                                               : lw(rd, IdleLoopProgramPlaces::kMsip, s2));
            case 14: return program_.emit(pick({fld(10, place & ~7, s4), fsd(10, place & ~7, s4)}));
            default: return program_.emit(addi(rd, zero, small()));
        }
    }

    void load(unsigned rd) {
        if (one_in(3)) {
            const auto offset = static_cast<int>(4 * below(IdleLoopProgramPlaces::kDeviceBytes / 4));
            return program_.emit(one_in(4) ? i_type(0x03, pick<unsigned>({0, 1, 4, 5, 6}), rd, s2, offset)
                                           : lw(rd, offset, s2));
        }
        const auto size = static_cast<unsigned>(below(4));
        const auto count = IdleLoopProgramPlaces::kFlagBytes >> size;
        const auto offset = static_cast<int>(below(count) << size);
        program_.emit(i_type(0x03, size | (size < 3 && one_in(2) ? 4 : 0), rd, one_in(4) ? s1 : s0, offset));
    }

    // Goes to `to` while (`waiting`) or once something is so.
    void condition(Assembler::Label to, bool waiting) {
        const unsigned rd = pick<unsigned>({a5, a6, t3});
        if (one_in(10)) waiting = !waiting;
        switch (below(5)) {
            case 0: load(rd); return program_.branch(waiting ? 0 : 1, rd, one_in(3) ? a2 : zero, to);
            case 1:
                load(rd);
                program_.emit(i_type(0x13, 7, rd, rd, 1));
                return program_.branch(waiting ? 0 : 1, rd, zero, to);
            case 2: return program_.branch(static_cast<unsigned>(pick({0, 1, 4, 5, 6, 7})), work(), work(), to);
            default: {
                if (!one_in(4)) program_.emit(csrr(rd, mcycle));
                if (elapsed_) program_.emit(sub(rd, rd, a3));
                if (one_in(8)) return program_.branch(waiting ? 1 : 0, rd, a4, to);
                const unsigned base = one_in(4) ? 4 : 6;
                if (one_in(2)) return program_.branch(base + (waiting ? 0 : 1), rd, a4, to);
                return program_.branch(base + (waiting ? 1 : 0), a4, rd, to);
            }
        }
    }

    // Keeps count, and no interrupts on.
    std::vector<std::uint16_t> handler() {
        Assembler code;
        code.emit(csrr(s8, mcause));
        code.emit(csrr(s9, mepc));
        code.emit(csrr(s10, mcycle));
        if (works_) {  // its own software interrupt, or an ecall: goes on behind it
            code.emit(sw(zero, IdleLoopProgramPlaces::kMsip, s2));
            const auto other = code.label(), not_software = code.label();
            code.emit(addi(s10, zero, 11));
            code.branch(1, s8, s10, not_software);
            code.emit(addi(s9, s9, 4));
            code.emit(csrw(mepc, s9));
            code.emit(mret);
            code.bind(not_software);
            code.emit(i_type(0x13, 7, s8, s8, 15));
            code.emit(addi(s10, zero, 3));
            code.branch(1, s8, s10, other);
            code.emit(mret);
            code.bind(other);
        }
        code.emit(addi(s11, s11, 1));
        code.emit(csrw(mie, zero));
        if (one_in(2)) code.emit(sd(s11, static_cast<int>(8 * below(IdleLoopProgramPlaces::kFlagBytes / 8)), s0));
        code.emit(mret);
        return code.finish();
    }

    std::mt19937_64& random_;
    const IdleLoopProgramPlaces& places_;
    Assembler program_;
    std::vector<Assembler::Label> functions_;
    bool elapsed_ = false;
    const bool works_;
};

}  // namespace

IdleLoopProgram random_idle_loop_program(std::mt19937_64& random, const IdleLoopProgramPlaces& places,
                                         IdleLoopKind kind) {
    return Generator(random, places, kind).generate();
}

}  // namespace k210
