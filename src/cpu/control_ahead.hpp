// The control registers of a hart whose code is run ahead, as far as code that only waits reads and writes them.
#pragma once
#include <cstdint>
#include <optional>

#include "cpu/csr_table.hpp"
#include "cpu/recurrence_world.hpp"

namespace k210 {

class ControlAhead {
public:
    explicit ControlAhead(const RecurrenceStart& start);

    // Nothing, or false, for what is not followed.
    std::optional<std::uint64_t> read(Csr csr);
    bool write(Csr csr, std::uint64_t old, std::uint64_t value);
    bool use_floats();  // false while they are off

    std::uint32_t lines() const { return lines_; }  // of mip, but for the software interrupt
    bool software() const { return software_; }
    void set_software(bool level) { software_ = level; }
    bool any_pends() const { return lines_ != 0 || software_; }
    std::optional<unsigned> ready_interrupt() const;  // its bit of mip

    // These return where code goes on.
    std::uint64_t enter_trap(std::uint64_t cause, std::uint64_t pc);
    std::optional<std::uint64_t> return_from_trap();

    void begin_round() {
        uses_ = {};
        uses_floats_ = false;
    }
    const HartControl& now() const { return control_; }
    // Since the round has begun.
    HartControlUse uses() const { return uses_; }
    bool uses_floats() const { return uses_floats_; }

private:
    std::uint32_t pending() const;

    const unsigned hart_id_;
    HartControl control_;
    const std::uint32_t lines_;
    bool software_;
    HartControlUse uses_;
    bool uses_floats_ = false;
};

}  // namespace k210
