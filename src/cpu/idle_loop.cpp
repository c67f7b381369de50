#include "cpu/idle_loop.hpp"

#include <algorithm>

#include "cpu/csr_table.hpp"
#include "cpu/rv_arithmetic.hpp"

namespace k210 {
namespace {

constexpr unsigned kMaxInstructions = 48;
constexpr std::uint64_t kForever = IdleLoopWorld::kForever;
constexpr std::uint64_t kSignBit = 1ull << 63;

using Value = IdleLoopPlan::Value;
using rv::Op;

// How many periods until a + i * period, unsigned, first reaches `limit` or wraps round to below it.
std::uint64_t iterations_to_cross(std::uint64_t a, std::uint64_t limit, std::uint64_t period) {
    const std::uint64_t distance = a < limit ? limit - a : 0 - a;  // to the limit, or to the wrap
    return (distance + period - 1) / period;
}

class Evaluator {
public:
    Evaluator(std::uint64_t pc, const Gprs& gprs, std::uint64_t cycle, IdleLoopWorld& world)
        : pc_(pc), last_pc_(pc), cycle_(cycle), world_(world), jump_cycles_(world.jump_cycles()),
          mcycle_ahead_(world.mcycle_ahead()) {
        for (unsigned i = 0; i < 32; ++i) x_[i] = {gprs[i], false};
    }

    // False when what comes cannot be foretold.
    bool run_block() {
        const IdleLoopWorld::BlockCode block = world_.block(pc_);
        last_pc_ = pc_;
        cycles_ += block.cycles;
        std::uint64_t pc = pc_;
        for (const rv::Instruction& insn : block.code) {
            if (++executed_ > kMaxInstructions) return false;
            const std::uint64_t behind = next_ = pc + insn.length_bytes;
            if (!step(insn, pc)) return false;
            pc = next_;
            if (pc == behind) continue;
            cycles_ += jump_cycles_;  // a jump ends the block
            break;
        }
        pc_ = pc;
        return !block.code.empty();
    }

    // What the next iteration would read must be what this one read.
    bool repeats(const Gprs& before) const {
        for (unsigned i = 1; i < 32; ++i)
            if ((inputs_ >> i & 1) && (x_[i].counts || x_[i].base != before[i])) return false;
        return true;
    }

    std::uint64_t iterations() const {  // that take the same branches as this one
        std::uint64_t count = kForever;
        for (unsigned i = 0; i < branches_; ++i) count = std::min(count, first_change(seen_[i]));
        return count;
    }
    std::uint64_t pc() const { return pc_; }
    std::uint64_t last_pc() const { return last_pc_; }
    std::uint64_t executed() const { return executed_; }
    std::uint64_t cycles() const { return cycles_; }
    std::uint64_t steady_until_cycle() const { return steady_until_cycle_; }
    const IdleLoopReads& reads() const { return reads_; }
    bool reads_counter() const { return reads_counter_; }  // even if nothing is left of it
    std::uint32_t inputs() const { return inputs_; }
    const std::array<Value, 32>& x() const { return x_; }
    std::uint32_t written() const { return written_; }
    std::span<const IdleLoopPlan::Load> loads() const { return {loads_.data(), load_count_}; }

private:
    struct Branch {
        Op op;
        Value a, b;
        bool compares_equality() const { return op == Op::beq || op == Op::bne; }
        std::uint64_t bias() const { return op == Op::blt || op == Op::bge ? kSignBit : 0; }  // to compare as signed
    };

    Value read(unsigned reg) {
        if (!(written_ >> reg & 1)) inputs_ |= 1u << reg;
        return x_[reg];
    }
    void write(unsigned reg, Value v) {
        if (reg == 0) return;
        x_[reg] = v;
        written_ |= 1u << reg;
    }

