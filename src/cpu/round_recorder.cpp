#include "cpu/round_recorder.hpp"

#include <algorithm>
#include <cstring>

#include "cpu/csr_table.hpp"
#include "cpu/idle_loop.hpp"
#include "cpu/rv_arithmetic.hpp"
#include "k210/sim/cost_model.hpp"

namespace k210 {
namespace {

using Round = RecurrenceRound;
using Step = Round::Step;
using rv::Class;
using rv::Op;

constexpr std::size_t kFirstLook = 48, kMostBlocks = 3072, kMostBlocksOfARound = 1024;
constexpr std::size_t kMostSteps = 512, kMostWords = 1024;
constexpr unsigned kMostTries = 4;

// [doc] RISC-V privileged spec, mstatus and mcause
constexpr std::uint64_t kMie = 1u << 3, kMpie = 1u << 7, kMpp = 3u << 11, kFs = 3u << 13, kSd = 1ull << 63;
constexpr std::uint64_t kInterruptCause = 1ull << 63, kEcallFromM = 11;
constexpr std::uint32_t kSoftwarePending = 1u << 3;
constexpr unsigned kInterruptOrder[] = {11, 3, 7};

// How long the shortest period is with which the path ends; 0 if it has none that has come three times.
std::size_t period_of(std::span<const std::uint64_t> path) {
    const std::size_t size = path.size(), looked_at = size * 3 / 4;
    const auto back = [&](std::size_t i) { return path[size - 1 - i]; };
    std::vector<std::uint32_t> border(looked_at);
    std::size_t length = 0;
    for (std::size_t i = 1; i < looked_at; ++i) {
        while (length != 0 && back(i) != back(length)) length = border[length - 1];
        if (back(i) == back(length)) ++length;
        border[i] = static_cast<std::uint32_t>(length);
    }
    const std::size_t period = looked_at - length;
    return period * 3 <= looked_at ? period : 0;
}

constexpr std::uint64_t bytes_mask(unsigned size_bytes) {
    return size_bytes == 8 ? ~0ull : (1ull << (8 * size_bytes)) - 1;
}

}  // namespace

class RoundRecorder::Impl {
public:
    Impl(const RecurrenceStart& start, RecurrenceWorld& world)
        : start_(start), world_(world), branches_(*start.branches) {
        x_ = start.x;
        f_ = start.f();
        control_ = start.control;
        pc_ = start.pc;
        last_pc_ = start.last_pc;
        last_next_ = start.last_next;
        cycle_ = start.cycle;
        instructions_ = start.instructions;
        software_ = (start.pending & kSoftwarePending) != 0;
        lines_ = start.pending & ~kSoftwarePending;
        step_of_.fill(Round::kConstant);
        table_.fill(kNoWord);
    }

    std::optional<Round> record() {
        enter();
        for (std::size_t look = kFirstLook; look <= kMostBlocks; look *= 2) {
            while (path_.size() < look)
                if (!go_on()) return {};
            const std::size_t period = period_of(path_);
            if (period == 0) continue;
            if (period > kMostBlocksOfARound) return {};
            if (auto round = record_round(period)) return round;
            if (lost_) return {};
        }
        return {};
    }

private:
    static constexpr std::uint32_t kNoWord = ~0u;

    struct Word {
        std::uint8_t* host;
        std::uint64_t value, mask = 0;
        std::array<Round::Half, 2> halves = {};  // only the steps
        std::uint64_t read_first = 0;            // of the bytes: read in the round before it writes them
        std::uint64_t variable = 0;              // of the bytes: others write them, too
    };

    // --- the way -------------------------------------------------------------------------------------------------

    // Executes the block at hand, and comes to the next one.
    bool go_on() {
        path_.push_back(pc_);
        if (!execute_block()) {
            lost_ = true;
            return false;
        }
        enter();
        return true;
    }

    bool approximate() const { return start_.timing == TimingModel::approximate; }

    unsigned branch_cycles() {
        if (!approximate()) return 0;
        const bool jumped = pc_ != last_next_;
        unsigned cycles = jumped ? cost::kJump : 0;
        const unsigned slot = last_end_.branch_slot;
        if (last_end_.has(BlockEnd::is_branch)) {
            if (!branches_.foresaw_branch(slot, jumped)) cycles += cost::kMispredict;
            if (recording_) predicted({slot, false, branches_.seen(slot)});
        } else if (last_end_.has(BlockEnd::is_indirect)) {
            if (!branches_.foresaw_target(slot, pc_)) cycles += cost::kMispredict;
            if (recording_) predicted({slot, true, branches_.target(slot)});
        }
        return cycles;
    }
    void predicted(const Round::Prediction& now) { round_.predictions.push_back(now); }

