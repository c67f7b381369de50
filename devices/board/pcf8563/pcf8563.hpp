// PCF8563, I2C address 0x51: the calendar clock of the T-Watch, counting guest time.
// Registers: [doc] MaixPy-v1 projects/maixpy_twatch/builtin_py/pcf8563.py:33-66. What is frozen during a transfer, the
// flags that are cleared by zeros, weekdays, leap years, the century bit, alarms, and how late the first second comes
// after a stop: [doc] NXP's data sheet. The chip has a battery of its own: [doc] LilyGo-K210-Script K210_RTC.pdf.
// [assumed]: it begins at midnight of 1 January 2000, with its mark of lost power. Missing: the countdown timer, the
// clock output, the interrupt pin.
#pragma once
#include <array>
#include <cstdint>

#include "k210/part/i2c_registers.hpp"
#include "k210/part/part.hpp"

namespace k210 {

class Pcf8563 final : public Part, public I2cRegisters {
public:
    static constexpr std::uint8_t kAddress = 0x51;
    static PartDesign design(PartOptions& options);
    static constexpr PartKind kKind{"pcf8563", {}, design};

    Pcf8563(const PartContext& context, I2cPads pads);

    void hang(ChipPins& chip) override { chip.on_i2c(*this, kAddress, pads_); }
    void power_on() override { reset_address(); }  // its battery keeps the rest
    void visit_state(StateVisitor& v) override;

private:
    static constexpr std::size_t kRegisters = 16;

    void begin_transfer() override;
    std::uint8_t read_register(std::uint16_t address) const override { return registers_[address % kRegisters]; }
    void write_register(std::uint16_t address, std::uint8_t value) override;

    bool stopped() const;
    void count_second();
    void count_day();
    bool count(std::size_t address, unsigned first, unsigned last);
    unsigned days_of_month() const;
    bool alarm_matches() const;

    EventQueue& events_;
    const I2cPads pads_;
    std::array<std::uint8_t, kRegisters> registers_{};
    SimTime next_second_;
};

}  // namespace k210
