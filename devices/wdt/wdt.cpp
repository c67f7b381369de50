#include "wdt/wdt.hpp"

namespace k210 {
namespace {

constexpr std::uint32_t kRestart = 0x76;  // [sdk] wdt.h:87

constexpr std::uint64_t cycles_of(std::uint32_t top) {
    return std::uint64_t{0x1'0000} << top;
}

}  // namespace

Wdt::Wdt(DeviceContext context, std::string name)
    : Device(std::move(name), context), timeout_(*this, "timeout", [this] { time_out(); }) {
    cr.after_write = [this](std::uint32_t) {
        if (cr.enable && !enabled_) {
            enabled_ = true;
            start(torr.top_init);
        }
        cr.enable = enabled_;
    };
    crr.after_write = [this](std::uint32_t) {
        if (crr.key != kRestart) return;
        stat.interrupt = 0;
        if (enabled_) start(torr.top);
    };
    ccvr.refresh = [this] {
        const std::uint64_t period = enabled_ ? period_ : cycles_of(torr.top_init);
        const std::uint64_t now = now_cycle();
        const std::uint64_t elapsed = enabled_ && now > started_ ? now - started_ : 0;
        ccvr.count = elapsed < period ? static_cast<std::uint32_t>(period - 1 - elapsed) : 0;
    };
    eoi.after_read = [this] { stat.interrupt = 0; };
}

void Wdt::start(std::uint32_t top) {
    started_ = now_cycle();
    period_ = cycles_of(top);
    timeout_.arm_at_cycle(started_ + period_);
}

void Wdt::time_out() {
    if (cr.rmod && !stat.interrupt) {
        stat.interrupt = 1;
        start(torr.top);
    } else if (on_reset) {
        on_reset();
    }
}

SimTime Wdt::resets_at() const {
    if (!enabled_ || clock().hz() == 0) return SimTime::never();
    const bool interrupts_first = cr.rmod && !stat.interrupt;
    return clock().time_of(started_ + period_ + (interrupts_first ? cycles_of(torr.top) : 0));
}

void Wdt::reset() {
    Device::reset();
    enabled_ = false;
}

void Wdt::visit_state(StateVisitor& v) {
    Device::visit_state(v);
    v.value("enabled", enabled_);
    v.value("started", started_);
    v.value("period", period_);
}

}  // namespace k210
