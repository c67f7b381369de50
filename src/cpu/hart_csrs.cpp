#include "cpu/hart_csrs.hpp"

#include "cpu/rv_arithmetic.hpp"

namespace k210 {
namespace {

// What the boot ROM leaves in mstatus.FS: public programs compute with floats and never turn them on. [assumed]
// "dirty", the only state but off of cores of this kind. [doc] RISC-V privileged spec, mstatus
constexpr std::uint64_t kFloatsOn = rv::mstatus::kFs;

// Bits of mtvec that would make it vectored, which 1.9.1, the chip's, does not have. [doc] privileged spec 1.9.1
constexpr std::uint64_t kVectored = 3;

// Of sptbr: the chip has 32 bits of physical address. [doc] mmu notes of k210-sdk-stuff: the bits above do not stick
constexpr std::uint64_t kRootPage = (std::uint64_t{1} << 20) - 1;

// Of mucounteren and mscounteren: cycle, time and instret. [doc] privileged spec 1.9.1, section 3.1.17
constexpr std::uint64_t kCounters = 7;

// Of mip: what code may set. No external interrupt reaches supervisor mode. [doc] the same notes, and RustSBI for K210
constexpr std::uint64_t kSsip = 1u << rv::kSupervisorSoftware, kStip = 1u << rv::kSupervisorTimer;

}  // namespace

void HartCsrs::reset() {
    engine_.set_csr(Csr::mstatus, kFloatsOn);
    engine_.set_csr(Csr::fcsr, 0);
    lines_ = 0;
    raised_ = user_counters_ = supervisor_counters_ = 0;
    vm_ = rv::mstatus::kBare;
    mcycle_ahead_ = minstret_ahead_ = 0;
}

bool HartCsrs::set_line(Interrupt interrupt, bool level) {
    const std::uint32_t bit = 1u << static_cast<unsigned>(interrupt);
    if (level == ((lines_ & bit) != 0)) return false;
    lines_ ^= bit;
    return true;
}

std::optional<std::uint64_t> HartCsrs::ready_interrupt() const {
    const std::uint64_t ready = pending() & engine_.csr(Csr::mie);
    if (ready == 0) return {};
    const auto level = static_cast<unsigned>(engine_.privilege());
    const std::uint64_t supervisors = engine_.csr(Csr::mideleg);
    // Those of the mode itself have a switch in mstatus, those of a higher one are always on.
    const auto on = [&](rv::Privilege mode) {
        const auto to = static_cast<unsigned>(mode);
        return level < to || (level == to && (engine_.csr(Csr::mstatus) >> to & 1));
    };
    std::uint64_t taken = on(rv::Privilege::machine) ? ready & ~supervisors : 0;
    if (taken == 0 && on(rv::Privilege::supervisor)) taken = ready & supervisors;
    for (const unsigned bit : rv::kInterruptOrder)
        if (taken >> bit & 1) return rv::kInterruptCause | bit;
    return {};
}

bool HartCsrs::is_delegated(std::uint64_t cause) const {
    if (engine_.privilege() == rv::Privilege::machine) return false;
    const bool interrupt = (cause & rv::kInterruptCause) != 0;
    return engine_.csr(interrupt ? Csr::mideleg : Csr::medeleg) >> (cause & 63) & 1;
}

std::uint64_t HartCsrs::read(unsigned number, std::uint64_t engines, const Counted& counted) const {
    switch (number) {
        case csr_number(Csr::mip): return pending();
        case csr_number(Csr::sip): return pending() & engine_.csr(Csr::mideleg);
        case csr_number(Csr::mucounteren): return user_counters_;
        case csr_number(Csr::mscounteren): return supervisor_counters_;
        case csr_number(Csr::mhartid): return hart_id_;
        case csr_number(Csr::minstret):
        case csr_number(Csr::instret): return counted.instructions + minstret_ahead_;
        case csr_number(Csr::mcycle):
        case csr_number(Csr::cycle): return counted.cycles + mcycle_ahead_;
        default: return engines;
    }
}

std::uint64_t HartCsrs::written_value(const rv::Instruction& insn, std::uint64_t old) const {
    const std::uint64_t operand = insn.has_csr_immediate() ? insn.imm64() : engine_.x(insn.rs1);
    return rv::csr_result(insn.op, old, operand);
}

void HartCsrs::write(unsigned number, std::uint64_t value, const Counted& counted) {
    const auto raise = [&](std::uint64_t which) { raised_ = (raised_ & ~which) | (value & which); };
    switch (number) {
        // What is written is what the next instruction reads; to mcycle the time of that is added.
        case csr_number(Csr::mcycle): mcycle_ahead_ = value - counted.cycles; break;
        case csr_number(Csr::minstret): minstret_ahead_ = value - (counted.instructions + 1); break;
        case csr_number(Csr::mip): raise(kSsip | kStip); break;
        case csr_number(Csr::mucounteren): user_counters_ = value & kCounters; break;
        case csr_number(Csr::mscounteren): supervisor_counters_ = value & kCounters; break;
        case csr_number(Csr::sip): raise(kSsip & engine_.csr(Csr::mideleg)); break;
        default: break;
    }
}

// [doc] RISC-V privileged spec 1.9.1, section 3.1.17
bool HartCsrs::lets_read(unsigned user_counter) const {
    if (engine_.privilege() == rv::Privilege::machine) return true;
    const bool supervisor = engine_.privilege() == rv::Privilege::supervisor;
    const std::uint64_t allowed = supervisor ? supervisor_counters_ : user_counters_;
    return allowed >> (user_counter - csr_number(Csr::cycle)) & 1;
}

void HartCsrs::legalize(unsigned number) {
    const auto keep = [&](Csr csr, std::uint64_t mask) { engine_.set_csr(csr, engine_.csr(csr) & mask); };
    switch (number) {
        case csr_number(Csr::mepc): keep(Csr::mepc, ~std::uint64_t{1}); break;
        case csr_number(Csr::sepc): keep(Csr::sepc, ~std::uint64_t{1}); break;
        case csr_number(Csr::mtvec): keep(Csr::mtvec, ~kVectored); break;
        case csr_number(Csr::stvec): keep(Csr::stvec, ~kVectored); break;
        case csr_number(Csr::sptbr): keep(Csr::sptbr, kRootPage); break;
        case csr_number(Csr::mstatus): legalize_translation(); break;
        default: break;
    }
}

// The engine takes values of VM that it does not know.
void HartCsrs::legalize_translation() {
    using namespace rv::mstatus;
    const std::uint64_t status = engine_.csr(Csr::mstatus), vm = (status & kVm) >> kVmShift;
    if (vm == kBare || vm == kSv39) {
        vm_ = vm;
    } else {
        engine_.set_csr(Csr::mstatus, (status & ~kVm) | vm_ << kVmShift);
    }
}

std::uint64_t HartCsrs::enter_trap(std::uint64_t cause, std::uint64_t pc, std::uint64_t value) {
    const rv::Privilege from = engine_.privilege();
    const bool delegated = is_delegated(cause);
    const std::uint64_t status = engine_.csr(Csr::mstatus);
    const auto note = [&](Csr epc, Csr why, Csr tval) {
        engine_.set_csr(epc, pc);
        engine_.set_csr(why, cause);
        if (rv::tells_address(cause)) engine_.set_csr(tval, value);
    };
    if (delegated) {
        engine_.set_csr(Csr::mstatus, rv::mstatus_in_supervisor_trap(status, from));
        note(Csr::sepc, Csr::scause, Csr::stval);
        engine_.set_privilege(rv::Privilege::supervisor);
        return engine_.csr(Csr::stvec) & ~kVectored;
    }
    engine_.set_csr(Csr::mstatus, rv::mstatus_in_trap(status, from));
    note(Csr::mepc, Csr::mcause, Csr::mtval);
    engine_.set_privilege(rv::Privilege::machine);
    return engine_.csr(Csr::mtvec) & ~kVectored;
}

void HartCsrs::visit_state(StateVisitor& visitor) {
    visitor.value("mcycle_ahead", mcycle_ahead_);
    visitor.value("minstret_ahead", minstret_ahead_);
    visitor.value("pending", lines_);
    visitor.value("raised", raised_);
    visitor.require((raised_ & ~(kSsip | kStip)) == 0, "raised", "has bits that code cannot set");
    visitor.value("mucounteren", user_counters_, kCounters);
    visitor.value("mscounteren", supervisor_counters_, kCounters);
    if (visitor.loading()) legalize_translation();
}

}  // namespace k210
