#include "board/msa301/msa301.hpp"

#include <algorithm>
#include <cmath>

namespace k210 {
namespace {

enum Register : std::uint8_t {
    kSoftReset = 0x00,
    kPartNumber = 0x01,
    kAxes = 0x02,             // two each
    kScale = 0x0f,            // the first that stores; bits 3-2: resolution, 1-0: full scale
    kSwitchedOffAxes = 0x10,  // x in bit 7, y, z
    kPowerMode = 0x11,        // bit 7: suspended
};
constexpr std::uint8_t kResets = 0x24, kPart = 0x13, kSuspended = 0x80;
constexpr unsigned kCountsPerG = 4096;  // at the smallest scale, which is 2 g
constexpr int kMostCounts = 8191;

}  // namespace

PartDesign Msa301::design(PartOptions& options) {
    const I2cPads pads = options.i2c(kAddress);
    return {[pads](const PartContext&) { return std::make_unique<Msa301>(pads); }};
}

void Msa301::set_up() {
    registers_.fill(0);
    registers_[kPartNumber] = kPart;
    registers_[kSwitchedOffAxes] = 0x0f;
    registers_[kPowerMode] = 0x9e;
}

void Msa301::power_on() {
    set_up();
    reset_address();
}

void Msa301::feel(Acceleration milli_g) {
    milli_g_ = {milli_g.x, milli_g.y, milli_g.z};
    for (int& axis : milli_g_) axis = std::clamp(axis, -kMostMilliG, kMostMilliG);
    measure();
}

void Msa301::measure() {
    if (registers_[kPowerMode] & kSuspended) return;
    const unsigned scale = registers_[kScale] & 3, resolution = registers_[kScale] >> 2 & 3;
    const double per_milli_g = (kCountsPerG >> scale) / 1000.0;
    for (std::size_t axis = 0; axis < milli_g_.size(); ++axis) {
        if (registers_[kSwitchedOffAxes] & 0x80 >> axis) continue;
        const long counts = std::clamp<long>(std::lround(milli_g_[axis] * per_milli_g), -kMostCounts - 1, kMostCounts);
        const auto aligned = static_cast<unsigned>(counts) << 2 & ~0u << (2 + 2 * resolution);
        registers_[kAxes + 2 * axis] = static_cast<std::uint8_t>(aligned);
        registers_[kAxes + 2 * axis + 1] = static_cast<std::uint8_t>(aligned >> 8);
    }
}

void Msa301::write_register(std::uint16_t address, std::uint8_t value) {
    if (address == kSoftReset && (value & kResets) == kResets) set_up();
    if (address < kScale) return;
    registers_[address] = value;
    measure();
}

void Msa301::visit_state(StateVisitor& v) {
    v.bytes("registers", registers_);
    visit_address(v);
    for (std::size_t axis = 0; axis < milli_g_.size(); ++axis) {
        const auto name = std::string(1, static_cast<char>('x' + axis));
        v.value(name, milli_g_[axis], kMostMilliG);
        v.require(milli_g_[axis] >= -kMostMilliG, name, "is too much");
    }
}

}  // namespace k210
