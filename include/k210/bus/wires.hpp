// What leaves or enters the chip besides pin levels: bytes on serial lines, frames on SPI, transfers on I2C, video,
// sound. Controllers speak to one of these; the board and the pins decide which device hears it.
#pragma once
#include <cstdint>
#include <span>

#include "k210/base/sound_frame.hpp"
#include "k210/base/units.hpp"
#include "k210/bus/serial_frame.hpp"

namespace k210 {

// Receives whole bytes, at the time their last stop bit ends.
class SerialSink {
public:
    virtual ~SerialSink() = default;
    virtual void receive(std::uint8_t byte) = 0;
};

// A UART's receiver and settings, as its line finds them.
class SerialEnd : public SerialSink {
public:
    virtual void receive_frame(HeardByte heard) = 0;
    virtual bool can_receive() const = 0;  // it is set up, and has room
    virtual SerialFormat format() const = 0;
    // The rate that was set when the last byte was stored. Bytes that a change of clocks catches on their way are
    // garbled on a board, too, but nobody has set a wrong rate.
    virtual std::uint64_t baud() const = 0;
};

// One SPI bus as its controller drives it. `lines` is how many data lines carry the frame: 1, 2, 4 or 8.
class SpiBus {
public:
    virtual ~SpiBus() = default;
    virtual void select(unsigned chip_select, bool active) = 0;
    // Sends `bits` bits, most significant first, and returns as many that came back (full duplex when lines is 1).
    virtual std::uint32_t exchange(std::uint32_t out, unsigned bits, unsigned lines) = 0;
    // Sends nothing and reads `bits` bits: the receive phase of dual, quad and octal transfers.
    virtual std::uint32_t receive(unsigned bits, unsigned lines) = 0;
    virtual void dummy_clocks(unsigned clocks) = 0;
};

// A chip on an SPI bus, after its chip select has been resolved.
class SpiTarget {
public:
    virtual ~SpiTarget() = default;
    virtual void select(bool active) = 0;
    virtual std::uint32_t exchange(std::uint32_t out, unsigned bits, unsigned lines) = 0;
    virtual std::uint32_t receive(unsigned bits, unsigned lines) = 0;
    virtual void dummy_clocks(unsigned clocks) = 0;
};

// One I2C (or SCCB) bus as its controller drives it. Addresses have seven bits.
class I2cBus {
public:
    virtual ~I2cBus() = default;
    virtual bool start(std::uint8_t address, bool read) = 0;  // also a repeated start; false: nobody acknowledged
    virtual bool write(std::uint8_t byte) = 0;                // false: not acknowledged
    virtual std::uint8_t read() = 0;                          // 0xff when nobody drives the line
    virtual void stop() = 0;
};

// A chip on an I2C bus, addressed.
class I2cTarget {
public:
    virtual ~I2cTarget() = default;
    virtual bool start(bool read) = 0;
    virtual bool write(std::uint8_t byte) = 0;
    virtual std::uint8_t read() = 0;
    virtual void stop() = 0;
};

// When a frame on I2S begins, and how many there are a second.
struct I2sMoment {
    SimTime begin;
    double rate_hz;
};

// The data lines of an I2S controller, which gives the clock.
class I2sBus {
public:
    virtual ~I2sBus() = default;
    virtual bool heard(unsigned line) const = 0;  // somebody listens to that output
    virtual void send(unsigned line, I2sMoment moment, SoundFrame frame) = 0;
    virtual SoundFrame receive(unsigned line, I2sMoment moment) = 0;  // silence where nobody speaks
};

// A chip on a data line: one of the two.
class I2sSink {
public:
    virtual ~I2sSink() = default;
    virtual void hear(I2sMoment moment, SoundFrame frame) = 0;  // moments do not go back
};
class I2sSource {
public:
    virtual ~I2sSource() = default;
    virtual SoundFrame sample(I2sMoment moment) = 0;
};

// Where a camera's lines lie in time, in XCLK cycles: the first begins and the last ends within the frame.
struct VideoTiming {
    std::uint64_t frame_cycles = 0;       // from one vertical sync to the next
    std::uint64_t first_line_cycles = 0;  // from vertical sync
    std::uint64_t active_cycles = 0;      // all lines together
    unsigned lines = 0;
};

// What a camera put on D7..D0: two bytes a pixel, in the order they came, lines from the top.
struct VideoFrame {
    unsigned width = 0, height = 0;
    std::span<const std::uint8_t> bytes;
};

// A camera's parallel port.
class VideoSource {
public:
    virtual ~VideoSource() = default;
    virtual bool streaming() const = 0;
    virtual VideoTiming timing() const = 0;
    // The n-th frame that anybody looked at; its bytes stay valid until the next call.
    virtual VideoFrame frame(std::uint64_t n) = 0;
};

}  // namespace k210
