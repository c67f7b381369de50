#include "k210/part/interrupt_pin.hpp"

namespace k210 {

InterruptPin::InterruptPin(const PartContext& context, std::optional<unsigned> pad)
    : events_(context.events), pad_(pad), end_("pulse_end", [this](SimTime) { drive(!pulse_level_); }) {}

void InterruptPin::drive(bool level) {
    events_.disarm(end_);
    if (pad_) pads_->drive_pad(*pad_, level);
}

void InterruptPin::pulse(bool level) {
    drive(level);
    pulse_level_ = level;
    events_.arm(end_, after(events_.now(), kPulsePs));
}

void InterruptPin::let_go() {
    events_.disarm(end_);
    if (pad_) pads_->release_pad(*pad_);
}

void InterruptPin::visit_state(StateVisitor& v) {
    v.value("pulse_level", pulse_level_);
    v.event(events_, end_);
}

}  // namespace k210
