#include "cpu/code_ahead.hpp"

#include "cpu/rv_arithmetic.hpp"
#include "cpu/rv_privilege.hpp"

namespace k210 {
namespace {

using Round = RecurrenceRound;
using rv::Class;
using rv::Op;

constexpr unsigned kEcallBytes = 4;

}  // namespace

CodeAhead::CodeAhead(const RecurrenceStart& start, RecurrenceWorld& world)
    : start_(start), world_(world), registers_(start.x), f_(start.f()), control_(start), words_(start.variable),
      branches_(*start.branches), pc_(start.pc), last_{.pc = start.last_pc, .next = start.last_next, .end = {}},
      cycle_(start.cycle), instructions_(start.instructions) {
    enter();
}

CodeAhead::State CodeAhead::state() const {
    State s{registers_.x(), f_, control_.now(), control_.software(), {}, branches_};
    for (std::size_t i = 0; i < words_.size(); ++i) s.words.push_back(words_[i].value);
    return s;
}

bool CodeAhead::like(const State& before) const {
    return before.f == f_ && before.control == control_.now() && before.software == control_.software();
}

// --- from block to block ------------------------------------------------------------------------------------------

bool CodeAhead::run_block() {
    if (!execute_block()) return false;
    enter();
    return true;
}

// As the hart does between two blocks.
void CodeAhead::enter() {
    cycle_ += branch_cycles();
    last_.end = {};
    last_.next = pc_;
    if (attention_) {
        attention_ = false;
        if (const auto interrupt = control_.ready_interrupt()) {
            note_position(false);
            ++interrupts_;
            enter_trap(rv::kInterruptCause | *interrupt, pc_);
            cycle_ += branch_cycles();
            last_.next = pc_;
        }
    }
    note_position(true);
}

unsigned CodeAhead::branch_cycles() {
    if (!has_pipeline(start_.timing)) return 0;
    const unsigned cycles = arrival_cycles(last_, pc_, branches_), slot = last_.end.branch_slot;
    if (last_.end.has(BlockEnd::is_branch)) notes_.add_prediction({slot, false, branches_.seen(slot)});
    if (last_.end.has(BlockEnd::is_indirect)) notes_.add_prediction({slot, true, branches_.target(slot)});
    return cycles;
}

void CodeAhead::enter_trap(std::uint64_t cause, std::uint64_t pc) {
    pc_ = control_.enter_trap(cause, pc);
    cycle_ += cost::kTrapEntry;
    note_position(false);
}

bool CodeAhead::execute_block() {
    const Block* const known = world_.settled_block(pc_);
    if (!known) return false;
    const Block block = *known;
    constexpr std::uint16_t kNotFollowed = BlockEnd::opens_reservation | BlockEnd::closes_reservation |
                                           BlockEnd::by_hand | BlockEnd::has_wfi | BlockEnd::is_fence_i;
    if (block.end.has(kNotFollowed)) return false;
    cycle_ += block.cycles;
    instructions_ += block.instructions;
    last_ = {.pc = block.pc, .next = block.pc + block.size_bytes, .end = block.end};
    std::uint64_t pc = block.pc;
    next_ = last_.next;
    for (const rv::Instruction& insn : world_.instructions(block)) {
        if (!execute(insn, pc)) return false;
        pc += insn.length_bytes;
    }
    if (block.end.has(BlockEnd::writes_csr) && control_.any_pends()) attention_ = true;
    if (trapped_) {
        trapped_ = false;
        last_.end = {};
        enter_trap(rv::kEcallFromM, last_.next - kEcallBytes);
        return true;
    }
    pc_ = next_;
    return true;
}

// --- notes ----------------------------------------------------------------------------------------------------------

void CodeAhead::begin_round(const MovingPlaces& moving) {
    begin_cycle_ = cycle_;
    begin_instructions_ = instructions_;
    begin_interrupts_ = interrupts_;
    registers_.begin_round();
    words_.begin_round();
    control_.begin_round();
    notes_.begin(start_.mcycle_ahead, control_.lines());
    for (unsigned i = 1; i < 32; ++i)
        if (moving.registers >> i & 1) registers_.carry_over(i, notes_.carry_over(Step::Kind::last_value));
    for (std::size_t i = 0; i < words_.size(); ++i)
        for (unsigned which = 0; which < 2; ++which)
            if (moving.halves[i] >> which & 1) words_[i].halves[which].step = notes_.carry_over(Step::Kind::last_half);
    note_position(true);
}

void CodeAhead::note_position(bool enters_block) {
    if (!notes_.taken()) return;
    const Block* const block = enters_block ? world_.settled_block(pc_) : nullptr;
    Round::Position at;
    at.pc = pc_;
    at.last_pc = last_.pc;
    at.last_next = last_.next;
    at.cycles = cycle_ - begin_cycle_;
    at.instructions = instructions_ - begin_instructions_;
    at.interrupts = interrupts_ - begin_interrupts_;
    at.enters_block = enters_block;
    at.walks = block && block->end.has(BlockEnd::walks);
    at.software_interrupt = control_.software();
    at.control = control_.now();
    notes_.add_position(at, registers_, f_);
}

// --- instructions ---------------------------------------------------------------------------------------------------

bool CodeAhead::execute(const rv::Instruction& insn, std::uint64_t pc) {
    switch (insn.kind) {
        case Class::constant: registers_.write(insn.rd, (insn.op == Op::auipc ? pc : 0) + insn.imm64()); return true;
        case Class::integer:
        case Class::multiply:
        case Class::divide: return integer(insn);
        case Class::load: return load(insn);
        case Class::store: return store(insn);
        case Class::atomic: return atomic(insn);
        case Class::branch: return branch(insn, pc);
        case Class::jump:
            registers_.write(insn.rd, pc + insn.length_bytes);
            next_ = pc + insn.imm64();
            return true;
        case Class::indirect_jump: return indirect_jump(insn, pc);
        case Class::float_move: return move_float(insn);
        case Class::fence: return true;
        case Class::trap: trapped_ = insn.op == Op::ecall; return trapped_;
        case Class::ret: return return_from_trap(insn);
        case Class::csr: return access_csr(insn);
        default: return false;
    }
}

bool CodeAhead::integer(const rv::Instruction& insn) {
    const bool has_immediate = insn.kind == Class::integer && insn.has_immediate();
    const Value a = registers_.read(insn.rs1), b = has_immediate ? Value{insn.imm64()} : registers_.read(insn.rs2);
    std::int16_t step = Round::kConstant;
    if (insn.rd != 0 && !(a.is_constant() && b.is_constant()))
        step = notes_.add_step({.kind = Step::Kind::integer, .op = insn.op, .a = a, .b = b});
    registers_.write(insn.rd, rv::integer_result(insn.op, a.constant, b.constant), step);
    return !notes_.full();
}

bool CodeAhead::branch(const rv::Instruction& insn, std::uint64_t pc) {
    const Value a = registers_.read(insn.rs1), b = registers_.read(insn.rs2);
    const bool taken = rv::branch_taken(insn.op, a.constant, b.constant);
    if (taken) next_ = pc + insn.imm64();
    if (!(a.is_constant() && b.is_constant()))
        notes_.add_step({.kind = Step::Kind::branch, .op = insn.op, .taken = taken, .a = a, .b = b});
    return !notes_.full();
}

bool CodeAhead::indirect_jump(const rv::Instruction& insn, std::uint64_t pc) {
    const Value base = registers_.read(insn.rs1);
    next_ = (base.constant + insn.imm64()) & ~1ull;
    if (!base.is_constant()) notes_.add_step({.kind = Step::Kind::target, .a = base, .b = {base.constant}});
    registers_.write(insn.rd, pc + insn.length_bytes);
    return !notes_.full();
}

bool CodeAhead::move_float(const rv::Instruction& insn) {
    if (!control_.use_floats()) return false;
    if (insn.op == Op::fmv_x_d) {
        registers_.write(insn.rd, f_[insn.rs1]);
        return true;
    }
    if (insn.op != Op::fmv_d_x) return false;
    const Value a = registers_.read(insn.rs1);
    f_[insn.rd] = a.constant;
    return a.is_constant();
}

bool CodeAhead::return_from_trap(const rv::Instruction& insn) {
    const auto next = insn.op == Op::mret ? control_.return_from_trap() : std::nullopt;
    next_ = next.value_or(0);
    return next.has_value();
}

bool CodeAhead::access_csr(const rv::Instruction& insn) {
    const CsrRow* const row = find_csr(insn.csr);
    if (!row) return false;
    if (row->csr == Csr::mcycle || row->csr == Csr::cycle) return read_counter(insn);
    const auto old = control_.read(row->csr);
    if (!old) return false;
    if (insn.writes_csr()) {
        const Value operand = insn.has_csr_immediate() ? Value{insn.imm64()} : registers_.read(insn.rs1);
        const std::uint64_t result = rv::csr_result(insn.op, *old, operand.constant);
        if (!operand.is_constant() || !control_.write(row->csr, *old, result)) return false;
    }
    registers_.write(insn.rd, *old);
    return true;
}

bool CodeAhead::read_counter(const rv::Instruction& insn) {
    if (insn.writes_csr()) return false;
    std::int16_t step = Round::kConstant;
    if (insn.rd != 0)
        step = notes_.add_step({.kind = Step::Kind::counter, .b = {cycle_ - begin_cycle_ + start_.mcycle_ahead}});
    registers_.write(insn.rd, cycle_ + start_.mcycle_ahead, step);
    return !notes_.full();
}

}  // namespace k210
