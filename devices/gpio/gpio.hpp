// GPIO, 0x5020'0000, PLIC source 23: a DesignWare APB GPIO with one port of eight pins.
// Register map: [sdk] lib/drivers/include/gpio.h:76-116. Meaning of the interrupt registers, and that data_input shows
// the data register for outputs: [doc] DesignWare DW_apb_gpio, as in Linux drivers/gpio/gpio-dwapb.c.
// Only inputs interrupt; edges are caught at once: interrupt_debounce and sync_level are stored without effect.
// id_code reads 0 [assumed].
#pragma once
#include "k210/bus/device.hpp"
#include "k210/bus/pin_port.hpp"

namespace k210 {

class Gpio final : public Device {
    // clang-format off
    struct Port : Reg { using Reg::Reg; Bits pins{this, {7, 0}, "pins"}; };
    struct Status : Reg { using Reg::Reg; Bits pins{this, {7, 0}, "pins", ro}; };
    Port data_output{regs, 0x00, "data_output"}, direction{regs, 0x04, "direction"};
    struct : Reg { using Reg::Reg; Bits pins{this, {7, 0}, "pins", Access::todo}; } source{regs, 0x08, "source"};
    Port interrupt_enable{regs, 0x30, "interrupt_enable"}, interrupt_mask{regs, 0x34, "interrupt_mask"},
         interrupt_level{regs, 0x38, "interrupt_level"}, interrupt_polarity{regs, 0x3c, "interrupt_polarity"};
    Status interrupt_status{regs, 0x40, "interrupt_status"}, interrupt_status_raw{regs, 0x44, "interrupt_status_raw"};
    Port interrupt_debounce{regs, 0x48, "interrupt_debounce"};
    struct : Reg { using Reg::Reg; Bits pins{this, {7, 0}, "pins", wo}; } interrupt_clear{regs, 0x4c, "interrupt_clear"};
    Status data_input{regs, 0x50, "data_input"};
    Port sync_level{regs, 0x60, "sync_level"};
    struct : Reg { using Reg::Reg; Bits id{this, {31, 0}, "id", ro}; } id_code{regs, 0x64, "id_code"};
    Port interrupt_bothedge{regs, 0x68, "interrupt_bothedge"};
    // clang-format on

public:
    Gpio(DeviceContext context, PinMux& pins);

    static constexpr unsigned kPins = 8;
    OutputLine irq{*this, "irq"};

    void settle() override;
    void visit_state(StateVisitor& v) override;

private:
    PinPort port_;
    std::uint32_t seen_ = 0;   // inputs at the last settling, to find edges
    std::uint32_t edges_ = 0;  // caught and not cleared
};

}  // namespace k210
