#include "board/cst816s/cst816s.hpp"

namespace k210 {
namespace {

enum Register : std::uint8_t {
    kPoints = 0x02,
    kEventAndXHigh = 0x03,
    kXLow = 0x04,
    kYHigh = 0x05,
    kYLow = 0x06,
    kVersion = 0x15,
    kChip = 0xa7,
    kFirmware = 0xa9,
    kSettings = 0xe5,  // and beyond
    kPulseWidth = 0xed,
    kScanPeriod = 0xee,
};

}  // namespace

PartDesign Cst816s::design(PartOptions& options) {
    const Config config = read_config(options, kAddress);
    return {[config](const PartContext& context) { return std::make_unique<Cst816s>(context, config); }};
}

Cst816s::Cst816s(const PartContext& context, const Config& config)
    : TouchController(context, kAddress, config, [this] { interrupt_.pulse(false); }) {}

void Cst816s::set_up_registers() {
    registers_[kVersion] = 1;
    registers_[kChip] = 0xb4;
    registers_[kFirmware] = 1;
    registers_[kPulseWidth] = 10;
    registers_[kScanPeriod] = 1;
}

std::uint8_t Cst816s::read_register(std::uint16_t address) const {
    const FilmPoint point = scan_.point();
    const bool none = scan_.finger() == TouchScan::Finger::none;
    const unsigned event = none ? 0 : static_cast<unsigned>(scan_.finger());
    switch (address) {
        case kPoints: return scan_.touched();
        case kEventAndXHigh: return static_cast<std::uint8_t>(event << 6 | point.x >> 8);
        case kXLow: return static_cast<std::uint8_t>(point.x);
        case kYHigh: return static_cast<std::uint8_t>(point.y >> 8);
        case kYLow: return static_cast<std::uint8_t>(point.y);
        default: return registers_[address];
    }
}

void Cst816s::write_register(std::uint16_t address, std::uint8_t value) {
    if (address >= kSettings) registers_[address] = value;
}

}  // namespace k210
