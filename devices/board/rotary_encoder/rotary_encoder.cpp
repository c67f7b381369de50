#include "board/rotary_encoder/rotary_encoder.hpp"

#include <algorithm>

namespace k210 {
namespace {

struct Levels {
    bool first, second;
};
// Clockwise, from rest.
constexpr std::array<Levels, 4> kPhases = {Levels{true, true}, {true, false}, {false, false}, {false, true}};

}  // namespace

PartDesign RotaryEncoder::design(PartOptions& options) {
    const unsigned first = options.drives("first_pad"), second = options.drives("second_pad");
    return {[=](const PartContext& context) { return std::make_unique<RotaryEncoder>(context, first, second); }};
}

RotaryEncoder::RotaryEncoder(const PartContext& context, unsigned first_pad, unsigned second_pad)
    : events_(context.events), first_pad_(first_pad), second_pad_(second_pad),
      step_(context.name + ".step", [this](SimTime when) { step(when); }) {}

void RotaryEncoder::hang(ChipPins& chip) {
    pads_ = &chip.pads();
    pads_->drive_pad(first_pad_, true);
    pads_->drive_pad(second_pad_, true);
}

void RotaryEncoder::turn(int clicks) {
    waiting_ = std::clamp(waiting_ + std::clamp(clicks, -kMostClicks, kMostClicks), -kMostClicks, kMostClicks);
    if (waiting_ != 0 && !step_.armed()) events_.arm(step_, events_.now());
}

void RotaryEncoder::step(SimTime when) {
    if (phase_ == 0) {
        if (waiting_ == 0) return;
        clockwise_ = waiting_ > 0;
        waiting_ += clockwise_ ? -1 : 1;
    }
    phase_ = (phase_ + (clockwise_ ? 1u : 3u)) % kPhases.size();
    pads_->drive_pad(first_pad_, kPhases[phase_].first);
    pads_->drive_pad(second_pad_, kPhases[phase_].second);
    events_.arm(step_, after(when, phase_ == 0 ? kPausePs : kStepPs));
}

void RotaryEncoder::visit_state(StateVisitor& v) {
    v.value("waiting", waiting_, kMostClicks);
    v.require(waiting_ >= -kMostClicks, "waiting", "is too much");
    v.value("clockwise", clockwise_);
    v.value("phase", phase_, static_cast<unsigned>(kPhases.size()) - 1);
    v.event(events_, step_);
}

}  // namespace k210