    // As the hart does between two blocks.
    void enter() {
        cycle_ += branch_cycles();
        last_end_ = {};
        last_next_ = pc_;
        if (attention_) {
            attention_ = false;
            if (const auto interrupt = ready_interrupt()) {
                note_position(false);
                ++interrupts_;
                enter_trap(kInterruptCause | *interrupt, pc_);
                cycle_ += branch_cycles();
                last_next_ = pc_;
            }
        }
        note_position(true);
    }

    std::optional<unsigned> ready_interrupt() const {
        if (!(control_.mstatus & kMie)) return {};
        const std::uint64_t ready = (lines_ | (software_ ? kSoftwarePending : 0)) & control_.mie;
        for (const unsigned bit : kInterruptOrder)
            if (ready >> bit & 1) return bit;
        return {};
    }

    void enter_trap(std::uint64_t cause, std::uint64_t pc) {
        const std::uint64_t status = control_.mstatus, saved = status & kMie ? kMpie : 0;
        control_.mstatus = (status & ~(kMie | kMpie)) | saved | kMpp;
        round_.uses.trap = true;
        control_.mepc = pc;
        control_.mcause = cause;
        control_.mtval = 0;
        pc_ = control_.mtvec & ~3ull;
        cycle_ += cost::kTrapEntry;
        note_position(false);
    }

    void note_position(bool enters_block) {
        if (!recording_) return;
        Round::Position at;
        at.pc = pc_;
        at.last_pc = last_pc_;
        at.last_next = last_next_;
        at.cycles = cycle_ - begin_cycle_;
        at.instructions = instructions_ - begin_instructions_;
        at.interrupts = interrupts_ - begin_interrupts_;
        at.first_step = static_cast<std::uint32_t>(round_.steps.size());
        at.first_access = static_cast<std::uint32_t>(round_.accesses.size());
        at.first_write = static_cast<std::uint32_t>(round_.writes.size());
        at.first_prediction = static_cast<std::uint32_t>(round_.predictions.size());
        at.enters_block = enters_block;
        at.software_interrupt = software_;
        for (unsigned i = 0; i < 32; ++i) at.x[i] = value(i);
        at.control = control_;
        close_block();
        if (enters_block) {
            const Block* block = world_.settled_block(pc_);
            at.walks = block && block->end.has(BlockEnd::walks);
        }
        block_reads_ = block_writes_ = 0;
        round_.positions.push_back(at);
        round_.floats.push_back(f_);
        written_at_.push_back(written_);
    }

    // What the block that has just run has done to registers.
    void close_block() {
        if (round_.positions.empty()) return;
        round_.positions.back().reads = block_reads_;
        round_.positions.back().writes = block_writes_;
    }

    bool execute_block() {
        const Block* const known = world_.settled_block(pc_);
        if (!known) return false;
        const Block block = *known;
        constexpr std::uint16_t kNotFollowed = BlockEnd::opens_reservation | BlockEnd::closes_reservation |
                                               BlockEnd::by_hand | BlockEnd::has_wfi | BlockEnd::is_fence_i;
        if (block.end.has(kNotFollowed)) return false;
        cycle_ += block.cycles;
        instructions_ += block.instructions;
        last_pc_ = block.pc;
        last_next_ = block.pc + block.size_bytes;
        last_end_ = block.end;
        if (!approximate()) last_end_.flags = 0;
        std::uint64_t pc = block.pc;
        next_ = last_next_;
        for (const rv::Instruction& insn : world_.instructions(block)) {
            if (!execute(insn, pc)) return false;
            pc += insn.length_bytes;
        }
        if (block.end.has(BlockEnd::writes_csr) && (lines_ || software_)) attention_ = true;
        if (trapped_) {
            trapped_ = false;
            last_end_ = {};
            enter_trap(kEcallFromM, last_next_ - 4);
            return true;
        }
        pc_ = next_;
        return true;
    }

    // --- registers -----------------------------------------------------------------------------------------------

    Round::Value value(unsigned reg) const { return {x_[reg], step_of_[reg]}; }
    Round::Value read(unsigned reg) {
        if (!(written_ >> reg & 1)) read_first_ |= 1u << reg;
        if (!(block_writes_ >> reg & 1)) block_reads_ |= 1u << reg;
        return value(reg);
    }
    void write(unsigned reg, std::uint64_t v, std::int16_t step = Round::kConstant) {
        if (reg == 0) return;
        x_[reg] = v;
        step_of_[reg] = step;
        written_ |= 1u << reg;
        block_writes_ |= 1u << reg;
    }
    static bool constant(const Round::Value& v) { return v.step == Round::kConstant; }

