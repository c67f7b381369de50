#include "cpu/hart_csrs.hpp"

#include "cpu/rv_arithmetic.hpp"

namespace k210 {
namespace {

// What the boot ROM leaves in mstatus.FS: public programs compute with floats and never turn them on. [assumed]
// "dirty", the only state but off of cores of this kind. [doc] RISC-V privileged spec, mstatus
constexpr std::uint64_t kFloatsOn = rv::mstatus::kFs;

// Bits of mtvec that would make it vectored, which 1.9.1, the chip's, does not have. [doc] privileged spec 1.9.1
constexpr std::uint64_t kVectored = 3;

}  // namespace

void HartCsrs::reset() {
    engine_.set_csr(Csr::mstatus, kFloatsOn);
    engine_.set_csr(Csr::fcsr, 0);
    lines_ = 0;
    mcycle_ahead_ = minstret_ahead_ = 0;
}

bool HartCsrs::set_line(Interrupt interrupt, bool level) {
    const std::uint32_t bit = 1u << static_cast<unsigned>(interrupt);
    if (level == ((lines_ & bit) != 0)) return false;
    lines_ ^= bit;
    return true;
}

std::optional<std::uint64_t> HartCsrs::ready_interrupt() const {
    // Below machine mode they are always on.
    const bool masked = engine_.privilege() == rv::Privilege::machine;
    if (masked && !(engine_.csr(Csr::mstatus) & rv::mstatus::kMie)) return {};
    const std::uint64_t ready = lines_ & engine_.csr(Csr::mie);
    for (const Interrupt interrupt : {Interrupt::external, Interrupt::software, Interrupt::timer}) {
        const auto bit = static_cast<unsigned>(interrupt);
        if (ready >> bit & 1) return rv::kInterruptCause | bit;
    }
    return {};
}

std::uint64_t HartCsrs::read(unsigned number, std::uint64_t engines, const Counted& counted) const {
    switch (number) {
        case csr_number(Csr::mip): return lines_ | engines;
        case csr_number(Csr::mhartid): return hart_id_;
        case csr_number(Csr::minstret):
        case csr_number(Csr::instret): return counted.instructions + minstret_ahead_;
        default: return counted.cycles + mcycle_ahead_;
    }
}

std::uint64_t HartCsrs::written_value(const rv::Instruction& insn, std::uint64_t old) const {
    const std::uint64_t operand = insn.has_csr_immediate() ? insn.imm64() : engine_.x(insn.rs1);
    return rv::csr_result(insn.op, old, operand);
}

// What is written is what the next instruction reads; to mcycle the time of that is added.
void HartCsrs::write_counter(unsigned number, std::uint64_t value, const Counted& counted) {
    if (number == csr_number(Csr::mcycle)) {
        mcycle_ahead_ = value - counted.cycles;
    } else {
        minstret_ahead_ = value - (counted.instructions + 1);
    }
}

void HartCsrs::legalize(unsigned number) {
    if (number == csr_number(Csr::mepc)) engine_.set_csr(Csr::mepc, engine_.csr(Csr::mepc) & ~std::uint64_t{1});
    if (number == csr_number(Csr::mtvec)) engine_.set_csr(Csr::mtvec, engine_.csr(Csr::mtvec) & ~kVectored);
}

std::uint64_t HartCsrs::enter_trap(std::uint64_t cause, std::uint64_t pc, std::uint64_t value) {
    const rv::Privilege from = engine_.privilege();
    engine_.set_privilege(rv::Privilege::machine);
    engine_.set_csr(Csr::mstatus, rv::mstatus_in_trap(engine_.csr(Csr::mstatus), from));
    engine_.set_csr(Csr::mepc, pc);
    engine_.set_csr(Csr::mcause, cause);
    engine_.set_csr(Csr::mtval, value);
    return engine_.csr(Csr::mtvec) & ~kVectored;
}

void HartCsrs::visit_state(StateVisitor& visitor) {
    visitor.value("mcycle_ahead", mcycle_ahead_);
    visitor.value("minstret_ahead", minstret_ahead_);
    visitor.value("pending", lines_);
}

}  // namespace k210
