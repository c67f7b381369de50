#include "k210/part/i2c_registers.hpp"

namespace k210 {

bool I2cRegisters::start(bool) {
    address_bytes_seen_ = 0;
    if (!answers()) return false;
    begin_transfer();
    return true;
}

bool I2cRegisters::write(std::uint8_t byte) {
    if (!answers()) return false;
    if (address_bytes_seen_ == address_bytes_) {
        write_register(next_address(), byte);
    } else {
        const unsigned shift = 8 * (address_bytes_ - ++address_bytes_seen_);
        address_ = static_cast<std::uint16_t>((address_ & ~(0xffu << shift)) | (unsigned{byte} << shift));
    }
    return true;
}

std::uint8_t I2cRegisters::read() {
    return answers() ? read_register(next_address()) : 0xff;
}

std::uint16_t I2cRegisters::next_address() {
    const std::uint16_t address = address_;
    address_ = static_cast<std::uint16_t>((address + 1u) & last_address());
    return address;
}

void I2cRegisters::reset_address() {
    address_ = 0;
    address_bytes_seen_ = 0;
}

void I2cRegisters::visit_address(StateVisitor& v) {
    v.value("register_address", address_, last_address());
    v.value("register_address_bytes_seen", address_bytes_seen_, address_bytes_);
}

}  // namespace k210
