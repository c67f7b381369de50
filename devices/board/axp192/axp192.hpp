// AXP192, I2C address 0x34: the power chip of the M5StickV, as the register file that its firmware sees. Nothing is
// switched: it always reports USB power and a battery at 3.9 V.
// Registers, and the scale of the measurements: [doc] MaixPy-v1 projects/maixpy_m5stickv/builtin_py/pmu.py:102-156;
// what the board's start-up writes: components/boards/m5stick/src/m5stick.c:22-94.
// [assumed]: reads and writes of several bytes go on to the next register; the values of registers never written.
#pragma once
#include <array>
#include <cstdint>

#include "k210/part/part.hpp"

namespace k210 {

class Axp192 final : public Part, public I2cTarget {
public:
    static constexpr std::uint8_t kAddress = 0x34;
    static PartDesign design(PartOptions& options);
    static constexpr PartKind kKind{"axp192", {}, design};

    explicit Axp192(I2cPads pads) : pads_(pads) { power_on(); }

    bool start(bool read) override;
    bool write(std::uint8_t byte) override;
    std::uint8_t read() override { return registers_[pointer_++]; }
    void stop() override {}

    void hang(ChipPins& chip) override { chip.on_i2c(*this, kAddress, pads_); }
    void power_on() override;
    void visit_state(StateVisitor& v) override;

private:
    I2cPads pads_;
    std::array<std::uint8_t, 256> registers_;
    std::uint8_t pointer_;
    bool expects_pointer_;
};

}  // namespace k210
