#include "board/lcd_panel/backlight.hpp"

#include <algorithm>

namespace k210 {
namespace {

constexpr PartOptions::Range kMillivolts{1, 5000};

}  // namespace

Backlight::Config Backlight::design(PartOptions& options) {
    Config config;
    config.pad = options.may_be_lit_by("backlight_pad");
    config.active_high = options.level("backlight_active", true);
    const bool says_active = config.active_high == options.level("backlight_active", false);  // whatever the default
    if (says_active && !config.pad) options.refuse("backlight_active", "backlight_active goes with backlight_pad");
    config.rail = options.may_be_fed_by("backlight_rail");
    constexpr std::uint64_t kNotSaid = 0;
    const std::uint64_t least_mv = options.number("backlight_least_mv", kMillivolts, kNotSaid);
    if (least_mv != kNotSaid && !config.rail)
        options.refuse("backlight_least_mv", "backlight_least_mv goes with backlight_rail");
    config.least_mv = static_cast<unsigned>(std::max<std::uint64_t>(least_mv, 1));
    return config;
}

Backlight::Backlight(const PartContext& context, const Config& config) : supply_(context.supply), config_(config) {
    if (config.pad) pad_.emplace(context.events, *config.pad, config.active_high);
}

bool Backlight::lit() const {
    if (supply_.board_off()) return false;
    if (pad_ && pad_->brightness() == 0) return false;
    return !config_.rail || supply_.millivolts(*config_.rail) >= config_.least_mv;
}

// A lamp that is on while its pad is high is so where the guest drives nothing, too. [assumed]
void Backlight::hang(Pads& pads) {
    if (!pad_) return;
    if (config_.active_high) pads.drive_pad(*config_.pad, true);
    pad_->hang(pads);
}

void Backlight::visit_state(StateVisitor& v) {
    if (!pad_) return;
    const auto scope = v.enter("backlight");
    pad_->visit_state(v);
}

}  // namespace k210
