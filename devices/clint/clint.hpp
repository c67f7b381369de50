// CLINT, 0x0200'0000: each hart's software interrupt and timer, no PLIC source.
// Map and mtime = CPU clock / 50: [sdk] lib/drivers/include/clint.h:18-64; the division was also seen on a board
// (7.799 MHz at 390 MHz). [measured] mtime counts from zero at reset and an unprogrammed timer never fires [assumed].
// mtime is computed when read; each timer line rises in the very cycle in which mtime reaches mtimecmp.
#pragma once
#include <cstdint>

#include "k210/bus/device.hpp"

namespace k210 {

class Clint final : public Device {
public:
    explicit Clint(DeviceContext context);  // its clock is the CPU's

    static constexpr unsigned kHarts = 2;
    static constexpr std::uint32_t msip_offset(unsigned hart) { return 4 * hart; }
    OutputLine software[kHarts] = {{*this, "software_0"}, {*this, "software_1"}};
    OutputLine timer[kHarts] = {{*this, "timer_0"}, {*this, "timer_1"}};

    void reset() override;
    void settle() override;
    void visit_state(StateVisitor& v) override;

private:
    struct Msip : Reg {
        using Reg::Reg;
        Bits msip{this, 0, "msip"};
    };
    // Two words of one 64-bit register; a 64-bit store arrives as two writes, low word first.
    struct Wide {
        Reg lo, hi;
        std::uint64_t value() const { return std::uint64_t{hi.raw} << 32 | lo.raw; }
        void set(std::uint64_t v) {
            lo.raw = static_cast<std::uint32_t>(v);
            hi.raw = static_cast<std::uint32_t>(v >> 32);
        }
    };

    std::uint64_t ticks() const;
    void refresh_mtime() { mtime_.set(ticks() + offset_); }
    void write_mtime(Reg& half, std::uint32_t lanes);
    void schedule(unsigned hart);

    Msip msip_[kHarts] = {{regs, 0x0000, "msip_0"}, {regs, 0x0004, "msip_1"}};
    Wide mtimecmp_[kHarts] = {
        {{regs, 0x4000, "mtimecmp_0_lo", ~0u}, {regs, 0x4004, "mtimecmp_0_hi", ~0u}},
        {{regs, 0x4008, "mtimecmp_1_lo", ~0u}, {regs, 0x400c, "mtimecmp_1_hi", ~0u}},
    };
    Wide mtime_{{regs, 0xbff8, "mtime_lo"}, {regs, 0xbffc, "mtime_hi"}};

    DeviceEvent due_[kHarts];
    bool expired_[kHarts] = {};
    std::uint64_t offset_ = 0;  // mtime minus the ticks since power-on; wraps
};

}  // namespace k210
