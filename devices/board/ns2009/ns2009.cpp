#include "board/ns2009/ns2009.hpp"

#include <algorithm>

namespace k210 {
namespace {

constexpr std::uint16_t kMost = 0xfff;
constexpr std::uint16_t kPressedZ1 = 500, kPressedZ2 = 1500, kReleasedZ2 = kMost;

enum Measurement : std::uint8_t { kX = 0xc, kY = 0xd, kZ1 = 0xe, kZ2 = 0xf };  // the command's high four bits

// MaixPy's default: pixel = (offset + from_x * X + from_y * Y) / kScale. [sdk] py_touchscreen.c:62-68.
struct Axis {
    std::int64_t from_x, from_y, offset;
};
constexpr Axis kAcross{-6, -5941, 22'203'576}, kDown{4232, -8, -700'369};
constexpr std::int64_t kScale = 65'536;

std::uint16_t on_film(std::int64_t numerator) {
    constexpr std::int64_t kDeterminant = kAcross.from_x * kDown.from_y - kAcross.from_y * kDown.from_x;
    return static_cast<std::uint16_t>(
        std::clamp<std::int64_t>((numerator + kDeterminant / 2) / kDeterminant, 0, kMost));
}

}  // namespace

PartDesign Ns2009::design(PartOptions& options) {
    const I2cPads pads = options.i2c(kAddress);
    return {[pads](const PartContext&) { return std::make_unique<Ns2009>(pads); }};
}

void Ns2009::touch(unsigned x, unsigned y) {
    constexpr unsigned kFarAway = 4096;
    const std::int64_t across = kScale * std::min(x, kFarAway) - kAcross.offset;
    const std::int64_t down = kScale * std::min(y, kFarAway) - kDown.offset;
    x_ = on_film(kDown.from_y * across - kAcross.from_y * down);
    y_ = on_film(kAcross.from_x * down - kDown.from_x * across);
    touched_ = true;
}

std::uint16_t Ns2009::measured() const {
    switch (command_ >> 4) {
        case kX: return x_;
        case kY: return y_;
        case kZ1: return touched_ ? kPressedZ1 : 0;
        case kZ2: return touched_ ? kPressedZ2 : kReleasedZ2;
        default: return 0;
    }
}

bool Ns2009::start(bool) {
    low_byte_next_ = false;
    return true;
}

bool Ns2009::write(std::uint8_t byte) {
    command_ = byte;
    return true;
}

std::uint8_t Ns2009::read() {
    const std::uint16_t value = measured();
    low_byte_next_ = !low_byte_next_;
    return static_cast<std::uint8_t>(low_byte_next_ ? value >> 4 : value << 4);
}

void Ns2009::power_on() {
    command_ = 0;
    low_byte_next_ = false;
}

void Ns2009::visit_state(StateVisitor& v) {
    v.value("command", command_);
    v.value("low_byte_next", low_byte_next_);
    v.value("touched", touched_);
    v.value("x", x_, kMost);
    v.value("y", y_, kMost);
}

}  // namespace k210
