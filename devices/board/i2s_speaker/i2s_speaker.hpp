// A digital amplifier or converter on I2S and what it drives. It plays whatever the controller sends, in the
// controller's own format and at any rate [assumed]; a pin that shuts it down is not heard.
#pragma once
#include "k210/part/part.hpp"

namespace k210 {

class I2sSpeaker final : public Part, public I2sSink, public Speaker {
    static constexpr std::array kPorts{PortKind::speaker};

public:
    static PartDesign design(PartOptions& options);
    static constexpr PartKind kKind{"i2s_speaker", kPorts, design};

    I2sSpeaker(const PartContext& context, I2sPads pads) : supply_(context.supply), pads_(pads) {}

    void connect(SoundSink& listener) override { listener_ = &listener; }
    void hear(I2sMoment moment, SoundFrame frame) override;

    void hang(ChipPins& chip) override { chip.on_i2s(*this, pads_); }
    void visit_state(StateVisitor&) override {}  // it has none
    std::vector<Port*> ports() override { return {this}; }

private:
    const Supply& supply_;
    const I2sPads pads_;
    SoundSink* listener_ = nullptr;
};

}  // namespace k210