    bool step(const rv::Instruction& insn, std::uint64_t pc) {
        switch (insn.kind) {
            case rv::Class::constant:
                write(insn.rd, {(insn.op == Op::auipc ? pc : 0) + insn.imm64(), false});
                return true;
            case rv::Class::integer: return integer(insn);
            case rv::Class::load: return load(insn);
            case rv::Class::branch: return branch(insn, pc);
            case rv::Class::jump:
                write(insn.rd, {next_, false});
                next_ = pc + insn.imm64();
                return true;
            case rv::Class::indirect_jump: {
                const Value target = read(insn.rs1);
                if (target.counts) return false;
                write(insn.rd, {next_, false});
                next_ = (target.base + insn.imm64()) & ~1ull;
                return true;
            }
            case rv::Class::csr:
                if (insn.csr != csr_number(Csr::mcycle) || insn.op != Op::csrrs || insn.rs1 != 0) return false;
                write(insn.rd, {cycle_ + cycles_ + mcycle_ahead_, true});
                reads_counter_ = true;
                return true;
            default: return false;
        }
    }

    bool integer(const rv::Instruction& insn) {
        const Value a = read(insn.rs1);
        const Value b = insn.has_immediate() ? Value{insn.imm64(), false} : read(insn.rs2);
        if (a.counts || b.counts) return moves_counter(insn, a, b);
        write(insn.rd, {rv::integer_result(insn.op, a.base, b.base), false});
        return true;
    }

    // What is added to the counter or taken from it goes along with it.
    bool moves_counter(const rv::Instruction& insn, const Value& a, const Value& b) {
        switch (insn.op) {
            case Op::addi:
            case Op::add:
                if (a.counts && b.counts) return false;
                write(insn.rd, {a.base + b.base, true});
                return true;
            case Op::sub:
                if (!a.counts) return false;
                write(insn.rd, {a.base - b.base, !b.counts});
                return true;
            default: return false;
        }
    }

    bool load(const rv::Instruction& insn) {
        const Value base = read(insn.rs1);
        if (base.counts || insn.touches_floats()) return false;
        const std::uint64_t address = base.base + insn.imm64();
        const auto load = world_.load(address, insn.access_bytes);
        if (!load) return false;
        cycles_ += load->cycles;
        (load->device ? reads_.device : reads_.memory) = address;
        loads_[load_count_++] = {address, load->value, insn.access_bytes};
        steady_until_cycle_ = std::min(steady_until_cycle_, load->until_cycle);
        write(insn.rd, {rv::loaded_value(insn.op, load->value), false});
        return true;
    }

    bool branch(const rv::Instruction& insn, std::uint64_t pc) {
        const Branch b{insn.op, read(insn.rs1), read(insn.rs2)};
        if (b.a.counts && b.b.counts) return false;
        if (rv::branch_taken(b.op, b.a.base, b.b.base)) next_ = pc + insn.imm64();
        seen_[branches_++] = b;
        reads_.counter |= b.a.counts || b.b.counts;
        return true;
    }

    std::uint64_t first_change(const Branch& b) const {
        if (!b.a.counts && !b.b.counts) return kForever;
        const Value& moving = b.a.counts ? b.a : b.b;
        const Value& fixed = b.a.counts ? b.b : b.a;
        if (b.compares_equality()) {
            const std::uint64_t distance = fixed.base - moving.base;
            if (distance == 0) return 1;
            return distance % cycles_ == 0 ? distance / cycles_ : (0 - moving.base) / cycles_;
        }
        // a < moving is the opposite of moving < a + 1.
        const std::uint64_t limit = fixed.base + b.bias() + (b.a.counts ? 0 : 1);
        return iterations_to_cross(moving.base + b.bias(), limit, cycles_);
    }