    std::int16_t add_step(Step step) {
        if (round_.steps.size() >= kMostSteps) {
            full_ = true;
            return Round::kConstant;
        }
        step.position = static_cast<std::uint32_t>(round_.positions.size()) - 1;
        round_.steps.push_back(step);
        return static_cast<std::int16_t>(round_.steps.size() - 1);
    }

    // --- instructions --------------------------------------------------------------------------------------------

    bool execute(const rv::Instruction& insn, std::uint64_t pc) {
        const auto imm = static_cast<std::uint64_t>(std::int64_t{insn.imm});
        switch (insn.kind) {
            case Class::constant: write(insn.rd, insn.op == Op::auipc ? pc + imm : imm); return true;
            case Class::integer:
            case Class::multiply:
            case Class::divide: {
                const bool has_imm = insn.kind == Class::integer && insn.has_immediate();
                const Round::Value a = read(insn.rs1), b = has_imm ? Round::Value{imm} : read(insn.rs2);
                const std::uint64_t result = rv::integer_result(insn.op, a.constant, b.constant);
                if (constant(a) && constant(b)) {
                    write(insn.rd, result);
                    return true;
                }
                if (insn.rd == 0) return true;
                write(insn.rd, result, add_step({.kind = Step::Kind::integer, .op = insn.op, .a = a, .b = b}));
                return !full_;
            }
            case Class::load: return load(insn, imm);
            case Class::store: return store(insn, imm);
            case Class::atomic: return atomic(insn);
            case Class::branch: {
                const Round::Value a = read(insn.rs1), b = read(insn.rs2);
                const bool taken = rv::branch_taken(insn.op, a.constant, b.constant);
                if (taken) next_ = pc + imm;
                if (constant(a) && constant(b)) return true;
                add_step({.kind = Step::Kind::branch, .op = insn.op, .taken = taken, .a = a, .b = b});
                return !full_;
            }
            case Class::jump:
                write(insn.rd, pc + insn.length_bytes);
                next_ = pc + imm;
                return true;
            case Class::indirect_jump: {
                const Round::Value base = read(insn.rs1);
                next_ = (base.constant + imm) & ~1ull;
                if (!constant(base)) add_step({.kind = Step::Kind::target, .a = base, .b = {base.constant}});
                write(insn.rd, pc + insn.length_bytes);
                return !full_;
            }
            case Class::float_move: return move_float(insn);
            case Class::fence: return true;
            case Class::trap: trapped_ = insn.op == Op::ecall; return trapped_;
            case Class::ret: return return_from_trap(insn);
            case Class::csr: return access_csr(insn);
            default: return false;
        }
    }

    bool floats_on() {
        uses_floats_ = true;
        return (control_.mstatus & kFs) == kFs;
    }

    bool move_float(const rv::Instruction& insn) {
        if (!floats_on()) return false;
        if (insn.op == Op::fmv_x_d) {
            write(insn.rd, f_[insn.rs1]);
            return true;
        }
        if (insn.op != Op::fmv_d_x) return false;
        const Round::Value a = read(insn.rs1);
        f_[insn.rd] = a.constant;
        return constant(a);
    }

    bool return_from_trap(const rv::Instruction& insn) {
        if (insn.op != Op::mret || (control_.mstatus & kMpp) != kMpp) return false;
        const std::uint64_t enabled = control_.mstatus & kMpie ? kMie : 0;
        control_.mstatus = (control_.mstatus & ~(kMie | kMpp)) | enabled | kMpie;
        round_.uses.trap = true;
        next_ = control_.mepc;
        return true;
    }

    // --- control registers. [doc] RISC-V privileged spec, table 2.4 ------------------------------------------------

    std::optional<std::uint64_t> read_csr(Csr csr) {
        HartControlUse& uses = round_.uses;
        switch (csr) {
            case Csr::fflags: uses.fcsr = true; return control_.fcsr & 31;
            case Csr::frm: uses.fcsr = true; return control_.fcsr >> 5 & 7;
            case Csr::fcsr: uses.fcsr = true; return control_.fcsr;
            case Csr::mstatus: return control_.mstatus;
            case Csr::mie: return control_.mie;
            case Csr::mtvec: return control_.mtvec;
            case Csr::mscratch: uses.mscratch = true; return control_.mscratch;
            case Csr::mepc: uses.trap = true; return control_.mepc;
            case Csr::mcause: uses.trap = true; return control_.mcause;
            case Csr::mtval: uses.trap = true; return control_.mtval;
            case Csr::mip: return lines_ | (software_ ? kSoftwarePending : 0);
            case Csr::mhartid: return start_.hart_id;
            default: return {};
        }
    }

