// TIMER0-2, 0x502D'0000, 0x502E'0000, 0x502F'0000: DesignWare timers of four channels each, PLIC sources 14-19
// (channels 0 and 1 share the first of an instance's two lines, 2 and 3 the second).
// Registers: [sdk] lib/drivers/include/timer.h:25-80; lines: timer.c:222-272. Loading, reloading and modes: [doc]
// Cyclone V HPS Technical Reference Manual 24.4 (the same block). A countdown from n takes n + 1 cycles, in PWM
// load_count of them low and load_count2 high: [doc] DesignWare databook; for plain countdowns [assumed].
// Counts are computed when read; an event is armed only for an interrupt that can be seen or a PWM edge. Counts and
// interrupts are exact; a PWM output with a period below 50 us is looked at every 25 us.
// Not modelled: toggle outputs outside PWM, pausing through SYSCTL, the component version (reads 0).
#pragma once
#include <cstdint>
#include <string>

#include "k210/bus/device.hpp"

namespace k210 {

class Timer final : public Device {
public:
    static constexpr unsigned kChannels = 4;

    Timer(DeviceContext context, std::string name);

    OutputLine irq[2] = {{*this, "irq_0"}, {*this, "irq_1"}};
    OutputLine toggle[kChannels] = {
        {*this, "toggle_0"}, {*this, "toggle_1"}, {*this, "toggle_2"}, {*this, "toggle_3"}};  // the PWM outputs

    void write(std::uint32_t offset, unsigned size_bytes, std::uint32_t value) override;
    void reset() override;
    void settle() override;
    void visit_state(StateVisitor& v) override;

private:
    struct Control : Reg {
        using Reg::Reg;
        Bits enable{this, 0, "enable"}, user_mode{this, 1, "user_mode"}, interrupt_mask{this, 2, "interrupt_mask"},
            pwm_enable{this, 3, "pwm_enable"};
    };
    struct ReadOnly : Reg {
        using Reg::Reg;
        Bits value{this, {31, 0}, "value", ro};
    };

    class Channel {
    public:
        Channel(Timer& timer, unsigned number);

        void sync();  // brings count and interrupt up to now
        void control_written();
        void acknowledge();
        bool raised() const { return raised_; }
        bool interrupts() const { return raised_ && !control_.interrupt_mask; }
        bool output() const { return high_; }
        void reset() { running_ = raised_ = high_ = false; }
        void visit_state(StateVisitor& v);

    private:
        std::uint32_t reload() const;
        void next_countdown();
        std::uint64_t period_cycles() const;
        void schedule();

        Timer& timer_;
        Reg load_count_;
        ReadOnly current_value_;
        Control control_;
        ReadOnly eoi_, intr_stat_;
        Reg load_count2_;
        DeviceEvent expiry_;
        bool running_ = false, raised_ = false;
        bool high_ = false;          // PWM counts its high phase
        std::uint64_t started_ = 0;  // cycle in which the running countdown was loaded
        std::uint32_t loaded_ = 0;   // and what it was loaded with
    };

    std::uint32_t raised() const;
    std::uint32_t interrupts() const;
    void sync();
    // When to look at a PWM output that changes at cycle `edge`.
    std::uint64_t when_to_look(std::uint64_t edge, std::uint64_t period_cycles) const;

    Channel channels_[kChannels] = {{*this, 0}, {*this, 1}, {*this, 2}, {*this, 3}};
    ReadOnly intr_stat_{regs, 0xa0, "intr_stat"};
    ReadOnly eoi_{regs, 0xa4, "eoi"};
    ReadOnly raw_intr_stat_{regs, 0xa8, "raw_intr_stat"};
    ReadOnly comp_version_{regs, 0xac, "comp_version"};
};

}  // namespace k210
