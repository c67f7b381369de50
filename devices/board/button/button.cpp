#include "board/button/button.hpp"

namespace k210 {

PartDesign PushButton::design(PartOptions& options) {
    const unsigned pad = options.drives("pad");
    const bool active_high = options.level("pressed", false);
    return {[=](const PartContext&) { return std::make_unique<PushButton>(pad, active_high); }};
}

void PushButton::hang(ChipPins& chip) {
    pads_ = &chip.pads();
    press(false);
}

}  // namespace k210
