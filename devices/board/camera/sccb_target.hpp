// The control port that cameras share: registers behind an I2C target, their addresses one or two bytes long.
#pragma once
#include <cstdint>

#include "k210/bus/wires.hpp"
#include "k210/sim/state.hpp"

namespace k210 {

class SccbTarget : public I2cTarget {
public:
    bool start(bool read) final;
    bool write(std::uint8_t byte) final;
    std::uint8_t read() final;
    void stop() final {}

protected:
    explicit SccbTarget(unsigned address_bytes) : address_bytes_(address_bytes) {}
    void visit_port(StateVisitor& v);

    virtual bool answers() const = 0;
    virtual std::uint8_t read_register(std::uint16_t address) const = 0;
    virtual void write_register(std::uint16_t address, std::uint8_t value) = 0;

private:
    std::uint16_t next_address();  // moves on after every byte of data [assumed]

    unsigned address_bytes_;
    std::uint16_t address_ = 0;
    unsigned address_bytes_seen_ = 0;
};

}  // namespace k210
