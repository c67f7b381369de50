// MSA301, and MSA300, which drivers take for the same, I2C address 0x26: the accelerometer of Sipeed's boards.
// Registers 0x01-0x07, 0x0F-0x11, part number, full scales and the axes' 14 bits, left-aligned, low byte first: [doc]
// MaixPy-v1_scripts multimedia/gui/maixui/msa301.py:348-371, 493-570. Soft reset, register 0x00: [doc] Linux
// drivers/iio/accel/msa311.c. [assumed]: values at power-on, the chip suspended among them; an axis or a chip that is
// switched off keeps what it measured last; it measures at once, whatever its rate. Missing: noise, taps and every
// other interrupt with its pin, offsets.
#pragma once
#include <array>
#include <cstdint>

#include "k210/part/i2c_registers.hpp"
#include "k210/part/part.hpp"

namespace k210 {

class Msa301 final : public Part, public I2cRegisters, public Accelerometer {
    static constexpr std::array kPorts{PortKind::accelerometer};

public:
    static constexpr std::uint8_t kAddress = 0x26;
    static PartDesign design(PartOptions& options);
    static constexpr PartKind kKind{"msa301", kPorts, design};

    explicit Msa301(I2cPads pads) : pads_(pads) {}

    void feel(Acceleration milli_g) override;

    void hang(ChipPins& chip) override { chip.on_i2c(*this, kAddress, pads_); }
    void power_on() override;
    void visit_state(StateVisitor& v) override;
    std::vector<Port*> ports() override { return {this}; }

private:
    static constexpr int kMostMilliG = 16'000;  // that any of its scales can tell

    std::uint8_t read_register(std::uint16_t address) const override { return registers_[address]; }
    void write_register(std::uint16_t address, std::uint8_t value) override;
    void set_up();
    void measure();

    const I2cPads pads_;
    std::array<std::uint8_t, 256> registers_{};
    std::array<int, 3> milli_g_{0, 0, 1000};  // what it feels
};

}  // namespace k210
