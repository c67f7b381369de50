#include "board/button/button.hpp"

namespace k210 {

PartDesign PushButton::design(PartOptions& options) {
    const unsigned pad = options.drives("pad");
    return {[pad](const PartContext&) { return std::make_unique<PushButton>(pad); }};
}

void PushButton::hang(ChipPins& chip) {
    pads_ = &chip.pads();
    press(false);
}

}  // namespace k210
