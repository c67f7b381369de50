// NS2009, I2C address 0x48: the resistive touch controller of the Maix LCD kits, never touched.
// A command byte, then two bytes with a twelve-bit result; a pressure of 0 means no touch: [doc] MaixPy-v1
// components/micropython/port/src/touchscreen/ns2009/ns2009.c:10-61. Positions without a touch read 0 [assumed].
#pragma once
#include <cstdint>

#include "k210/bus/wires.hpp"

namespace k210 {

class Ns2009 final : public I2cTarget {
public:
    static constexpr std::uint8_t kAddress = 0x48;

    bool start(bool) override { return true; }
    bool write(std::uint8_t) override { return true; }
    std::uint8_t read() override { return 0; }
    void stop() override {}
};

}  // namespace k210