    bool write_csr(Csr csr, std::uint64_t old, std::uint64_t v) {
        switch (csr) {
            case Csr::mstatus: {
                const std::uint64_t changed = (old ^ v) & ~kSd;
                const std::uint64_t mpp = v & kMpp;
                if ((changed & ~(kMie | kMpie | kMpp)) || (mpp != 0 && mpp != kMpp)) return false;
                control_.mstatus = old ^ changed;
                return true;
            }
            case Csr::mie: {
                constexpr std::uint64_t kMachineInterrupts = 1u << 3 | 1u << 7 | 1u << 11;
                if ((old ^ v) & ~kMachineInterrupts) return false;
                control_.mie = v;
                return true;
            }
            case Csr::mscratch: control_.mscratch = v; return true;
            case Csr::mepc: control_.mepc = v & ~1ull; return true;
            case Csr::mip: return false;
            default: return old == v;
        }
    }

    bool read_counter(const rv::Instruction& insn) {
        if (insn.writes_csr()) return false;
        std::int16_t step = Round::kConstant;
        if (recording_ && insn.rd != 0)
            step = add_step({.kind = Step::Kind::counter, .b = {cycle_ - begin_cycle_ + start_.mcycle_ahead}});
        write(insn.rd, cycle_ + start_.mcycle_ahead, step);
        return !full_;
    }

    bool access_csr(const rv::Instruction& insn) {
        const CsrRow* const row = find_csr(insn.csr);
        if (!row) return false;
        if (row->csr == Csr::mcycle || row->csr == Csr::cycle) return read_counter(insn);
        const auto old = read_csr(row->csr);
        if (!old || (round_.uses.fcsr && !floats_on())) return false;
        if (insn.writes_csr()) {
            const Round::Value operand =
                insn.has_csr_immediate() ? Round::Value{static_cast<std::uint64_t>(insn.imm)} : read(insn.rs1);
            if (!constant(operand)) return false;
            std::uint64_t v = operand.constant;
            if (insn.op == Op::csrrs || insn.op == Op::csrrsi) v = *old | v;
            if (insn.op == Op::csrrc || insn.op == Op::csrrci) v = *old & ~v;
            if (!write_csr(row->csr, *old, v)) return false;
        }
        write(insn.rd, *old);
        return true;
    }

    // --- memory --------------------------------------------------------------------------------------------------

    const Bus::Window* window_at(std::uint64_t address) {
        if (!window_ || address - window_->base >= window_->size_bytes) window_ = world_.window_at(address);
        return window_;
    }

    // nullptr when there are too many. Valid until the next call.
    Word* word_at(std::uint8_t* host) {
        std::size_t slot = reinterpret_cast<std::uintptr_t>(host) / 8 * 0x9e37'79b9'7f4a'7c15u >> 53;
        for (;; slot = (slot + 1) % table_.size()) {
            if (table_[slot] == kNoWord) break;
            if (words_[table_[slot]].host == host) return &words_[table_[slot]];
        }
        if (words_.size() >= kMostWords) return nullptr;
        table_[slot] = static_cast<std::uint32_t>(words_.size());
        Word word{.host = host, .value = 0};
        std::memcpy(&word.value, host, sizeof word.value);
        for (unsigned which = 0; which < 2; ++which)
            if (std::ranges::find(start_.variable, host + 4 * which) != start_.variable.end())
                word.variable |= 0xffff'ffffull << (32 * which);
        words_.push_back(word);
        return &words_.back();
    }

    // The engine makes two accesses of a wide one; to memory it is one transfer. As EngineHart counts them.
    void charge(const Bus::Window& window, std::uint32_t offset, unsigned size_bytes, bool store) {
        if (window.memory && window.cached) return;
        for (unsigned at = 0; at < size_bytes; at += 4) {
            const std::uint32_t address = window.base + offset + at;
            const unsigned size = std::min(size_bytes - at, 4u);
            const bool second = window.memory && size == 4 && address % 8 == 4 && half_address_ == address - 4 &&
                                half_instructions_ == instructions_;
            half_address_ = address;
            half_instructions_ = instructions_;
            if (!second) cycle_ += world_.access_cycles(window, store);
        }
    }

