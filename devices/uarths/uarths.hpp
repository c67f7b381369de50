// UARTHS, 0x3800'0000, PLIC source 33: the console of MaixPy.
// Registers, watermarks and FIFO depth: [sdk] lib/drivers/include/uarths.h:20-157. Frame timing, the reset value of
// div, and a byte lost when the receive FIFO is full: [assumed], as in the SiFive UART that it descends from. That the
// boot ROM leaves ie.rxwm on: [assumed], xv6-k210 takes what is typed by that interrupt and never sets it.
#pragma once
#include <functional>

#include "k210/bus/device.hpp"
#include "k210/bus/fifo.hpp"
#include "k210/bus/wires.hpp"

namespace k210 {

class Uarths final : public Device, public SerialEnd {
    // clang-format off
    struct : Reg { using Reg::Reg; Bits data{this, {7, 0}, "data", wo}, full{this, 31, "full", ro}; } txdata{regs, 0x00, "txdata"};
    struct : Reg { using Reg::Reg; Bits data{this, {7, 0}, "data", ro}, empty{this, 31, "empty", ro}; } rxdata{regs, 0x04, "rxdata"};
    struct : Reg { using Reg::Reg; Bits txen{this, 0, "txen"}, nstop{this, 1, "nstop"}, txcnt{this, {18, 16}, "txcnt"}; } txctrl{regs, 0x08, "txctrl"};
    struct : Reg { using Reg::Reg; Bits rxen{this, 0, "rxen"}, rxcnt{this, {18, 16}, "rxcnt"}; } rxctrl{regs, 0x0c, "rxctrl"};
    struct : Reg { using Reg::Reg; Bits txwm{this, 0, "txwm"}, rxwm{this, 1, "rxwm"}; } ie{regs, 0x10, "ie", 2};
    struct : Reg { using Reg::Reg; Bits txwm{this, 0, "txwm", ro}, rxwm{this, 1, "rxwm", ro}; } ip{regs, 0x14, "ip"};
    struct : Reg { using Reg::Reg; Bits div{this, {15, 0}, "div"}; } div{regs, 0x18, "div", 0xffff};
    // clang-format on

public:
    Uarths(DeviceContext context, SerialSink& line);

    OutputLine irq{*this, "irq"};

    void receive(std::uint8_t byte) override;
    void receive_frame(HeardByte heard) override { receive(heard.byte); }  // it has no way to tell an error
    bool can_receive() const override { return rxctrl.rxen && !rx_.full(); }
    SerialFormat format() const override;
    std::uint64_t baud() const override { return baud_; }
    bool sending() const { return tx_done_.armed(); }

    void reset() override;
    void settle() override;
    void visit_state(StateVisitor& v) override;

private:
    std::uint64_t frame_cycles() const {
        return std::uint64_t{10 + txctrl.nstop} * (div.div + 1);
    }  // start, 8 data, stop(s)
    void start_tx();

    SerialSink& line_;
    Fifo<std::uint8_t, 8> tx_, rx_;
    std::uint64_t baud_ = 0;
    DeviceEvent tx_done_;
};

}  // namespace k210
