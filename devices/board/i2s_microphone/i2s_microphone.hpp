// A microphone that speaks I2S: it takes the controller's clock and puts what it hears on a data line.
// [assumed]: both slots carry sound, whichever one a board's wiring chooses; it takes no time to wake up, and any rate;
// sound begins as the guest first listens.
#pragma once
#include <optional>

#include "k210/part/part.hpp"

namespace k210 {

class I2sMicrophone final : public Part, public I2sSource, public Microphone {
    static constexpr std::array kPorts{PortKind::microphone};

public:
    static PartDesign design(PartOptions& options);
    static constexpr PartKind kKind{"i2s_microphone", kPorts, design};

    I2sMicrophone(const PartContext& context, I2sPads pads) : supply_(context.supply), pads_(pads) {}

    void hear(std::shared_ptr<const Sound> sound) override;
    SoundFrame sample(I2sMoment moment) override;

    void hang(ChipPins& chip) override { chip.on_i2s(*this, pads_); }
    void power_on() override { begun_ = false; }
    void visit_state(StateVisitor& v) override;
    std::vector<Port*> ports() override { return {this}; }

private:
    const Supply& supply_;
    const I2sPads pads_;
    std::optional<SoundPlayer> player_;
    bool begun_ = false;
    SimTime begin_{};  // of the sound
};

}  // namespace k210
