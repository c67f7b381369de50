// AXP192, AXP173 and AXP202: power chips on I2C, with a battery, USB and the power key. They feed rails, measure, and
// switch the board off: at the guest's wish, when the key is held, and with nothing left to feed from.
// Status, battery voltage, ADC switches, the key's flags, charging, the backlight's output, sleep and power-off: [doc]
// selfcustody/MaixPy builtin_py/pmu.py of m5stickv and amigo, MaixPy-v1 projects/maixpy_m5stickv/builtin_py/pmu.py:
// 102-156; the key's times: [doc] AXP173 data sheet, register 36.
// [assumed]: USB feeds both inputs; a battery below its charging voltage charges whenever USB is there; nothing drains
// or fills it by itself; flags are raised whether their interrupt is enabled or not. Missing: the interrupt line,
// currents, the coulomb counter, timers, warning levels, the other pins.
#pragma once
#include <array>
#include <optional>
#include <string>

#include "board/axp/axp_model.hpp"
#include "k210/part/i2c_registers.hpp"
#include "k210/part/part.hpp"

namespace k210 {

class Axp final : public Part, public I2cRegisters, public Button, public PowerInputs {
    static constexpr std::array kPorts{PortKind::button, PortKind::power_inputs};
    template <const AxpModel& model>
    static PartDesign design(PartOptions& options) {
        return design_of(model, options);
    }
    static PartDesign design_of(const AxpModel& model, PartOptions& options);

public:
    static constexpr PartKind kAxp192Kind{"axp192", kPorts, design<axp::kAxp192>, axp::kAxp192Rails};
    static constexpr PartKind kAxp173Kind{"axp173", kPorts, design<axp::kAxp173>, axp::kAxp173Rails};
    static constexpr PartKind kAxp202Kind{"axp202", kPorts, design<axp::kAxp202>, axp::kAxp202Rails};

    static constexpr unsigned kMostBatteryMv = 4500;  // that the ADC can tell

    struct Config {
        I2cPads pads;
        std::optional<std::size_t> chip_output;  // without which the K210 does not run
    };
    Axp(const PartContext& context, const AxpModel& model, const Config& config);

    void press(bool down) override;
    void plug_usb(bool plugged) override;
    void set_battery(std::optional<unsigned> millivolts) override;

    void hang(ChipPins& chip) override { chip.on_i2c(*this, model_.address, config_.pads); }
    void power_on() override;
    void visit_state(StateVisitor& v) override;
    std::vector<Port*> ports() override { return {static_cast<Button*>(this), static_cast<PowerInputs*>(this)}; }

private:
    std::uint8_t read_register(std::uint16_t address) const override { return registers_[address]; }
    void write_register(std::uint16_t address, std::uint8_t value) override;

    bool is_flags(std::uint16_t address) const { return address >= model_.first_flags && address <= model_.last_flags; }
    bool charging() const;
    void settle();
    void measure();
    void feed();
    void hold_for(Event& event, std::uint64_t milliseconds);

    const AxpModel& model_;
    const Config config_;
    const std::string name_;
    EventQueue& events_;
    Supply& supply_;

    std::array<std::uint8_t, 256> registers_{};
    bool usb_ = true;
    unsigned battery_mv_ = 3900;  // 0: there is none
    bool key_down_ = false, key_was_long_ = false;
    Event long_press_, switch_off_;  // while the key is held
};

}  // namespace k210
