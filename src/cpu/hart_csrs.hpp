// The control and status registers of a hart as code sees them: what the engine lacks or answers otherwise, what pends,
// and what a trap changes in them.
#pragma once
#include <cstdint>
#include <optional>

#include "cpu/csr_table.hpp"
#include "cpu/rv_privilege.hpp"
#include "cpu/unicorn_engine.hpp"
#include "k210/cpu/hart.hpp"
#include "k210/cpu/rv_instruction.hpp"

namespace k210 {

class HartCsrs {
public:
    // What the hart has counted since power-on.
    struct Counted {
        std::uint64_t cycles, instructions;
    };

    HartCsrs(UnicornEngine& engine, unsigned hart_id) : engine_(engine), hart_id_(hart_id) {}

    void reset();

    // The interrupt lines' bits of mip.
    std::uint32_t lines() const { return lines_; }
    bool set_line(Interrupt interrupt, bool level);  // false if it is so already
    // What pends: the lines, and what code has set for supervisor mode.
    std::uint64_t pending() const { return lines_ | raised_; }
    bool wakes() const { return (pending() & engine_.csr(Csr::mie)) != 0; }  // out of WFI
    std::optional<std::uint64_t> ready_interrupt() const;                    // the cause of the one to be taken
    bool is_delegated(std::uint64_t cause) const;                            // to supervisor mode, from the mode now

    // A CSR of CsrAnswer::hart or counter; `engines` is what the engine has read from it.
    std::uint64_t read(unsigned number, std::uint64_t engines, const Counted& counted) const;
    // The value that the instruction leaves in its CSR, which held `old`.
    std::uint64_t written_value(const rv::Instruction& insn, std::uint64_t old) const;
    // One that code may write; counted without the instruction that does.
    void write(unsigned number, std::uint64_t value, const Counted& counted);
    bool lets_read(unsigned user_counter) const;  // the mode now
    std::uint64_t mcycle_ahead() const { return mcycle_ahead_; }
    // After the engine has let code write one: what the chip would not have kept is taken out again.
    void legalize(unsigned number);

    // Into the mode that it belongs to. Returns the handler's pc. `value` is for those that tell an address.
    std::uint64_t enter_trap(std::uint64_t cause, std::uint64_t pc, std::uint64_t value);

    void visit_state(StateVisitor& visitor);

private:
    void legalize_translation();

    UnicornEngine& engine_;
    const unsigned hart_id_;
    std::uint32_t lines_ = 0;
    std::uint64_t raised_ = 0;                                   // bits of mip that code has set
    std::uint64_t user_counters_ = 0, supervisor_counters_ = 0;  // that may be read there: mucounteren, mscounteren
    std::uint64_t vm_ = rv::mstatus::kBare;                // mstatus.VM as last written with a value that the chip has
    std::uint64_t mcycle_ahead_ = 0, minstret_ahead_ = 0;  // of what was counted, as code has set them
};

}  // namespace k210
