// A rotary encoder of two contacts to ground, pulled up on the board. At rest both are open; one click closes and opens
// each once, clockwise the second first.
// Order of the levels, first and second pad, clockwise: 00, 01, 11, 10. [doc] Krux src/krux/rotary.py. How fast
// somebody turns it [assumed]: Krux looks at it between sleeps of 10 ms, and takes what comes within 100 ms for one
// step.
#pragma once
#include <array>

#include "k210/part/part.hpp"

namespace k210 {

class RotaryEncoder final : public Part, public Encoder {
    static constexpr std::array kPorts{PortKind::encoder};

public:
    static PartDesign design(PartOptions& options);
    static constexpr PartKind kKind{"rotary_encoder", kPorts, design};

    static constexpr int kMostClicks = 1000;  // that wait
    static constexpr std::uint64_t kStepPs = ps_from_us(20'000), kPausePs = ps_from_us(120'000);

    RotaryEncoder(const PartContext& context, unsigned first_pad, unsigned second_pad);

    void turn(int clicks) override;

    void hang(ChipPins& chip) override;
    void visit_state(StateVisitor& v) override;
    std::vector<Port*> ports() override { return {this}; }

private:
    void step(SimTime when);

    EventQueue& events_;
    unsigned first_pad_, second_pad_;
    Pads* pads_ = nullptr;
    int waiting_ = 0;  // clicks, negative: counter-clockwise
    bool clockwise_ = true;
    unsigned phase_ = 0;  // of the click under way
    Event step_;
};

}  // namespace k210
