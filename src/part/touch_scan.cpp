#include "k210/part/touch_scan.hpp"

#include <utility>

namespace k210 {

TouchScan::TouchScan(const PartContext& context, const TouchFilm& film, std::function<void()> report)
    : events_(context.events), film_(film), report_(std::move(report)), scan_("scan", [this](SimTime when) {
          events_.arm(scan_, after(when, kPeriodPs));
          this->report(Finger::contact);
      }) {}

void TouchScan::touch(unsigned x, unsigned y) {
    next_ = film_.at(x, y);
    if (touched()) return;
    events_.arm(scan_, after(events_.now(), kPeriodPs));
    report(Finger::down);
}

void TouchScan::release() {
    if (!touched()) return;
    events_.disarm(scan_);
    report(Finger::up);
}

void TouchScan::power_on() {
    events_.disarm(scan_);
    finger_ = Finger::none;
    point_ = next_ = {};
}

void TouchScan::report(Finger finger) {
    finger_ = finger;
    point_ = next_;
    report_();
}

void TouchScan::visit_state(StateVisitor& v) {
    v.value("finger", finger_, Finger::none);
    const auto visit = [&](std::string_view name, FilmPoint& point) {
        const auto scope = v.enter(name);
        v.value("x", point.x, static_cast<std::uint16_t>(film_.width - 1));
        v.value("y", point.y, static_cast<std::uint16_t>(film_.height - 1));
    };
    visit("point", point_);
    visit("next", next_);
    v.event(events_, scan_);
}

}  // namespace k210
