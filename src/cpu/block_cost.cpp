#include "cpu/block_cost.hpp"

#include <algorithm>
#include <array>

namespace k210 {
namespace {

using rv::Class, rv::Op;

bool divides_words(Op op) {
    return op == Op::divw || op == Op::divuw || op == Op::remw || op == Op::remuw;
}

// Cycles until what it writes can be read.
unsigned result_cycles(const rv::Instruction& insn) {
    switch (insn.kind) {
        case Class::load: return insn.access_bytes < 4 ? cost::kNarrowLoadResult : cost::kLoadResult;
        case Class::load_reserved:
        case Class::store_conditional:
        case Class::atomic: return cost::kAtomicResult;
        case Class::multiply: return insn.op == Op::mulw ? cost::kWordMultiplyResult : cost::kMultiplyResult;
        case Class::divide: return divides_words(insn.op) ? cost::kDivideResult : cost::kLongDivideResult;
        case Class::float_arithmetic:
        case Class::float_convert: return insn.is_double ? cost::kDoubleResult : cost::kFloatResult;
        case Class::float_divide: return insn.is_double ? cost::kDoubleDivideResult : cost::kFloatDivideResult;
        case Class::float_move: return cost::kFloatMoveResult;
        default: return cost::kResult;
    }
}

// Cycles that nothing else can use.
unsigned extra_cycles(const rv::Instruction& insn) {
    switch (insn.kind) {
        case Class::fence:
        case Class::fence_i: return cost::kFence;
        case Class::ret: return cost::kTrapReturn;
        case Class::csr: return insn.writes_csr() ? cost::kCsrWrite : 0;
        case Class::trap:
        case Class::wfi:
        case Class::fence_vm: return cost::kCsrWrite;
        default: return 0;
    }
}

class Pipeline {
public:
    void execute(const rv::Instruction& insn) {
        const auto operand = insn.memory_operand();
        const Slot slot = operand ? Slot{operand->base + 1, operand->offset} : Slot{};
        if (operand && operand->load && std::find(stored_.begin(), stored_.end(), slot) != stored_.end())
            now_ += cost::kLoadOfStored;
        stored_[turn_++ % stored_.size()] = operand && operand->store ? slot : Slot{};
        for (const unsigned reg : insn.reads())
            if (reg != rv::kNone) now_ = std::max(now_, ready_[reg]);
        if (const unsigned reg = insn.writes(); reg != rv::kNone) ready_[reg] = now_ + result_cycles(insn);
        now_ += 1 + extra_cycles(insn);
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

unsigned straight_cycles(std::span<const rv::Instruction> code, TimingModel model) {
    if (model == TimingModel::instructions) return static_cast<unsigned>(code.size());
    Pipeline pipeline;
    for (const rv::Instruction& insn : code) pipeline.execute(insn);
    return pipeline.cycles();
}

}  // namespace k210
