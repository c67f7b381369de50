#include "k210/sim/clock_domain.hpp"

#include "k210/sim/state.hpp"

namespace k210 {

SimTime ClockDomain::time_of(std::uint64_t cycle) const {
    if (cycle <= anchor_cycle_) return anchor_;
    if (hz_ == 0) return SimTime::never();
    const u128 ps = (u128{cycle - anchor_cycle_} * kPsPerSecond + hz_ - 1) / hz_;
    return ps > SimTime::never().ps ? SimTime::never() : after(anchor_, static_cast<std::uint64_t>(ps));
}

void ClockDomain::set_hz(SimTime now, std::uint64_t hz) {
    if (hz == hz_) return;
    anchor_cycle_ = cycle_at(now);
    anchor_ = now;
    hz_ = hz;
    for (auto& listener : listeners_) listener();
}

void ClockDomain::visit_state(StateVisitor& visitor) {
    const auto scope = visitor.enter(name_);
    visitor.value("hz", hz_);
    visitor.value("anchor_ps", anchor_.ps);
    visitor.value("anchor_cycle", anchor_cycle_);
}

}  // namespace k210
