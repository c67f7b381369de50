#include "board/ft6x36/ft6x36.hpp"

namespace k210 {
namespace {

enum Register : std::uint8_t {
    kDeviceMode = 0x00,
    kPoints = 0x02,
    kFirstPoint = 0x03,   // event and x high, x low, finger and y high, y low, weight, area
    kSecondPoint = 0x09,  // the same
    kBeyondPoints = 0x0f,
    kSettings = 0x80,
    kThreshold = 0x80,
    kChip = 0xa3,
    kInterruptMode = 0xa4,  // 0: a level, 1: pulses
    kFirmware = 0xa6,
    kVendor = 0xa8,
};
constexpr std::uint8_t kNoPoint = 0xff;

constexpr bool is_writable(std::uint16_t address) {
    return address == kDeviceMode ||
           (address >= kSettings && address != kChip && address != kFirmware && address != kVendor);
}

}  // namespace

PartDesign Ft6x36::design(PartOptions& options) {
    const Config config = read_config(options, kAddress);
    return {[config](const PartContext& context) { return std::make_unique<Ft6x36>(context, config); }};
}

Ft6x36::Ft6x36(const PartContext& context, const Config& config)
    : TouchController(context, kAddress, config, [this] { report(); }) {}

void Ft6x36::set_up_registers() {
    registers_[kThreshold] = 22;
    registers_[kChip] = 0x36;
    registers_[kInterruptMode] = 1;
    registers_[kFirmware] = 1;
    registers_[kVendor] = 0x11;
}

bool Ft6x36::pulses() const {
    return registers_[kInterruptMode] & 1;
}

void Ft6x36::report() {
    if (pulses())
        interrupt_.pulse(false);
    else
        interrupt_.drive(!scan_.touched());
}

std::uint8_t Ft6x36::read_register(std::uint16_t address) const {
    const auto event = static_cast<unsigned>(scan_.finger());
    const FilmPoint point = scan_.point();
    const bool none = scan_.finger() == TouchScan::Finger::none;
    switch (address) {
        case kPoints: return scan_.touched();
        case kFirstPoint: return none ? kNoPoint : static_cast<std::uint8_t>(event << 6 | point.x >> 8);
        case kFirstPoint + 1: return none ? kNoPoint : static_cast<std::uint8_t>(point.x);
        case kFirstPoint + 2: return none ? kNoPoint : static_cast<std::uint8_t>(point.y >> 8);  // finger 0
        case kFirstPoint + 3: return none ? kNoPoint : static_cast<std::uint8_t>(point.y);
        default: return address >= kSecondPoint && address < kBeyondPoints ? kNoPoint : registers_[address];
    }
}

void Ft6x36::write_register(std::uint16_t address, std::uint8_t value) {
    if (!is_writable(address)) return;
    registers_[address] = value;
    if (address == kInterruptMode) interrupt_.drive(pulses() || !scan_.touched());
}

}  // namespace k210
