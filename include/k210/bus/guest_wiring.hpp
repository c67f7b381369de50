// What the guest has made of the chip's pads so far: which board it was built for can be told from that.
#pragma once
#include <bitset>
#include <optional>
#include <vector>

#include "k210/bus/chip_pins.hpp"
#include "k210/bus/pins.hpp"

namespace k210 {

struct GuestWiring {
    std::vector<unsigned> spi_clocks = {};       // pads that carry the clock of a SPI controller, in their order
    std::optional<I2cPads> camera_control = {};  // where SCCB is routed
    std::vector<I2cPlace> addressed = {};        // chips on I2C, there or not: as addressed, by each controller
    std::bitset<kPadCount> driven = {};          // pads whose level is the chip's doing
    bool operator==(const GuestWiring&) const = default;
};

}  // namespace k210
