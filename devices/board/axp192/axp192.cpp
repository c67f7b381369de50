#include "board/axp192/axp192.hpp"

namespace k210 {
namespace {

// A twelve-bit measurement is spread over two registers, eight bits and four.
void measure(std::array<std::uint8_t, 256>& registers, std::size_t at, unsigned value) {
    registers[at] = static_cast<std::uint8_t>(value >> 4);
    registers[at + 1] = value & 15;
}

constexpr bool is_measured(std::uint8_t reg) {
    return reg <= 0x03 || (reg >= 0x56 && reg <= 0x7f);
}
constexpr bool is_interrupt_status(std::uint8_t reg) {
    return (reg >= 0x44 && reg <= 0x47) || reg == 0x4d;
}

}  // namespace

PartDesign Axp192::design(PartOptions& options) {
    const I2cPads pads = options.i2c(kAddress);
    return {[pads](const PartContext&) { return std::make_unique<Axp192>(pads); }};
}

bool Axp192::start(bool read) {
    expects_pointer_ = !read;
    return true;
}

bool Axp192::write(std::uint8_t byte) {
    if (expects_pointer_) {
        expects_pointer_ = false;
        pointer_ = byte;
        return true;
    }
    std::uint8_t& reg = registers_[pointer_];
    if (is_interrupt_status(pointer_))
        reg &= static_cast<std::uint8_t>(~byte);
    else if (!is_measured(pointer_))
        reg = byte;
    ++pointer_;
    return true;
}

void Axp192::power_on() {
    registers_.fill(0);
    registers_[0x00] = 0x30;                    // USB present and usable
    registers_[0x01] = 0x20;                    // battery connected, not charging
    registers_[0x03] = 0x03;                    // chip identification
    registers_[0x12] = 0x5f;                    // outputs on
    measure(registers_, 0x5a, 5000 * 10 / 17);  // USB, 1.7 mV
    measure(registers_, 0x5e, (1447 + 350));    // chip temperature, 0.1 degrees from -144.7
    measure(registers_, 0x78, 3900 * 10 / 11);  // battery, 1.1 mV
    measure(registers_, 0x7e, 4900 * 10 / 14);  // system supply, 1.4 mV
    pointer_ = 0;
    expects_pointer_ = false;
}

void Axp192::visit_state(StateVisitor& v) {
    v.bytes("registers", registers_);
    v.value("pointer", pointer_);
    v.value("expects_pointer", expects_pointer_);
}

}  // namespace k210
