// Loads, stores and atomics of code that is run ahead.
#include <algorithm>

#include "cpu/bus_window.hpp"
#include "cpu/code_ahead.hpp"
#include "cpu/rv_arithmetic.hpp"

namespace k210 {
namespace {

using Round = RecurrenceRound;
using rv::Op;

}  // namespace

std::uint64_t CodeAhead::Access::mask() const {
    return (size_bytes == 8 ? ~0ull : (1ull << (8 * size_bytes)) - 1) << shift();
}

// Nothing where it would trap, or go to another place in the next round.
std::optional<CodeAhead::Access> CodeAhead::access(const rv::Instruction& insn) {
    const Value base = registers_.read(insn.rs1);
    const std::uint64_t address = base.constant + insn.imm64();
    if (!window_ || address - window_->base >= window_->size_bytes) window_ = window_at(world_.bus(), address);
    if (!base.is_constant() || !window_ || address % insn.access_bytes != 0) return {};
    return Access{*window_, static_cast<std::uint32_t>(address) - window_->base, insn.access_bytes};
}

// nullptr when there are too many. Valid until the next call.
RoundWords::Word* CodeAhead::word_at(const Access& access) {
    RoundWords::Word* const word =
        words_.at(access.window.memory->bytes().data() + (access.offset - access.offset % 8));
    if (word && access.window.cached) word->line = CacheLines::line_of(access.window.base + access.offset);
    return word;
}

void CodeAhead::note_access(RoundWords::Word& word, std::uint64_t mask, bool is_write) {
    word.note_access(mask, is_write);
    notes_.add_access({words_.number_of(word), is_write, mask});
}

// One access at a time, as the engine makes them.
void CodeAhead::charge(const Access& access, bool store) {
    if (access.window.memory && access.window.cached) return;
    for (unsigned at = 0; at < access.size_bytes; at += 4) {
        const unsigned size = std::min(access.size_bytes - at, 4u);
        if (!last_access_.is_completed_by(access.window, access.offset + at, size, instructions_))
            cycle_ += access_cycles(access.window, store, start_.timing);
    }
}

bool CodeAhead::is_msip(const Access& access) const {
    return access.size_bytes == 4 && start_.msip_address == access.window.base + access.offset;
}

bool CodeAhead::load(const rv::Instruction& insn) {
    const auto access = this->access(insn);
    if (!access) return false;
    const bool is_float = insn.op == Op::fld;
    if (insn.op == Op::flw || (is_float && !control_.use_floats())) return false;
    charge(*access, false);
    if (!access->window.memory) return !is_float && load_device(insn, *access);
    RoundWords::Word* const word = word_at(*access);
    if (!word) return false;
    note_access(*word, access->mask(), false);
    const std::uint64_t bytes = (word->value & access->mask()) >> access->shift();
    if (is_float) {
        f_[insn.rd] = bytes;
        return !word->follows_a_step();
    }
    const Round::Half low = word->half(0), high = word->half(1), half = access->shift() < 32 ? low : high;
    std::int16_t step = Round::kConstant;
    if (access->size_bytes == 8) {
        const bool whole = low.step == high.step && !low.upper && high.upper;
        if (whole)
            step = low.step;
        else if (word->follows_a_step())
            step = notes_.add_step({.kind = Step::Kind::join, .low = low, .high = high});
    } else if (!half.is_constant()) {
        const auto shift = static_cast<std::uint8_t>(access->shift() % 32);
        step = notes_.add_step({.kind = Step::Kind::part, .op = insn.op, .shift = shift, .low = half});
    }
    registers_.write(insn.rd, rv::loaded_value(insn.op, bytes), step);
    return !notes_.full();
}

bool CodeAhead::load_device(const rv::Instruction& insn, const Access& access) {
    if (access.size_bytes > 4) return false;
    if (is_msip(access)) {
        registers_.write(insn.rd, control_.software() ? 1 : 0);
        return true;
    }
    const auto value = world_.read_steady(access.window, access.offset, access.size_bytes);
    if (!value) return false;
    notes_.add_device_read({&access.window, access.offset, access.size_bytes, *value});
    registers_.write(insn.rd, rv::loaded_value(insn.op, *value));
    return true;
}

bool CodeAhead::store(const rv::Instruction& insn) {
    const auto access = this->access(insn);
    if (!access) return false;
    const bool is_float = insn.op == Op::fsd;
    if (insn.op == Op::fsw || (is_float && !control_.use_floats())) return false;
    const Value data = is_float ? Value{f_[insn.rs2]} : registers_.read(insn.rs2);
    charge(*access, true);
    return access->window.memory ? store_memory(*access, data) : store_device(*access, data);
}

// Only what raises or clears the hart's own software interrupt.
bool CodeAhead::store_device(const Access& access, const Value& data) {
    if (!is_msip(access) || !data.is_constant()) return false;
    const bool level = data.constant & 1;
    if (level != control_.software()) attention_ = true;
    control_.set_software(level);
    return true;
}

bool CodeAhead::store_memory(const Access& access, Value data) {
    if (!access.window.writable || access.window.memory->holds_code_near(access.offset)) return false;
    RoundWords::Word* const word = word_at(access);
    if (!word) return false;
    const unsigned shift = access.shift(), size = access.size_bytes;
    const std::uint64_t mask = access.mask();
    // Where others write, too, nobody knows what is read back: a step has it.
    if (size >= 4 && data.is_constant() && (word->variable & mask))
        data.step = notes_.add_step({.kind = Step::Kind::integer, .op = Op::addi, .a = data});
    note_access(*word, mask, true);
    word->value = (word->value & ~mask) | (data.constant << shift & mask);
    if (size == 8) {
        word->halves = {Round::Half{.step = data.step}, Round::Half{.step = data.step, .upper = true}};
    } else if (size == 4) {
        word->halves[shift / 32] = {.step = data.step};
    } else if (!data.is_constant() || !word->halves[shift / 32].is_constant()) {
        return false;
    }
    notes_.add_write({words_.number_of(*word), mask, data.constant << shift & mask, data.step, shift});
    return !notes_.full();
}

bool CodeAhead::atomic(const rv::Instruction& insn) {
    const auto access = this->access(insn);
    const Value operand = registers_.read(insn.rs2);
    if (!access || !operand.is_constant() || !access->window.memory || !access->window.cached) return false;
    RoundWords::Word* const word = word_at(*access);
    if (!word || (access->size_bytes != 4 && word->follows_a_step())) return false;
    note_access(*word, access->mask(), false);
    const std::uint64_t bytes = (word->value & access->mask()) >> access->shift();
    Value old{access->size_bytes == 4 ? rv::sign_extend_word(bytes) : bytes};
    if (const Round::Half read = word->half(access->shift() / 32); !read.is_constant())
        old.step = notes_.add_step({.kind = Step::Kind::part, .op = Op::lw, .low = read});
    Value data{rv::atomic_result(insn.op, old.constant, operand.constant)};
    if (!old.is_constant() && insn.op != Op::amoswap_w)
        data.step = notes_.add_step({.kind = Step::Kind::atomic, .op = insn.op, .a = old, .b = operand});
    if (notes_.full() || !store_memory(*access, data)) return false;
    registers_.write(insn.rd, old.constant, old.step);
    return true;
}

}  // namespace k210