    bool load(const rv::Instruction& insn, std::uint64_t imm) {
        const Round::Value base = read(insn.rs1);
        const std::uint64_t address = base.constant + imm;
        const unsigned size = insn.access_bytes;
        const Bus::Window* const window = window_at(address);
        if (!constant(base) || !window || address % size != 0) return false;
        const auto offset = static_cast<std::uint32_t>(address) - window->base;
        const bool is_float = insn.op == Op::fld;
        if (insn.op == Op::flw || (is_float && !floats_on())) return false;
        charge(*window, offset, size, false);
        if (!window->memory) return !is_float && load_device(insn, *window, offset);
        std::uint8_t* const host = window->memory->bytes().data() + offset;
        Word* const word = word_at(host - address % 8);
        if (!word) return false;
        const unsigned shift = address % 8 * 8;
        const std::uint64_t mask = bytes_mask(size) << shift;
        note_access(*word, mask, false);
        const std::uint64_t bytes = (word->value & mask) >> shift;
        const Round::Half low = half(*word, 0), high = half(*word, 1);
        if (is_float) {
            if (low.step != Round::kConstant || high.step != Round::kConstant) return false;
            f_[insn.rd] = bytes;
            return true;
        }
        std::int16_t step = Round::kConstant;
        if (size == 8) {
            const bool whole = low.step == high.step && !low.upper && high.upper;
            if (whole && low.step != Round::kConstant)
                step = low.step;
            else if (low.step != Round::kConstant || high.step != Round::kConstant)
                step = add_step({.kind = Step::Kind::join, .low = low, .high = high});
        } else if (const Round::Half& read = shift < 32 ? low : high; read.step != Round::kConstant) {
            step = add_step(
                {.kind = Step::Kind::part, .op = insn.op, .shift = static_cast<std::uint8_t>(shift % 32), .low = read});
        }
        write(insn.rd, rv::loaded_value(insn.op, bytes), step);
        return !full_;
    }

    void note_access(Word& word, std::uint64_t mask, bool is_write) {
        if (!is_write) word.read_first |= mask & ~word.mask;
        word.mask |= mask;
        if (recording_) round_.accesses.push_back({static_cast<std::uint32_t>(&word - words_.data()), is_write, mask});
    }

    static Round::Half half(const Word& word, unsigned which) {
        Round::Half h = word.halves[which];
        h.constant = static_cast<std::uint32_t>(word.value >> (32 * which));
        return h;
    }

    bool load_device(const rv::Instruction& insn, const Bus::Window& window, std::uint32_t offset) {
        if (insn.access_bytes > 4) return false;
        if (start_.msip_address && window.base + offset == *start_.msip_address && insn.access_bytes == 4) {
            write(insn.rd, software_ ? 1 : 0);
            return true;
        }
        const auto value = world_.read_steady(window, offset, insn.access_bytes);
        if (!value) return false;
        if (recording_) round_.device_reads.push_back({&window, offset, insn.access_bytes, *value});
        write(insn.rd, rv::loaded_value(insn.op, *value));
        return true;
    }

    bool store(const rv::Instruction& insn, std::uint64_t imm) {
        const Round::Value base = read(insn.rs1);
        const std::uint64_t address = base.constant + imm;
        const unsigned size = insn.access_bytes;
        const Bus::Window* const window = window_at(address);
        if (!constant(base) || !window || address % size != 0) return false;
        const auto offset = static_cast<std::uint32_t>(address) - window->base;
        if (insn.op == Op::fsw || (insn.op == Op::fsd && !floats_on())) return false;
        const Round::Value data = insn.op == Op::fsd ? Round::Value{f_[insn.rs2]} : read(insn.rs2);
        charge(*window, offset, size, true);
        if (window->memory) return store_memory(*window, offset, size, data);
        if (!start_.msip_address || window->base + offset != *start_.msip_address || size != 4 || !constant(data))
            return false;
        const bool level = data.constant & 1;
        if (level != software_) attention_ = true;
        software_ = level;
        return true;
    }

