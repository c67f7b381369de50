// RTC, 0x5046'0000, PLIC source 20: a calendar that counts seconds of its 26 MHz clock.
// Registers, fields and modes: [sdk] lib/drivers/include/rtc.h:33-289; setting and protection: rtc.c:48-85,551-593.
// Everything is zero after power-on and reset, month and day too, and initial_count: a counting clock then passes a
// second in every cycle, and days go round within their five bits without a month to carry into. So MaixPy shows it on
// a board at 416 MHz, where whatever it sets is lost: sipeed/MaixPy-v1 issue 92, kendryte-standalone-sdk issue 112
// [measured]. At 390 and 403 MHz setting works [measured]. What these clocks tell apart is taken to be APB1, half of
// the CPU's, as a whole multiple of the RTC's: writes to it are then lost, but for register_ctrl [assumed].
// There is no interrupt status: a tick or an alarm is a pulse, which the PLIC latches. current_count counts up from 1
// to initial_count, alarms fire when all compared fields begin to match, protected fields and fields outside the
// setting mode keep their values: [assumed]
// Time is computed when read; the once-a-second event exists only while an interrupt is enabled, and comes no more
// often than every 25 us, however short firmware makes a second.
#pragma once
#include <chrono>
#include <cstdint>

#include "k210/bus/device.hpp"

namespace k210 {

class Rtc final : public Device {
    // clang-format off
    struct Date : Reg { using Reg::Reg; Bits week{this, {2, 0}, "week"}, day{this, {12, 8}, "day"}, month{this, {19, 16}, "month"}, year{this, {31, 20}, "year"}; };
    struct Time : Reg { using Reg::Reg; Bits second{this, {15, 10}, "second"}, minute{this, {21, 16}, "minute"}, hour{this, {28, 24}, "hour"}; };
    Date date{regs, 0x00, "date"};
    Time time{regs, 0x04, "time"};
    Date alarm_date{regs, 0x08, "alarm_date"};
    Time alarm_time{regs, 0x0c, "alarm_time"};
    Reg initial_count{regs, 0x10, "initial_count"}, current_count{regs, 0x14, "current_count"};
    struct : Reg { using Reg::Reg;
        Bits tick_enable{this, 0, "tick_enable"}, alarm_enable{this, 1, "alarm_enable"}, tick_int_mode{this, {3, 2}, "tick_int_mode"},
             alarm_compare_mask{this, {31, 24}, "alarm_compare_mask"};
    } interrupt_ctrl{regs, 0x18, "interrupt_ctrl"};
    struct : Reg { using Reg::Reg;
        Bits read_enable{this, 0, "read_enable"}, write_enable{this, 1, "write_enable"}, timer_mask{this, {20, 13}, "timer_mask"}, alarm_mask{this, {28, 21}, "alarm_mask"},
             initial_count_mask{this, 29, "initial_count_mask"}, interrupt_register_mask{this, 30, "interrupt_register_mask"};
    } register_ctrl{regs, 0x1c, "register_ctrl"};
    Reg reserved0{regs, 0x20, "reserved0"}, reserved1{regs, 0x24, "reserved1"};
    struct : Reg { using Reg::Reg; Bits century{this, {4, 0}, "century"}, leap_year{this, 5, "leap_year", ro}; } extended{regs, 0x28, "extended"};
    // clang-format on

public:
    Rtc(DeviceContext context, const ClockDomain& bus_clock);

    OutputLine irq{*this, "irq"};

    // From outside: as firmware would set it that also lets it count, and says how long a second is where none has.
    void set(std::chrono::sys_seconds calendar);

    void write(std::uint32_t offset, unsigned size_bytes, std::uint32_t value) override;
    void reset() override;
    void visit_state(StateVisitor& v) override;

private:
    bool running() const { return register_ctrl.read_enable && !register_ctrl.write_enable; }
    std::uint64_t second_cycles() const { return initial_count.raw ? initial_count.raw : 1; }
    bool writes_are_lost() const;
    std::uint32_t writable(const Reg& reg) const;
    void sync();
    void advance(std::uint64_t seconds);
    void advance_date(std::uint64_t days);
    void put_date(std::chrono::sys_days day);
    void schedule();
    void second_passed();
    bool tick_due() const;
    bool alarm_matches() const;

    const ClockDomain& bus_clock_;
    DeviceEvent second_;
    std::uint64_t synced_ = 0;  // the cycle to which the calendar registers refer
    bool alarm_matched_ = false;
};

}  // namespace k210
