// AXP192, I2C address 0x34: the power chip of the M5StickV, as the register file that its firmware sees. Nothing is
// switched: it always reports USB power and a battery at 3.9 V.
// Registers, and the scale of the measurements: [doc] MaixPy-v1 projects/maixpy_m5stickv/builtin_py/pmu.py:102-156;
// what the board's start-up writes: components/boards/m5stick/src/m5stick.c:22-94.
// [assumed]: reads and writes of several bytes go on to the next register; the values of registers never written.
#pragma once
#include <array>
#include <cstdint>

#include "k210/bus/wires.hpp"
#include "k210/sim/state.hpp"

namespace k210 {

class Axp192 final : public I2cTarget {
public:
    static constexpr std::uint8_t kAddress = 0x34;

    Axp192() { reset(); }

    bool start(bool read) override;
    bool write(std::uint8_t byte) override;
    std::uint8_t read() override { return registers_[pointer_++]; }
    void stop() override {}

    void reset();  // loss of power; the rest of the board resetting does not reach it
    void visit_state(StateVisitor& v);

private:
    std::array<std::uint8_t, 256> registers_;
    std::uint8_t pointer_;
    bool expects_pointer_;
};

}  // namespace k210
