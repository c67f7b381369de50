#include "soc/bit_banged_i2c.hpp"

#include <string>

namespace k210 {
namespace {

constexpr unsigned kDataClocks = 8, kAllClocks = 9;  // of a byte, without and with its acknowledge

constexpr bool is_gpio(unsigned function) {
    return function >= FUNC_GPIOHS0 && function < FUNC_GPIO0 + 8;
}
static_assert(FUNC_GPIOHS0 + 32 == FUNC_GPIO0);

}  // namespace

BitBangedI2c::BitBangedI2c(Pads& pads, const I2cTargets& targets, I2cPads place)
    : pads_(pads), targets_(targets), place_(place) {
    for (const unsigned pad : {place_.clock, place_.data}) pads_.drive_pad(pad, true);  // one that drives it low wins
    pads_.on_pad(place_.data, [this](bool level) { on_data(level); });
    pads_.on_pad(place_.clock, [this](bool level) { on_clock(level); });
}

void BitBangedI2c::power_on() {
    phase_ = Phase::idle;
    addressed_ = 0;
    clocks_ = 0;
    pull_data(false);
}

bool BitBangedI2c::moved_by_guest() const {
    return is_gpio(pads_.pad_function(place_.clock)) && is_gpio(pads_.pad_function(place_.data));
}

I2cTarget* BitBangedI2c::target() const {
    return addressed_ && addressed_ <= targets_.entries.size() ? targets_.entries[addressed_ - 1].target : nullptr;
}

std::uint32_t BitBangedI2c::entry_at(std::uint8_t address) const {
    for (std::uint32_t i = 0; i < targets_.entries.size(); ++i)
        if (targets_.entries[i].address == address && targets_.entries[i].pads == place_) return i + 1;
    return 0;
}

void BitBangedI2c::on_data(bool level) {
    if (!pads_.pad_level(place_.clock) || !moved_by_guest()) return;
    level ? stop() : start();
}

void BitBangedI2c::start() {
    phase_ = Phase::address;
    byte_ = 0;
    clocks_ = 0;
}

void BitBangedI2c::stop() {
    if (I2cTarget* chip = target()) chip->stop();
    addressed_ = 0;
    phase_ = Phase::idle;
}

void BitBangedI2c::on_clock(bool level) {
    if (!moved_by_guest()) phase_ = Phase::idle;
    if (phase_ == Phase::idle) return;
    if (level) {
        const bool bit = pads_.pad_level(place_.data);
        if (clocks_ < kAllClocks) ++clocks_;
        if (clocks_ <= kDataClocks && phase_ != Phase::read) byte_ = static_cast<std::uint8_t>(byte_ << 1 | bit);
        // The guest has all it wants: what follows is a stop or another start.
        if (clocks_ == kAllClocks && phase_ == Phase::read && bit) phase_ = Phase::idle;
    } else if (clocks_ == kDataClocks) {
        end_of_byte();
    } else if (clocks_ == kAllClocks) {
        next_byte();
    } else if (phase_ == Phase::read) {
        pull_data(!(byte_ >> (kDataClocks - 1 - clocks_) & 1));
    }
}

void BitBangedI2c::end_of_byte() {
    if (phase_ == Phase::read) {
        pull_data(false);
        return;
    }
    if (phase_ == Phase::address) addressed_ = entry_at(byte_ >> 1);
    I2cTarget* const chip = target();
    const bool acknowledged = chip && (phase_ == Phase::address ? chip->start(byte_ & 1) : chip->write(byte_));
    if (!acknowledged && phase_ == Phase::address) addressed_ = 0;
    if (!acknowledged) phase_ = Phase::idle;
    pull_data(acknowledged);
}

void BitBangedI2c::next_byte() {
    clocks_ = 0;
    if (phase_ == Phase::address) phase_ = byte_ & 1 ? Phase::read : Phase::write;
    I2cTarget* const chip = target();
    if (phase_ == Phase::read) byte_ = chip ? chip->read() : 0xff;
    pull_data(phase_ == Phase::read && !(byte_ & 0x80));
}

void BitBangedI2c::visit_state(StateVisitor& visitor) {
    const auto scope = visitor.enter("i2c_on_pads_" + std::to_string(place_.clock) + "_" + std::to_string(place_.data));
    visitor.value("phase", phase_, Phase::read);
    visitor.value("byte", byte_);
    visitor.value("clocks", clocks_, kAllClocks);
    visitor.value("addressed", addressed_, static_cast<std::uint32_t>(targets_.entries.size()));
}

}  // namespace k210
