#include "board/button/button.hpp"

namespace k210 {
namespace {

constexpr std::array<std::string_view, 2> kLevels = {"low", "high"};

}  // namespace

PartDesign PushButton::design(PartOptions& options) {
    const unsigned pad = options.drives("pad");
    const bool active_high = options.choice("pressed", kLevels, 0) == 1;
    return {[=](const PartContext&) { return std::make_unique<PushButton>(pad, active_high); }};
}

void PushButton::hang(ChipPins& chip) {
    pads_ = &chip.pads();
    press(false);
}

}  // namespace k210