    // Not all of these are ever written, and not all need be.
    std::array<Value, 32> x_;
    std::uint64_t pc_, last_pc_;
    std::uint64_t cycle_;
    IdleLoopWorld& world_;
    unsigned jump_cycles_;
    std::uint64_t mcycle_ahead_;
    std::uint64_t next_ = 0, executed_ = 0, cycles_ = 0;
    std::uint64_t steady_until_cycle_ = kForever;
    std::uint32_t written_ = 1, inputs_ = 0;
    std::array<Branch, kMaxInstructions> seen_;
    unsigned branches_ = 0;
    std::array<IdleLoopPlan::Load, kMaxInstructions> loads_;
    std::size_t load_count_ = 0;
    IdleLoopReads reads_;
    bool reads_counter_ = false;
};

}  // namespace

bool IdleLoopPlan::make(std::uint64_t head, std::uint64_t pc, const Gprs& gprs, std::uint64_t cycle,
                        IdleLoopWorld& world) {
    at_head_ = gprs;
    takes_ = 0;
    before_ = 0;
    written_ = 0;
    if (pc != head) {
        Evaluator way(pc, gprs, cycle, world);
        do {
            if (!way.run_block()) return false;
        } while (way.pc() != head);
        for (unsigned i = 0; i < 32; ++i) at_head_[i] = way.x()[i].base;
        cycle += way.cycles();
        before_ = way.executed();
        written_ = way.written();
        if (way.steady_until_cycle() <= cycle) return false;
    }
    begin_ = cycle;
    block_count_ = 0;
    Evaluator round(head, at_head_, cycle, world);
    do {
        if (!round.run_block() || block_count_ == kMaxBlocks) return false;
        Block& block = blocks_[block_count_++];
        block.cycles = round.cycles();
        block.instructions = round.executed();
        block.pc = round.pc();
        block.last_pc = round.last_pc();
        block.x = round.x();
        block.written = round.written();
    } while (round.pc() != head);
    if (!round.repeats(at_head_)) return false;
    writes_ = round.written();
    written_ |= writes_;
    loads_.assign(round.loads().begin(), round.loads().end());
    reads_ = round.reads();
    same_way_ = round.iterations();
    limit_rounds(round.steady_until_cycle());
    if (!round.reads_counter()) takes_ = writes_ | round.inputs();
    return rounds_ != 0;
}

bool IdleLoopPlan::make_again(std::uint64_t head, std::uint64_t pc, std::uint64_t cycle, IdleLoopWorld& world) {
    if (takes_ == 0 || head != round().pc || pc != head) return false;
    for (unsigned i = 1; i < 32; ++i) {
        if (!(takes_ >> i & 1)) continue;
        at_head_[i] = round().x[i].base;
        if (world.x(i) != at_head_[i]) return false;
    }
    begin_ = cycle;
    before_ = 0;
    written_ = writes_;
    return renew(world) && rounds_ != 0;
}

bool IdleLoopPlan::renew(IdleLoopWorld& world) {
    std::uint64_t steady_until_cycle = IdleLoopWorld::kForever;
    for (const Load& load : loads_) {
        const auto now = world.load(load.address, load.size_bytes);
        if (!now || now->value != load.value) return false;
        steady_until_cycle = std::min(steady_until_cycle, now->until_cycle);
    }
    limit_rounds(steady_until_cycle);
    return true;
}

void IdleLoopPlan::limit_rounds(std::uint64_t steady_until_cycle) {
    rounds_ = same_way_;
    if (steady_until_cycle == IdleLoopWorld::kForever) return;
    // Blocks read devices at the time of their end: one that ends right then sees the change already.
    const std::uint64_t steady = steady_until_cycle > begin_ ? steady_until_cycle - begin_ - 1 : 0;
    rounds_ = std::min(rounds_, steady / round_cycles());
}

IdleLoopPlan::Place IdleLoopPlan::place(std::uint64_t cycle) const {
    const std::uint64_t since = cycle - begin_, cycles = round_cycles();
    Place at{};
    at.instructions = before_;
    at.round = (since - 1) / cycles;
    at.goes_on = at.round < rounds_;
    if (at.goes_on) {
        while (blocks_[at.block].cycles < since - at.round * cycles) ++at.block;
    } else {
        at.round = rounds_ - 1;
        at.block = block_count_ - 1;
    }
    const Block& block = blocks_[at.block];
    at.cycle = begin_ + at.round * cycles + block.cycles;
    at.entered = begin_ + at.round * cycles + (at.block == 0 ? 0 : blocks_[at.block - 1].cycles);
    at.instructions += at.round * round().instructions + block.instructions;
    at.pc = block.pc;
    at.last_pc = block.last_pc;
    at.goes_on = at.goes_on && (at.round + 1 < rounds_ || at.block + 1 < block_count_);
    return at;
}

std::uint64_t IdleLoopPlan::x(unsigned reg, const Place& place) const {
    const auto in_round = [&](const Value& value, std::uint64_t n) {
        return value.base + (value.counts ? n * round_cycles() : 0);
    };
    const Block& block = blocks_[place.block];
    if (block.written >> reg & 1) return in_round(block.x[reg], place.round);
    return place.round == 0 ? at_head_[reg] : in_round(round().x[reg], place.round - 1);
}

}  // namespace k210