    bool store_memory(const Bus::Window& window, std::uint32_t offset, unsigned size, Round::Value data) {
        if (!window.writable || window.memory->holds_code_near(offset)) return false;
        std::uint8_t* const host = window.memory->bytes().data() + offset;
        Word* const word = word_at(host - offset % 8);
        if (!word) return false;
        const unsigned shift = offset % 8 * 8;
        const std::uint64_t mask = bytes_mask(size) << shift;
        // Where others write, too, nobody knows what is read back: a step has it.
        if (recording_ && size >= 4 && constant(data) && (word->variable & mask)) {
            data.step = add_step({.kind = Step::Kind::integer, .op = Op::addi, .a = data});
            if (full_) return false;
        }
        note_access(*word, mask, true);
        word->value = (word->value & ~mask) | (data.constant << shift & mask);
        if (size == 8) {
            word->halves = {Round::Half{.step = data.step}, Round::Half{.step = data.step, .upper = true}};
        } else if (size == 4) {
            word->halves[shift / 32] = {.step = data.step};
        } else if (!constant(data) || word->halves[shift / 32].step != Round::kConstant) {
            return false;
        }
        if (recording_)
            round_.writes.push_back({static_cast<std::uint32_t>(word - words_.data()), mask,
                                     data.constant << shift & mask, data.step, shift});
        return true;
    }

    bool atomic(const rv::Instruction& insn) {
        const Round::Value base = read(insn.rs1), operand = read(insn.rs2);
        const unsigned size = insn.access_bytes;
        const Bus::Window* const window = window_at(base.constant);
        if (!constant(base) || !constant(operand) || !window || base.constant % size != 0) return false;
        if (!window->memory || !window->cached) return false;
        const auto offset = static_cast<std::uint32_t>(base.constant) - window->base;
        Word* const word = word_at(window->memory->bytes().data() + (offset - offset % 8));
        if (!word) return false;
        const unsigned shift = offset % 8 * 8;
        const std::uint64_t mask = bytes_mask(size) << shift;
        const bool moves = std::ranges::any_of(word->halves, [](const auto& h) { return h.step != Round::kConstant; });
        if (moves && size != 4) return false;
        note_access(*word, mask, false);
        const std::uint64_t bytes = (word->value & mask) >> shift;
        Round::Value old{size == 4 ? rv::sign_extend_word(bytes) : bytes};
        if (const Round::Half read = half(*word, shift / 32); read.step != Round::kConstant)
            old.step = add_step({.kind = Step::Kind::part, .op = Op::lw, .low = read});
        Round::Value data{rv::atomic_result(insn.op, old.constant, operand.constant)};
        if (!constant(old) && insn.op != Op::amoswap_w)
            data.step = add_step({.kind = Step::Kind::atomic, .op = insn.op, .a = old, .b = operand});
        if (full_ || !store_memory(*window, offset, size, data)) return false;
        write(insn.rd, old.constant, old.step);
        return true;
    }

    // --- rounds --------------------------------------------------------------------------------------------------

    struct State {
        std::array<std::uint64_t, 32> x, f;
        HartControl control;
        bool software;
        std::vector<std::uint64_t> words;
        BranchPredictor branches;
    };
    State state() const {
        State s{x_, f_, control_, software_, {}, branches_};
        for (const Word& word : words_) s.words.push_back(word.value);
        return s;
    }
    // What code reads without any change meant by it must be as it was.
    bool like(const State& before) const {
        return before.f == f_ && before.control == control_ && before.software == software_;
    }

    // The path has this period: finds out whether a round of it repeats itself.
    std::optional<Round> record_round(std::size_t period) {
        const std::vector<std::uint64_t> way(path_.end() - static_cast<std::ptrdiff_t>(period), path_.end());
        const State before = state();
        if (!follow(way) || !like(before)) return {};
        std::uint32_t moving = 0;
        std::vector<std::uint8_t> moving_halves(words_.size());
        for (unsigned i = 1; i < 32; ++i)
            if (x_[i] != before.x[i]) moving |= 1u << i;
        for (std::size_t i = 0; i < words_.size(); ++i) {
            const std::uint64_t changed = i < before.words.size() ? before.words[i] ^ words_[i].value : 0;
            moving_halves[i] = static_cast<std::uint8_t>((changed << 32 ? 1 : 0) | (changed >> 32 ? 2 : 0));
            for (unsigned which = 0; which < 2; ++which)
                if (words_[i].variable >> (32 * which) & 1) moving_halves[i] |= static_cast<std::uint8_t>(1u << which);
        }
        for (unsigned tries = 0; tries < kMostTries; ++tries) {
            moving_halves.resize(words_.size());
            const State head = state();
            begin_recording(moving, moving_halves);
            if (!follow(way) || !like(head)) return {};
            recording_ = false;
            if (repeats(head, moving, moving_halves)) {
                if (!settled(head)) continue;
                if (is_idle_loop(way) || !pays()) return {};
                finish();
                return std::move(round_);
            }
            moving_halves.resize(words_.size());
        }
        return {};
    }

