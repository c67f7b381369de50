#include "cpu/idle_loop.hpp"

#include <algorithm>

#include "cpu/csr_number.hpp"
#include "cpu/rv_decode.hpp"
#include "cpu/rv_expand.hpp"

namespace k210 {
namespace {

constexpr unsigned kMaxInstructions = 48;
constexpr std::uint64_t kForever = IdleLoopWorld::kForever;

using Value = IdleLoopPlan::Value;

constexpr std::uint64_t sext32(std::uint64_t v) {
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(static_cast<std::int32_t>(v)));
}
constexpr std::int64_t b_offset(std::uint32_t insn) {
    const std::uint32_t u =
        (insn >> 31) << 12 | (insn >> 7 & 1) << 11 | (insn >> 25 & 0x3f) << 5 | (insn >> 8 & 15) << 1;
    return static_cast<std::int32_t>(u << 19) >> 19;
}
constexpr std::int64_t j_offset(std::uint32_t insn) {
    const std::uint32_t u =
        (insn >> 31) << 20 | (insn >> 12 & 0xff) << 12 | (insn >> 20 & 1) << 11 | (insn >> 21 & 0x3ff) << 1;
    return static_cast<std::int32_t>(u << 11) >> 11;
}

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
        for (const auto& [insn, length_bytes] : block.code) {
            if (++executed_ > kMaxInstructions) return false;
            const std::uint64_t behind = next_ = pc + length_bytes;
            if (insn == 0 || !step(insn, pc)) return false;
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
        unsigned kind;  // funct3
        Value a, b;
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

    bool step(std::uint32_t insn, std::uint64_t pc) {
        const unsigned rd = rv::rd(insn);
        switch (rv::opcode(insn)) {
            case 0x37: write(rd, {sext32(insn & 0xffff'f000), false}); return true;
            case 0x17: write(rd, {pc + sext32(insn & 0xffff'f000), false}); return true;
            case 0x13: return immediate(insn, rd);
            case 0x1b: return immediate_word(insn, rd);
            case 0x3b: return arithmetic_word(insn, rd);
            case 0x33: return arithmetic(insn, rd);
            case 0x03: return load(insn, rd);
            case 0x63: return branch(insn, pc);
            case 0x6f:
                write(rd, {next_, false});
                next_ = pc + static_cast<std::uint64_t>(j_offset(insn));
                return true;
            case 0x67: {
                const Value target = read(rv::rs1(insn));
                if (target.counts) return false;
                write(rd, {next_, false});
                next_ = (target.base + static_cast<std::uint64_t>(rv::i_immediate(insn))) & ~1ull;
                return true;
            }
            case 0x73:
                if (!rv::is_csr(insn) || rv::csr_number(insn) != csr_number::kMcycle || rv::funct3(insn) != 2 ||
                    rv::rs1(insn) != 0)
                    return false;
                write(rd, {cycle_ + cycles_ + mcycle_ahead_, true});
                reads_counter_ = true;
                return true;
            default: return false;
        }
    }

    bool immediate(std::uint32_t insn, unsigned rd) {
        const Value a = read(rv::rs1(insn));
        const auto imm = static_cast<std::uint64_t>(rv::i_immediate(insn));
        if (rv::funct3(insn) == 0) {
            write(rd, {a.base + imm, a.counts});
            return true;
        }
        if (a.counts) return false;
        const unsigned shift = imm & 63;
        std::uint64_t v = 0;
        switch (rv::funct3(insn)) {
            case 1: v = a.base << shift; break;
            case 2: v = static_cast<std::int64_t>(a.base) < static_cast<std::int64_t>(imm); break;
            case 3: v = a.base < imm; break;
            case 4: v = a.base ^ imm; break;
            case 5:
                v = imm & 0x400 ? static_cast<std::uint64_t>(static_cast<std::int64_t>(a.base) >> shift)
                                : a.base >> shift;
                break;
            case 6: v = a.base | imm; break;
            default: v = a.base & imm; break;
        }
        write(rd, {v, false});
        return true;
    }

    bool immediate_word(std::uint32_t insn, unsigned rd) {
        const Value a = read(rv::rs1(insn));
        if (a.counts) return false;
        const auto word = static_cast<std::uint32_t>(a.base);
        const auto imm = static_cast<std::uint32_t>(rv::i_immediate(insn));
        const unsigned shift = imm & 31;
        switch (rv::funct3(insn)) {
            case 0: write(rd, {sext32(word + imm), false}); return true;
            case 1: write(rd, {sext32(word << shift), false}); return true;
            case 5:
                write(rd, {imm & 0x400 ? sext32(static_cast<std::uint32_t>(static_cast<std::int32_t>(word) >> shift))
                                       : sext32(word >> shift),
                           false});
                return true;
            default: return false;
        }
    }

    bool arithmetic(std::uint32_t insn, unsigned rd) {
        const Value a = read(rv::rs1(insn)), b = read(rv::rs2(insn));
        switch (insn >> 25 << 3 | rv::funct3(insn)) {
            case 0:
                if (a.counts && b.counts) return false;
                write(rd, {a.base + b.base, a.counts || b.counts});
                return true;
            case 0x20 << 3:
                if (b.counts && !a.counts) return false;
                write(rd, {a.base - b.base, a.counts && !b.counts});
                return true;
            default: break;
        }
        if (a.counts || b.counts) return false;
        switch (insn >> 25 << 3 | rv::funct3(insn)) {
            case 1: write(rd, {a.base << (b.base & 63), false}); return true;
            case 4: write(rd, {a.base ^ b.base, false}); return true;
            case 5: write(rd, {a.base >> (b.base & 63), false}); return true;
            case 6: write(rd, {a.base | b.base, false}); return true;
            case 7: write(rd, {a.base & b.base, false}); return true;
            default: return false;
        }
    }

    bool arithmetic_word(std::uint32_t insn, unsigned rd) {
        const Value a = read(rv::rs1(insn)), b = read(rv::rs2(insn));
        if (a.counts || b.counts) return false;
        const auto word = static_cast<std::uint32_t>(a.base), other = static_cast<std::uint32_t>(b.base);
        switch (insn >> 25 << 3 | rv::funct3(insn)) {
            case 0: write(rd, {sext32(word + other), false}); return true;
            case 0x20 << 3: write(rd, {sext32(word - other), false}); return true;
            case 1: write(rd, {sext32(word << (other & 31)), false}); return true;
            case 5: write(rd, {sext32(word >> (other & 31)), false}); return true;
            default: return false;
        }
    }

    bool load(std::uint32_t insn, unsigned rd) {
        const Value base = read(rv::rs1(insn));
        if (base.counts) return false;
        const unsigned size = 1u << (rv::funct3(insn) & 3);
        const std::uint64_t address = base.base + static_cast<std::uint64_t>(rv::i_immediate(insn));
        const auto load = world_.load(address, size);
        if (!load) return false;
        cycles_ += load->cycles;
        std::uint64_t v = load->value;
        (load->device ? reads_.device : reads_.memory) = address;
        loads_[load_count_++] = {address, load->value, size};
        steady_until_cycle_ = std::min(steady_until_cycle_, load->until_cycle);
        if (!(rv::funct3(insn) & 4)) {  // lb, lh, lw
            constexpr std::uint64_t kSignBits[] = {1ull << 7, 1ull << 15, 1ull << 31, 1ull << 63};
            const std::uint64_t sign_bit = kSignBits[rv::funct3(insn) & 3];
            v = (v ^ sign_bit) - sign_bit;
        }
        write(rd, {v, false});
        return true;
    }

    bool branch(std::uint32_t insn, std::uint64_t pc) {
        const Branch b{rv::funct3(insn), read(rv::rs1(insn)), read(rv::rs2(insn))};
        if (b.kind == 2 || b.kind == 3 || (b.a.counts && b.b.counts)) return false;
        if (taken(b)) next_ = pc + static_cast<std::uint64_t>(b_offset(insn));
        seen_[branches_++] = b;
        reads_.counter |= b.a.counts || b.b.counts;
        return true;
    }

    static constexpr std::uint64_t kSignBit = 1ull << 63;
    static bool taken(const Branch& b) {
        const std::uint64_t bias = (b.kind & 6) == 4 ? kSignBit : 0;  // blt and bge compare as signed
        const bool condition = b.kind < 2 ? b.a.base == b.b.base : b.a.base + bias < b.b.base + bias;
        return condition != ((b.kind & 1) != 0);
    }

    std::uint64_t first_change(const Branch& b) const {
        if (!b.a.counts && !b.b.counts) return kForever;
        const Value& moving = b.a.counts ? b.a : b.b;
        const Value& fixed = b.a.counts ? b.b : b.a;
        if (b.kind < 2) {
            const std::uint64_t distance = fixed.base - moving.base;
            if (distance == 0) return 1;
            return distance % cycles_ == 0 ? distance / cycles_ : (0 - moving.base) / cycles_;
        }
        const std::uint64_t bias = (b.kind & 6) == 4 ? kSignBit : 0;
        // a < moving is the opposite of moving < a + 1.
        const std::uint64_t limit = fixed.base + bias + (b.a.counts ? 0 : 1);
        return iterations_to_cross(moving.base + bias, limit, cycles_);
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

std::vector<IdleLoopInsn> decode(std::span<const std::uint8_t> code) {
    std::vector<IdleLoopInsn> insns;
    for (std::size_t at = 0; at < code.size();) {
        const std::uint32_t raw = rv::fetch(code, at);
        insns.push_back({rv::expand(raw), static_cast<std::uint8_t>(rv::length_bytes(raw))});
        at += rv::length_bytes(raw);
    }
    return insns;
}

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
