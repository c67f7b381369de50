#include "k210/part/pad_brightness.hpp"

namespace k210 {

void PadBrightness::Course::go_on_to(SimTime now) {
    if (now.ps / kWindowPs != window()) {
        const bool next_one = now.ps / kWindowPs == window() + 1;
        on_ps += on ? (window() + 1) * kWindowPs - since.ps : 0;
        last_on_ps = next_one ? on_ps : on ? kWindowPs : 0;
        last_edges = next_one ? edges : 0;
        on_ps = edges = 0;
        since.ps = now.ps / kWindowPs * kWindowPs;
    }
    on_ps += on ? now.ps - since.ps : 0;
    since = now;
}

void PadBrightness::hang(Pads& pads) {
    pads.on_pad(pad_, [this](bool level) {
        course_.go_on_to(events_.now());
        course_.on = level == active_high_;
        ++course_.edges;
    });
    course_.on = pads.pad_level(pad_) == active_high_;
}

// A single edge is no switching to and fro: from there on it is on, or off.
std::uint8_t PadBrightness::brightness() const {
    Course now = course_;
    now.go_on_to(events_.now());
    if (now.edges + now.last_edges < 2) return now.on ? 255 : 0;
    return static_cast<std::uint8_t>(now.last_on_ps * 255 / kWindowPs);
}

void PadBrightness::visit_state(StateVisitor& v) {
    v.value("on", course_.on);
    v.value("since_ps", course_.since.ps);
    v.value("on_ps", course_.on_ps, kWindowPs);
    v.value("edges", course_.edges);
    v.value("last_on_ps", course_.last_on_ps, kWindowPs);
    v.value("last_edges", course_.last_edges);
    v.require(course_.since <= events_.now(), "since_ps", "lies ahead");
}

}  // namespace k210
