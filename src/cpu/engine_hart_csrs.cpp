// CSRs that the engine lacks or does not let code write, and that the hart has itself.
#include <array>
#include <cstring>

#include "cpu/block_cost.hpp"
#include "cpu/csr_number.hpp"
#include "cpu/engine_hart.hpp"
#include "cpu/rv_decode.hpp"

namespace k210 {
namespace {

// What csrrw, csrrs, csrrc and their immediate forms write. [doc] RISC-V user-level ISA, Zicsr
std::uint64_t written_value(std::uint32_t insn, std::uint64_t old, std::uint64_t operand) {
    switch (rv::funct3(insn) & 3) {
        case 1: return operand;
        case 2: return old | operand;
        default: return old & ~operand;
    }
}

constexpr bool is_immediate(std::uint32_t insn) {
    return (rv::funct3(insn) & 4) != 0;
}

}  // namespace

// mcycle or minstret. What is written is what the next instruction reads; to mcycle the time of that is added.
void EngineHart::write_counter(const ByHand& by_hand, std::uint32_t insn) {
    const unsigned csr = rv::csr_number(insn);
    std::array<std::uint8_t, 4> bytes{};
    std::memcpy(bytes.data(), &insn, bytes.size());
    if (!by_hand.in_part) {
        ++instructions_;
        cycle_ += straight_cycles(bytes, model_);
    }
    const std::uint64_t old = machine_csr(csr, 0);
    const std::uint64_t value = written_value(insn, old, is_immediate(insn) ? rv::rs1(insn) : engine_.x(rv::rs1(insn)));
    if (csr == csr_number::kMcycle) {
        mcycle_ahead_ = value - cycle_;
    } else {
        minstret_ahead_ = value - (instructions_ + 1);
    }
    if (rv::rd(insn) != 0) engine_.set_x(rv::rd(insn), old);
    aligned_.forget();
    pure_blocks_ = 0;
    pc_ = by_hand.pc + bytes.size();
    last_ = {.pc = by_hand.pc, .next = pc_, .end = {}};
}

// A hart without triggers: tselect and tdata1 to tdata3 read as 0, and keep nothing. How many the chip has is not known
// [assumed]. The engine knows none of them.
bool EngineHart::accessed_trigger(std::uint64_t pc) {
    const std::uint32_t insn = instruction(pc);
    const unsigned csr = rv::csr_number(insn);
    if (!rv::is_csr(insn) || csr < csr_number::kTselect || csr > csr_number::kTdata3) return false;
    if (!in_machine_mode()) return false;
    if (rv::writes_csr(insn) && csr != csr_number::kTselect)
        log_.unsupported(name_, "hardware breakpoints and watchpoints: there are no triggers");
    if (rv::rd(insn) != 0) engine_.set_x(rv::rd(insn), 0);
    aligned_.forget();
    pc_ = pc + rv::length_bytes(insn);
    last_.end.flags = 0;
    return true;
}

}  // namespace k210