    bool follow(std::span<const std::uint64_t> way) {
        for (const std::uint64_t pc : way)
            if (pc_ != pc || !go_on()) return false;
        return pc_ == way.front();
    }

    // Whether IdleLoopPlan knows it, which skips further.
    bool is_idle_loop(std::span<const std::uint64_t> way) {
        constexpr std::size_t kInstructions = 48;
        if (way.size() > IdleLoopPlan::kMaxBlocks || round_.positions.back().instructions > kInstructions) return false;
        const auto pure = [&](std::uint64_t pc) {
            const Block* const block = world_.settled_block(pc);
            return block && block->end.has(BlockEnd::pure);
        };
        const auto linear = [](const Step& step) {
            const bool adds = step.op == Op::add || step.op == Op::addi || step.op == Op::sub;
            return step.kind != Step::Kind::integer || adds;
        };
        return std::ranges::all_of(way, pure) && std::ranges::all_of(round_.steps, linear);
    }

    // Whether going round takes less than running the code.
    bool pays() const {
        constexpr std::uint64_t kOfARound = 12, kOfAStep = 3;  // as long as so many instructions
        if (round_.steps.empty()) return true;                 // however many rounds at once
        return round_.positions.back().instructions >= kOfARound + kOfAStep * round_.steps.size();
    }

    void begin_recording(std::uint32_t moving, std::span<const std::uint8_t> moving_halves) {
        round_ = {};
        round_.mcycle_ahead = start_.mcycle_ahead;
        round_.pending = lines_;
        begin_cycle_ = cycle_;
        begin_instructions_ = instructions_;
        begin_interrupts_ = interrupts_;
        step_of_.fill(Round::kConstant);
        written_ = read_first_ = 0;
        full_ = false;
        written_at_.clear();
        registers_.clear();
        halves_.clear();
        uses_floats_ = false;
        block_reads_ = block_writes_ = 0;
        const auto carry = [&](Step::Kind kind) {
            round_.steps.push_back({.kind = kind});
            return static_cast<std::int16_t>(round_.steps.size() - 1);
        };
        for (unsigned i = 1; i < 32; ++i)
            if (moving >> i & 1) {
                step_of_[i] = carry(Step::Kind::last_value);
                registers_.push_back({static_cast<std::uint32_t>(step_of_[i]), i});
            }
        for (std::size_t i = 0; i < words_.size(); ++i) {
            Word& word = words_[i];
            word.mask = word.read_first = 0;
            word.halves = {};
            for (unsigned which = 0; which < 2; ++which)
                if (moving_halves[i] >> which & 1) {
                    word.halves[which].step = carry(Step::Kind::last_half);
                    halves_.push_back({static_cast<std::uint32_t>(word.halves[which].step), i, which});
                }
        }
        round_.carried_steps = static_cast<std::uint32_t>(round_.steps.size());
        head_halves_.assign(words_.size(), {});
        for (std::size_t i = 0; i < words_.size(); ++i) head_halves_[i] = {half(words_[i], 0), half(words_[i], 1)};
        recording_ = true;
        note_position(true);
    }

    // Whether the next round reads what this one has read. If not, notes what moves besides.
    bool repeats(const State& head, std::uint32_t& moving, std::vector<std::uint8_t>& moving_halves) const {
        bool same = true;
        for (unsigned i = 1; i < 32; ++i) {
            if ((moving >> i & 1) || !(read_first_ >> i & 1)) continue;
            if (step_of_[i] == Round::kConstant && x_[i] == head.x[i]) continue;
            moving |= 1u << i;
            same = false;
        }
        moving_halves.resize(words_.size());
        for (std::size_t i = 0; i < words_.size(); ++i) {
            if (i >= head.words.size()) return false;  // the next try knows it
            for (unsigned which = 0; which < 2; ++which) {
                const std::uint64_t mask = words_[i].read_first >> (32 * which) & 0xffff'ffff;
                if ((moving_halves[i] >> which & 1) || mask == 0) continue;
                const std::uint64_t changed = (head.words[i] ^ words_[i].value) >> (32 * which) & mask;
                if (words_[i].halves[which].step == Round::kConstant && changed == 0) continue;
                moving_halves[i] |= static_cast<std::uint8_t>(1u << which);
                same = false;
            }
        }
        return same;
    }

