// A pair of pads with chips on I2C, where the guest moves the levels itself, as MaixPy's I2C3 to I2C5 do: start, stop
// and bits are read from the edges, and the chip's answers pull the data pad down. [sdk] MaixPy machine_i2c.c:76-200;
// framing: [doc] NXP UM10204, section 3.1. While a controller's functions are on the pads, whole transfers come through
// I2cRoute and this stays out of it. The pads have pull-ups, as every bus has; no chip stretches the clock [assumed].
#pragma once
#include <cstdint>

#include "soc/routes.hpp"

namespace k210 {

class BitBangedI2c {
public:
    BitBangedI2c(Pads& pads, const I2cTargets& targets, I2cPads place);
    BitBangedI2c(const BitBangedI2c&) = delete;
    BitBangedI2c& operator=(const BitBangedI2c&) = delete;

    I2cPads place() const { return place_; }
    void power_on();  // the chips have forgotten where they were
    void visit_state(StateVisitor& visitor);

private:
    enum class Phase : std::uint8_t { idle, address, write, read };

    bool moved_by_guest() const;
    I2cTarget* target() const;
    std::uint32_t entry_at(std::uint8_t address) const;  // + 1; 0: nobody
    void on_data(bool level);
    void on_clock(bool level);
    void start();
    void stop();
    void end_of_byte();
    void next_byte();
    void pull_data(bool low) { pads_.pull_low(place_.data, low); }

    Pads& pads_;
    const I2cTargets& targets_;
    I2cPads place_;
    Phase phase_ = Phase::idle;
    std::uint8_t byte_ = 0;
    unsigned clocks_ = 0;          // of this byte, its acknowledge included
    std::uint32_t addressed_ = 0;  // entry + 1
};

}  // namespace k210
