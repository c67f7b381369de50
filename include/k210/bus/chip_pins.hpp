// Where a chip meets its board: whatever can be wired to its pins hangs itself here. Who hears whom then follows from
// what the guest routes to those pins.
#pragma once
#include <cstdint>

#include "k210/bus/pins.hpp"
#include "k210/bus/wires.hpp"

namespace k210 {

struct SpiPads {
    unsigned clock, select;
    bool operator==(const SpiPads&) const = default;
};
struct I2cPads {
    unsigned clock, data;
    bool operator==(const I2cPads&) const = default;
};
struct I2sPads {
    unsigned clock, word_select, data;
};
// Where a chip on I2C is found.
struct I2cPlace {
    std::uint8_t address;
    I2cPads pads;
    bool operator==(const I2cPlace&) const = default;
};
struct SerialPads {
    unsigned rx, tx;  // as the chip sees them
};

// What hangs here has to last as long as the chip runs.
class ChipPins {
public:
    virtual ~ChipPins() = default;

    virtual Pads& pads() = 0;
    // RESET, which an open-drain output outside pulls down or lets go.
    virtual void pull_reset(bool pulled) = 0;

    // Takes part in the transfers of any SPI controller while its clock pad carries that controller's clock and its
    // select pad is low, be that select the controller's own or a GPIO.
    virtual void on_spi(SpiTarget& target, SpiPads pads) = 0;
    // On the pins that are the flash's own. One at most.
    virtual void on_flash_pins(SpiTarget& target) = 0;
    // Hears any I2C or SCCB controller whose two functions its pads carry, and a guest that moves them by GPIO.
    virtual void on_i2c(I2cTarget& target, std::uint8_t address, I2cPads pads) = 0;
    // Takes what any I2S controller sends, or speaks to it, while its three pads carry that one's clock and word
    // select, and an output or an input of its data.
    virtual void on_i2s(I2sSink& sink, I2sPads pads) = 0;
    virtual void on_i2s(I2sSource& source, I2sPads pads) = 0;
    // On the data, clock and sync pins of the camera port. One at most.
    virtual void on_camera_port(VideoSource& source) = 0;
    // Hears whatever UART the transmit pad carries, and drives the receive pad.
    virtual void on_serial(SerialSink& sink, SerialPads pads) = 0;
    // The rate that this UART was set to when its last byte was stored; 0 while the pad carries none.
    virtual std::uint64_t serial_baud(unsigned tx_pad) const = 0;
    // To whatever UART the receive pad carries, at its rate. False: there is none, or it has no room.
    virtual bool send_serial(unsigned rx_pad, std::uint8_t byte) = 0;
    // At the sender's rate: a UART that is set to another hears garbage.
    virtual void send_serial_at(std::uint64_t baud, unsigned rx_pad, std::uint8_t byte) = 0;
};

}  // namespace k210
