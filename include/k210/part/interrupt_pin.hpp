// The pin with which a part asks for attention: held at a level, or pulsed. It may be connected to nothing.
#pragma once
#include <cstdint>
#include <optional>

#include "k210/part/part.hpp"

namespace k210 {

class InterruptPin {
public:
    static constexpr std::uint64_t kPulsePs = ps_from_us(1000);

    InterruptPin(const PartContext& context, std::optional<unsigned> pad);

    void hang(ChipPins& chip) { pads_ = &chip.pads(); }
    void drive(bool level);                                         // ends a pulse
    void pulse(bool level);                                         // that level for kPulsePs, then the other
    void let_go();                                                  // drives nothing
    bool level() const { return pad_ && pads_->pad_level(*pad_); }  // also when others drive it

    void visit_state(StateVisitor& v);  // what it drives now is the pad's

private:
    EventQueue& events_;
    const std::optional<unsigned> pad_;
    Pads* pads_ = nullptr;
    bool pulse_level_ = false;
    Event end_;
};

}  // namespace k210
