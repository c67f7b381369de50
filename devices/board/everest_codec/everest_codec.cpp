#include "board/everest_codec/everest_codec.hpp"

#include <algorithm>

namespace k210 {

PartDesign EverestCodec::design_of(const CodecModel& model, PartOptions& options) {
    const I2cPads pads = options.i2c(model.address);
    return {[&model, pads](const PartContext&) { return std::make_unique<EverestCodec>(model, pads); }};
}

void EverestCodec::power_on() {
    registers_.fill(0);
    for (const auto& [address, value] : model_.identification) registers_[address] = value;
    reset_address();
}

void EverestCodec::write_register(std::uint16_t address, std::uint8_t value) {
    const bool fixed =
        std::ranges::any_of(model_.identification, [&](const auto& id) { return id.address == address; });
    if (!fixed) registers_[address] = value;
}

void EverestCodec::visit_state(StateVisitor& v) {
    v.bytes("registers", registers_);
    visit_address(v);
}

}  // namespace k210
