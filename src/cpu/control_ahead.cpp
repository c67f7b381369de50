#include "cpu/control_ahead.hpp"

#include "cpu/rv_privilege.hpp"

namespace k210 {
namespace {

using namespace rv::mstatus;

constexpr std::uint64_t kMachineInterrupts =
    1u << rv::kMachineSoftware | 1u << rv::kMachineTimer | 1u << rv::kMachineExternal;

}  // namespace

ControlAhead::ControlAhead(const RecurrenceStart& start)
    : hart_id_(start.hart_id), control_(start.control), lines_(start.pending & ~kSoftwareInterrupt),
      software_((start.pending & kSoftwareInterrupt) != 0) {}

std::uint32_t ControlAhead::pending() const {
    return lines_ | (software_ ? kSoftwareInterrupt : 0);
}

bool ControlAhead::use_floats() {
    uses_floats_ = true;
    return (control_.mstatus & kFs) == kFs;
}

// [doc] RISC-V privileged spec, table 2.4
std::optional<std::uint64_t> ControlAhead::read(Csr csr) {
    switch (csr) {
        case Csr::fflags:
        case Csr::frm:
        case Csr::fcsr: {
            uses_.fcsr = true;
            if (!use_floats()) return {};
            if (csr == Csr::fflags) return control_.fcsr & 31;
            return csr == Csr::frm ? control_.fcsr >> 5 & 7 : control_.fcsr;
        }
        case Csr::mstatus: return control_.mstatus;
        case Csr::mie: return control_.mie;
        case Csr::mtvec: return control_.mtvec;
        case Csr::mscratch: uses_.mscratch = true; return control_.mscratch;
        case Csr::mepc: uses_.trap = true; return control_.mepc;
        case Csr::mcause: uses_.trap = true; return control_.mcause;
        case Csr::mtval: uses_.trap = true; return control_.mtval;
        case Csr::mip: return pending();
        case Csr::mhartid: return hart_id_;
        default: return {};
    }
}

bool ControlAhead::write(Csr csr, std::uint64_t old, std::uint64_t value) {
    switch (csr) {
        case Csr::mstatus: {
            const std::uint64_t changed = (old ^ value) & ~kSd, mpp = value & kMpp;
            if ((changed & ~(kMie | kMpie | kMpp)) || (mpp != 0 && mpp != kMpp)) return false;
            control_.mstatus = old ^ changed;
            return true;
        }
        case Csr::mie:
            if ((old ^ value) & ~kMachineInterrupts) return false;
            control_.mie = value;
            return true;
        case Csr::mscratch: control_.mscratch = value; return true;
        case Csr::mepc: control_.mepc = value & ~1ull; return true;
        case Csr::mip: return false;
        default: return old == value;
    }
}

std::optional<unsigned> ControlAhead::ready_interrupt() const {
    if (!(control_.mstatus & kMie)) return {};
    const std::uint64_t ready = pending() & control_.mie;
    for (const unsigned bit : rv::kInterruptOrder)
        if (ready >> bit & 1) return bit;
    return {};
}

std::uint64_t ControlAhead::enter_trap(std::uint64_t cause, std::uint64_t pc) {
    control_.mstatus = rv::mstatus_in_trap(control_.mstatus, rv::Privilege::machine);
    uses_.trap = true;
    control_.mepc = pc;
    control_.mcause = cause;
    return control_.mtvec & ~3ull;
}

std::optional<std::uint64_t> ControlAhead::return_from_trap() {
    if ((control_.mstatus & kMpp) != kMpp) return {};
    control_.mstatus = rv::mstatus_after_mret(control_.mstatus);
    uses_.trap = true;
    return control_.mepc;
}

}  // namespace k210
