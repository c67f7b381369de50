// A push button between a pad and ground, pulled up on the board: pressed reads low. Or the other way round.
#pragma once
#include <array>

#include "k210/part/part.hpp"

namespace k210 {

class PushButton final : public Part, public Button {
    static constexpr std::array kPorts{PortKind::button};

public:
    static PartDesign design(PartOptions& options);
    static constexpr PartKind kKind{"button", kPorts, design};

    explicit PushButton(unsigned pad, bool active_high = false) : pad_(pad), active_high_(active_high) {}

    void press(bool down) override { pads_->drive_pad(pad_, down == active_high_); }

    void hang(ChipPins& chip) override;
    void visit_state(StateVisitor&) override {}  // the pad's level is all, and the chip's
    std::vector<Port*> ports() override { return {this}; }

private:
    unsigned pad_;
    bool active_high_;
    Pads* pads_ = nullptr;
};

}  // namespace k210
