#include "cpu/block_cost.hpp"

#include <algorithm>
#include <array>

#include "cpu/rv_decode.hpp"
#include "cpu/rv_expand.hpp"

namespace k210 {
namespace {

constexpr unsigned kFloat = 32;  // number of f0 after x0-x31

// What one instruction reads, writes and takes. Register 0 means none.
struct Work {
    std::array<unsigned, 3> reads{};
    unsigned writes = 0;
    unsigned result = cost::kResult;  // cycles until `writes` can be read
    unsigned extra = 0;               // cycles that nothing else can use
};

unsigned f(unsigned number) {
    return kFloat + number;
}
unsigned rs3(std::uint32_t insn) {
    return insn >> 27;
}

// [doc] RISC-V user-level ISA, chapter 24: the funct5 of OP-FP
enum FloatOperation : std::uint8_t {
    kDivide = 0x03,
    kSignInject = 0x04,
    kMinMax = 0x05,
    kToOtherPrecision = 0x08,
    kSquareRoot = 0x0b,
    kCompare = 0x14,
    kToInteger = 0x18,
    kFromInteger = 0x1a,
    kMoveToInteger = 0x1c,
    kMoveFromInteger = 0x1e,
};

Work float_operation(std::uint32_t insn) {
    const bool is_double = (insn >> 25 & 3) == 1;
    const unsigned arithmetic = is_double ? cost::kDoubleResult : cost::kFloatResult;
    const unsigned rd = rv::rd(insn), a = rv::rs1(insn), b = rv::rs2(insn);
    switch (insn >> 27) {
        case kDivide: return {{f(a), f(b)}, f(rd), is_double ? cost::kDoubleDivideResult : cost::kFloatDivideResult};
        case kSquareRoot: return {{f(a)}, f(rd), is_double ? cost::kDoubleDivideResult : cost::kFloatDivideResult};
        case kSignInject:
        case kMinMax: return {{f(a), f(b)}, f(rd), cost::kFloatMoveResult};
        case kCompare: return {{f(a), f(b)}, rd, cost::kFloatMoveResult};
        case kToInteger: return {{f(a)}, rd, arithmetic};
        case kFromInteger: return {{a}, f(rd), arithmetic};
        case kToOtherPrecision: return {{f(a)}, f(rd), arithmetic};
        case kMoveToInteger: return {{f(a)}, rd, cost::kFloatMoveResult};
        case kMoveFromInteger: return {{a}, f(rd), cost::kFloatMoveResult};
        default: return {{f(a), f(b)}, f(rd), arithmetic};
    }
}

Work multiply_or_divide(std::uint32_t insn, bool word) {
    const bool divides = rv::funct3(insn) >= 4;
    const unsigned result = divides ? (word ? cost::kDivideResult : cost::kLongDivideResult)
                                    : (word ? cost::kWordMultiplyResult : cost::kMultiplyResult);
    return {{rv::rs1(insn), rv::rs2(insn)}, rv::rd(insn), result};
}

Work work_of(std::uint32_t insn) {
    const unsigned rd = rv::rd(insn), a = rv::rs1(insn), b = rv::rs2(insn);
    constexpr unsigned kMulDiv = 1;  // funct7
    switch (rv::opcode(insn)) {
        case 0x03: {
            const bool narrow = (rv::funct3(insn) & 3) < 2;
            return {{a}, rd, narrow ? cost::kNarrowLoadResult : cost::kLoadResult};
        }
        case 0x07: return {{a}, f(rd), cost::kLoadResult};
        case 0x0f: return {.extra = cost::kFence};
        case 0x17:
        case 0x37:
        case 0x6f: return {{}, rd};
        case 0x13:
        case 0x1b:
        case 0x67: return {{a}, rd};
        case 0x23:
        case 0x63: return {{a, b}};
        case 0x27: return {{a, f(b)}};
        case 0x2f: return {{a, b}, rd, cost::kAtomicResult};
        case 0x33:
        case 0x3b:
            if (insn >> 25 == kMulDiv) return multiply_or_divide(insn, rv::opcode(insn) == 0x3b);
            return {{a, b}, rd};
        case 0x43:
        case 0x47:
        case 0x4b:
        case 0x4f:
            return {
                {f(a), f(b), f(rs3(insn))}, f(rd), (insn >> 25 & 3) == 1 ? cost::kDoubleResult : cost::kFloatResult};
        case 0x53: return float_operation(insn);
        case 0x73: {
            if (insn == rv::kMret) return {.extra = cost::kTrapReturn};
            const bool reads_only = rv::is_csr(insn) && (rv::funct3(insn) & 2) && a == 0;
            return {{rv::funct3(insn) & 4 ? 0 : a}, rd, cost::kResult, reads_only ? 0 : cost::kCsrWrite};
        }
        default: return {};
    }
}

class Pipeline {
public:
    void execute(std::uint32_t insn) {
        const Work work = work_of(insn);
        const auto operand = rv::memory_operand(insn);
        const Slot slot = operand ? Slot{operand->base + 1, operand->offset} : Slot{};
        if (operand && operand->load && std::find(stored_.begin(), stored_.end(), slot) != stored_.end())
            now_ += cost::kLoadOfStored;
        stored_[turn_++ % stored_.size()] = operand && operand->store ? slot : Slot{};
        for (const unsigned reg : work.reads) now_ = std::max(now_, ready_[reg]);
        if (work.writes) ready_[work.writes] = now_ + work.result;
        now_ += 1 + work.extra;
    }
    unsigned cycles() const {
        const unsigned last = *std::max_element(ready_.begin(), ready_.end());
        return std::max(now_, last - std::min(last, cost::kCarriedOver));
    }

private:
    struct Slot {
        unsigned base_plus_1 = 0;  // register
        std::int32_t offset = 0;
        bool operator==(const Slot&) const = default;
    };
    std::array<unsigned, 64> ready_{};               // cycle in which a register can be read
    std::array<Slot, cost::kStoreWindow> stored_{};  // by the last instructions; base_plus_1 is 0 where none
    unsigned turn_ = 0;
    unsigned now_ = 0;  // cycle in which the next instruction may begin
};

}  // namespace

unsigned straight_cycles(std::span<const std::uint8_t> code, TimingModel model) {
    Pipeline pipeline;
    unsigned instructions = 0;
    std::uint32_t raw = 0;
    for (std::size_t at = 0; at < code.size(); at += rv::length_bytes(raw)) {
        raw = rv::fetch(code, at);
        if (model == TimingModel::approximate) pipeline.execute(rv::expand(raw));
        ++instructions;
    }
    return model == TimingModel::approximate ? pipeline.cycles() : instructions;
}

}  // namespace k210
