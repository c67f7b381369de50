#include "board/camera/sccb_target.hpp"

namespace k210 {

bool SccbTarget::start(bool read) {
    if (!read) address_bytes_seen_ = 0;
    return answers();
}

bool SccbTarget::write(std::uint8_t byte) {
    if (!answers()) return false;
    if (address_bytes_seen_ == address_bytes_) {
        write_register(next_address(), byte);
    } else {
        const unsigned shift = 8 * (address_bytes_ - ++address_bytes_seen_);
        address_ = static_cast<std::uint16_t>((address_ & ~(0xffu << shift)) | (unsigned{byte} << shift));
    }
    return true;
}

std::uint8_t SccbTarget::read() {
    return answers() ? read_register(next_address()) : 0xff;
}

std::uint16_t SccbTarget::next_address() {
    const std::uint16_t address = address_;
    const unsigned mask = address_bytes_ == 1 ? 0xff : 0xffff;
    address_ = static_cast<std::uint16_t>((address + 1u) & mask);
    return address;
}

void SccbTarget::visit_port(StateVisitor& v) {
    v.value("sccb_address", address_);
    v.value("sccb_address_bytes_seen", address_bytes_seen_, address_bytes_);
}

}  // namespace k210
