// GPIOHS, 0x3800'1000, PLIC sources 34 to 65, one per pin: 32 pins, which firmware toggles for LCD and SD card.
// Registers and write-one-to-clear pending bits: [sdk] lib/drivers/include/gpiohs.h:29-170. As in the SiFive GPIO that
// it descends from: pending bits are collected whether enabled or not, a pin with its input disabled counts as low,
// and a level that persists sets its bit again [assumed].
// pullup_en, drive, iof_en and iof_sel are stored without effect: pads and functions are FPIOA's business.
#pragma once
#include <deque>

#include "k210/bus/device.hpp"
#include "k210/bus/pin_port.hpp"

namespace k210 {

class Gpiohs final : public Device {
    // clang-format off
    struct Pending : Reg { using Reg::Reg; Bits pins{this, {31, 0}, "pins", w1c}; };
    struct : Reg { using Reg::Reg; Bits pins{this, {31, 0}, "pins", ro}; } input_val{regs, 0x00, "input_val"};
    Reg input_en{regs, 0x04, "input_en"}, output_en{regs, 0x08, "output_en"}, output_val{regs, 0x0c, "output_val"},
        pullup_en{regs, 0x10, "pullup_en"}, drive{regs, 0x14, "drive"},
        rise_ie{regs, 0x18, "rise_ie"}, fall_ie{regs, 0x20, "fall_ie"}, high_ie{regs, 0x28, "high_ie"}, low_ie{regs, 0x30, "low_ie"},
        iof_en{regs, 0x38, "iof_en"}, iof_sel{regs, 0x3c, "iof_sel"}, output_xor{regs, 0x40, "output_xor"};
    Pending rise_ip{regs, 0x1c, "rise_ip"}, fall_ip{regs, 0x24, "fall_ip"}, high_ip{regs, 0x2c, "high_ip"}, low_ip{regs, 0x34, "low_ip"};
    // clang-format on

public:
    Gpiohs(DeviceContext context, PinMux& pins);

    static constexpr unsigned kPins = 32;
    std::deque<OutputLine> irq;  // by pin

    void settle() override;
    void visit_state(StateVisitor& v) override;

private:
    PinPort port_;
    std::uint32_t irqs_ = 0;  // levels of irq
};

}  // namespace k210