    // Whether every branch is foreseen in the next round as it was in this one.
    bool settled(const State& head) {
        for (const Round::Prediction& p : round_.predictions) {
            const auto held = [&](const BranchPredictor& branches) -> std::uint16_t {
                if (p.is_target) return branches.target(p.slot);
                return branches.seen(p.slot);
            };
            const Round::Prediction before{p.slot, p.is_target, held(head.branches)};
            if (before.value != held(branches_)) return false;
            if (std::ranges::find(round_.predictions_at_head, before) == round_.predictions_at_head.end())
                round_.predictions_at_head.push_back(before);
        }
        return true;
    }

    void finish() {
        for (const auto& [step, reg] : registers_) round_.steps[step].a = value(reg);
        for (const auto& [step, word, which] : halves_) round_.steps[step].low = half(words_[word], which);
        std::vector<std::uint32_t> place(words_.size());
        for (std::size_t i = 0; i < words_.size(); ++i) {
            if (words_[i].mask == 0) continue;  // of the way to the round
            place[i] = static_cast<std::uint32_t>(round_.words.size());
            round_.words.push_back({words_[i].host, words_[i].mask, head_half(i)});
        }
        for (Round::Write& write : round_.writes) write.word = place[write.word];
        for (Round::Access& access : round_.accesses) access.word = place[access.word];
        find_live();
        const auto same = [&](const auto& f) { return f == round_.floats.front(); };
        if (!uses_floats_)
            round_.floats.clear();
        else if (std::ranges::all_of(round_.floats, same))
            round_.floats.resize(1);
        // What a step leaves in a place that is not carried over stays there, unread, until the next round writes it.
        for (unsigned i = 1; i < 32; ++i) {
            const Round::Value left = value(i);
            if (constant(left) || round_.positions[0].x[i].step != Round::kConstant) continue;
            for (std::size_t p = 0; p < round_.positions.size() && !(written_at_[p] >> i & 1); ++p)
                round_.positions[p].x[i] = {0, left.step,
                                            static_cast<std::uint32_t>(left.step) < round_.positions[p].first_step};
        }
    }
    void find_live() {
        std::uint32_t live = 0;
        for (unsigned turn = 0; turn < 2; ++turn)
            for (std::size_t p = round_.positions.size(); p-- != 0;) {
                Round::Position& at = round_.positions[p];
                if (p + 1 == round_.positions.size()) at.reads = at.writes = 0;  // the head's, again
                live = at.live = at.reads | (live & ~at.writes);
            }
    }
    // What a word holds at the head: what has been carried over, or what the round leaves in it.
    std::array<Round::Half, 2> head_half(std::size_t i) const {
        std::array<Round::Half, 2> at_head = head_halves_[i];
        for (unsigned which = 0; which < 2; ++which)
            if (at_head[which].step == Round::kConstant) at_head[which] = half(words_[i], which);
        return at_head;
    }

    const RecurrenceStart start_;
    RecurrenceWorld& world_;

    std::array<std::uint64_t, 32> x_, f_;
    std::array<std::int16_t, 32> step_of_;
    HartControl control_;
    std::uint64_t pc_, last_pc_, last_next_, next_ = 0;
    BlockEnd last_end_;
    std::uint64_t cycle_, instructions_, interrupts_ = 0;
    bool software_, attention_ = false, trapped_ = false, lost_ = false, full_ = false;
    std::uint32_t lines_;
    BranchPredictor branches_;
    std::uint32_t half_address_ = 0;
    std::uint64_t half_instructions_ = ~0ull;
    const Bus::Window* window_ = nullptr;
    std::vector<Word> words_;
    std::array<std::uint32_t, 2048> table_;
    std::vector<std::uint64_t> path_;

    bool recording_ = false, uses_floats_ = false;
    std::uint32_t block_reads_ = 0, block_writes_ = 0;
    Round round_;
    std::uint64_t begin_cycle_ = 0, begin_instructions_ = 0, begin_interrupts_ = 0;
    std::uint32_t written_ = 0, read_first_ = 0;
    struct CarriedRegister {
        std::uint32_t step, reg;
    };
    struct CarriedHalf {
        std::uint32_t step;
        std::size_t word;
        unsigned which;
    };
    std::vector<std::uint32_t> written_at_;  // registers, up to each position
    std::vector<CarriedRegister> registers_;
    std::vector<CarriedHalf> halves_;
    std::vector<std::array<Round::Half, 2>> head_halves_;
};

RoundRecorder::RoundRecorder(const RecurrenceStart& start, RecurrenceWorld& world)
    : impl_(std::make_unique<Impl>(start, world)) {}
RoundRecorder::~RoundRecorder() = default;
std::optional<RecurrenceRound> RoundRecorder::record() {
    return impl_->record();
}

}  // namespace k210
