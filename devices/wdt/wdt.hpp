// WDT0 and WDT1, 0x5040'0000 and 0x5041'0000: DesignWare watchdogs, PLIC sources 21 and 22.
// Registers: [sdk] lib/drivers/include/wdt.h:27-113. The time-out is 2^(16 + top) cycles, first with top_init, then
// with top, and in interrupt mode a second one must pass before the reset: [sdk] wdt.c:56-65,107.
// Once enabled it stays enabled until it is reset: MaixPy stops its clock for want of another way. [doc] MaixPy-v1
// machine_wdt.c. Reset values, and a counter that reads 2^(16 + top) - 1 when just loaded: [assumed]
// Not modelled: the length of the reset pulse, component parameters and version (read 0).
#pragma once
#include <cstdint>
#include <functional>
#include <string>

#include "k210/bus/device.hpp"

namespace k210 {

class Wdt final : public Device {
    // clang-format off
    struct : Reg { using Reg::Reg; Bits enable{this, 0, "enable"}, rmod{this, 1, "rmod"}, rpl{this, {4, 2}, "rpl"}; } cr{regs, 0x00, "cr"};
    struct : Reg { using Reg::Reg; Bits top{this, {3, 0}, "top"}, top_init{this, {7, 4}, "top_init"}; } torr{regs, 0x04, "torr"};
    struct : Reg { using Reg::Reg; Bits count{this, {31, 0}, "count", ro}; } ccvr{regs, 0x08, "ccvr"};
    struct : Reg { using Reg::Reg; Bits key{this, {7, 0}, "key", wo}; } crr{regs, 0x0c, "crr"};
    struct : Reg { using Reg::Reg; Bits interrupt{this, 0, "interrupt", ro}; } stat{regs, 0x10, "stat"};
    struct : Reg { using Reg::Reg; Bits clear{this, 0, "clear", ro}; } eoi{regs, 0x14, "eoi"};
    struct : Reg { using Reg::Reg; Bits level{this, {2, 0}, "level"}; } prot_level{regs, 0x1c, "prot_level"};
    struct ReadOnly : Reg { using Reg::Reg; Bits value{this, {31, 0}, "value", ro}; };
    ReadOnly comp_param_5{regs, 0xe4, "comp_param_5"}, comp_param_4{regs, 0xe8, "comp_param_4"}, comp_param_3{regs, 0xec, "comp_param_3"},
        comp_param_2{regs, 0xf0, "comp_param_2"}, comp_param_1{regs, 0xf4, "comp_param_1"}, comp_version{regs, 0xf8, "comp_version"},
        comp_type{regs, 0xfc, "comp_type", 0x4457'0120};  // "DW", 0x120 for a watchdog [doc] DesignWare databook
    // clang-format on

public:
    Wdt(DeviceContext context, std::string name);

    OutputLine irq{*this, "irq"};
    std::function<void()> on_reset;  // time is up: the machine is to be reset after this event
    SimTime resets_at() const;       // when that will be unless the guest restarts it; never where it does not run

    void reset() override;
    void settle() override { irq.set(stat.interrupt); }
    void visit_state(StateVisitor& v) override;

private:
    void start(std::uint32_t top);
    void time_out();

    DeviceEvent timeout_;
    bool enabled_ = false;
    std::uint64_t started_ = 0;  // cycle in which the counter was loaded
    std::uint64_t period_ = 0;
};

}  // namespace k210
