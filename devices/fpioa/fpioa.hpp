// FPIOA, 0x502B'0000, no interrupt: the crossbar between the blocks' 256 functions and the chip's 48 pads.
// Fields and tie bits: [sdk] lib/drivers/include/fpioa.h:672-843. A pad is driven when oe_en and the function's own
// enable, inverted by oe_inv, agree: [doc] Linux drivers/pinctrl/pinctrl-k210.c, "output enabled". That SPI data and
// SCCB bring an active-low enable follows from their default configuration, [sdk] lib/drivers/fpioa.c:68-4678.
// Reset routing: JTAG on pads 0-3, UARTHS on 4 and 5, GPIO0-7 on 8-15, GPIOHS0-31 on 16-47, nothing on 6 and 7: [doc]
// riscv-rust/k210-hal src/fpioa.rs:121-168; the pads' other fields as the SDK sets them for those functions [assumed].
// A pad that nobody holds keeps its level: CanMV's scripts read back what they wrote to a GPIOHS pin, which firmware
// does by turning the pin to input, MaixPy Maix_gpio.c:268-291 [measured]; for one millisecond, and 0 then [assumed].
// Also [assumed]: pulls act at once, upwards if both are set; a pad driven from both sides is low unless both drive it
// high; a disabled input reads 0 before di_inv; a function routed to several pads hears the lowest of them.
// Pads that a wire joins are one piece of copper: the same rules hold for all that drives, pulls or charges them.
// Without effect: ds, sl and st are analogue; ie_inv, because the functions' input-enable signals are not documented.
#pragma once
#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <vector>

#include "k210/bus/device.hpp"
#include "k210/bus/pins.hpp"

namespace k210 {

class Fpioa final : public Device, public PinMux, public Pads {
    // clang-format off
    struct IoReg : Reg { using Reg::Reg;
        Bits ch_sel{this, {7, 0}, "ch_sel"}, ds{this, {11, 8}, "ds"},
             oe_en{this, 12, "oe_en"}, oe_inv{this, 13, "oe_inv"}, do_sel{this, 14, "do_sel"}, do_inv{this, 15, "do_inv"},
             pu{this, 16, "pu"}, pd{this, 17, "pd"}, sl{this, 19, "sl"},
             ie_en{this, 20, "ie_en"}, ie_inv{this, 21, "ie_inv"}, di_inv{this, 22, "di_inv"}, st{this, 23, "st"},
             pad_di{this, 31, "pad_di", ro}; };
    // clang-format on
    std::deque<IoReg> io_;  // deques: registers neither copy nor move
    std::deque<Reg> tie_en_, tie_val_;

public:
    explicit Fpioa(DeviceContext context);

    void drive(unsigned function, bool level, bool enable) override;
    bool level_of(unsigned function) const override { return functions_.at(function).input; }
    void on_input(unsigned function, std::function<void(bool level)> changed) override;
    int pad_of(unsigned function) const override;
    bool heard(unsigned function) const override;

    bool pad_level(unsigned pad) const override { return pads_.at(pad).level; }
    unsigned pad_function(unsigned pad) const override { return pads_.at(pad).function; }
    bool drives(unsigned pad) const;  // the chip drives it; others may, too
    void drive_pad(unsigned pad, bool level) override { hold_pad(pad, true, level); }
    void release_pad(unsigned pad) override { hold_pad(pad, false, false); }
    void pull_low(unsigned pad, bool pulled) override;
    // Something outside the chip holds it low; boards have a pull-up where that matters.
    bool held_low(unsigned pad) const { return pads_.at(pad).pulled || (pads_[pad].held && !pads_[pad].held_level); }
    void on_pad(unsigned pad, std::function<void(bool level)> changed) override;
    std::uint64_t joined(unsigned pad) const override { return pads_.at(pad).joined; }
    void join(unsigned a, unsigned b);  // with a wire, before anything runs

    void reset() override;
    void settle() override;
    void visit_state(StateVisitor& v) override;

private:
    using Listeners = std::vector<std::function<void(bool)>>;
    struct Function {
        std::uint64_t pads = 0;              // routed to it, one bit each
        bool level = false, enable = false;  // driven by its block
        bool input = false;                  // seen by its block
        Listeners listeners;
    };
    struct Pad {
        unsigned function = 0;
        bool held = false, held_level = false;  // from outside the chip
        bool pulled = false;                    // low, by an open-drain output outside
        bool level = false;
        SimTime charged_until{};   // of a pad that floats high, or of the lowest of those joined; zero otherwise
        std::uint64_t joined = 0;  // by wires, itself included
        Listeners listeners;
    };

    void hold_pad(unsigned pad, bool held, bool level);
    void route(unsigned pad);
    void update_pad(unsigned pad);
    void update_input(unsigned function);
    bool enabled(unsigned pad) const;  // the function's own enable
    std::optional<bool> chip_level(unsigned pad) const;
    std::optional<bool> held_level(std::uint64_t joined) const;
    bool compute_level(std::uint64_t joined);
    void discharge();
    bool compute_input(unsigned function) const;

    std::array<Function, 256> functions_;
    std::array<Pad, kPadCount> pads_;
    Event discharge_;    // of the first pad to lose its charge
    bool stale_ = true;  // after a reset everything is recomputed once all blocks have been reset
};

}  // namespace k210
