// Registers behind an I2C target, as most chips on I2C or SCCB have them: a write begins with the register's address,
// one or two bytes, the high one first; every byte of data after that, written or read, goes to the next register.
#pragma once
#include <cstdint>

#include "k210/bus/wires.hpp"
#include "k210/sim/state.hpp"

namespace k210 {

class I2cRegisters : public I2cTarget {
public:
    bool start(bool read) final;
    bool write(std::uint8_t byte) final;
    std::uint8_t read() final;
    void stop() final {}

protected:
    explicit I2cRegisters(unsigned address_bytes = 1) : address_bytes_(address_bytes) {}
    void reset_address();  // what a part does at power-on: reading begins at register 0 [assumed]
    void visit_address(StateVisitor& v);

    virtual bool answers() const { return true; }  // acknowledges at all
    virtual void begin_transfer() {}
    virtual std::uint8_t read_register(std::uint16_t address) const = 0;
    virtual void write_register(std::uint16_t address, std::uint8_t value) = 0;

private:
    std::uint16_t last_address() const { return address_bytes_ == 1 ? 0xff : 0xffff; }
    std::uint16_t next_address();  // moves on after every byte of data, and around at the last [assumed]

    unsigned address_bytes_;
    std::uint16_t address_ = 0;
    unsigned address_bytes_seen_ = 0;
};

}  // namespace k210
