// ES8374 and ES8311, I2C addresses 0x10 and 0x18: Everest's audio codecs, as their drivers see them. They keep what is
// written and tell their identification.
// Addresses and registers: [doc] MaixPy-v1_scripts modules/others/es8374/es8374.py:207-240; [sdk] canmv
// components/drivers/es8311 es8311.c, es8311_reg.h, its module's default address. [assumed]: whatever was never written
// is 0, and resetting the chip leaves its registers as they are. Missing: sound.
#pragma once
#include <array>
#include <cstdint>
#include <span>

#include "k210/part/i2c_registers.hpp"
#include "k210/part/part.hpp"

namespace k210 {

struct CodecModel {
    struct Identification {
        std::uint8_t address, value;
    };
    std::uint8_t address;                            // on I2C
    std::span<const Identification> identification;  // read-only
};
inline constexpr CodecModel::Identification kEs8311Identification[] = {{0xfd, 0x83}, {0xfe, 0x11}};
inline constexpr CodecModel kEs8374{0x10, {}}, kEs8311{0x18, kEs8311Identification};

class EverestCodec : public Part, public I2cRegisters {
    template <const CodecModel& model>
    static PartDesign design(PartOptions& options) {
        return design_of(model, options);
    }
    static PartDesign design_of(const CodecModel& model, PartOptions& options);

public:
    static constexpr PartKind kEs8374Kind{"es8374", {}, design<kEs8374>};
    static constexpr PartKind kEs8311Kind{"es8311", {}, design<kEs8311>};

    EverestCodec(const CodecModel& model, I2cPads pads) : model_(model), pads_(pads) { power_on(); }

    void hang(ChipPins& chip) override { chip.on_i2c(*this, model_.address, pads_); }
    void power_on() override;
    void visit_state(StateVisitor& v) override;

private:
    std::uint8_t read_register(std::uint16_t address) const override { return registers_[address]; }
    void write_register(std::uint16_t address, std::uint8_t value) override;

    const CodecModel& model_;
    const I2cPads pads_;
    std::array<std::uint8_t, 256> registers_{};
};

}  // namespace k210
