#include "k210/sim/clock_domain.hpp"

#include <limits>
#include <numeric>

#include "k210/sim/state.hpp"

namespace k210 {

SimTime ClockDomain::time_of(std::uint64_t cycle) const {
    if (cycle <= anchor_cycle_) return anchor_;
    if (hz_ == 0) return SimTime::never();
    const std::uint64_t cycles = cycle - anchor_cycle_;
    if (cycles <= max_short_cycles_) return after(anchor_, (cycles * reduced_ps_ + reduced_hz_ - 1) / reduced_hz_);
    const u128 ps = (u128{cycles} * kPsPerSecond + hz_ - 1) / hz_;
    return ps > SimTime::never().ps ? SimTime::never() : after(anchor_, static_cast<std::uint64_t>(ps));
}

void ClockDomain::reduce() {
    const std::uint64_t divisor = std::gcd(hz_, kPsPerSecond);
    reduced_hz_ = hz_ / divisor;
    reduced_ps_ = kPsPerSecond / divisor;
    if (hz_ == 0) return;  // nothing is computed then
    constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();
    max_short_ps_ = kMax / reduced_hz_;
    max_short_cycles_ = (kMax - reduced_hz_) / reduced_ps_;
}

void ClockDomain::set_hz(SimTime now, std::uint64_t hz) {
    if (hz == hz_) return;
    anchor_cycle_ = cycle_at(now);
    anchor_ = now;
    hz_ = hz;
    reduce();
    for (auto& listener : listeners_) listener();
}

void ClockDomain::visit_state(StateVisitor& visitor) {
    const auto scope = visitor.enter(name_);
    visitor.value("hz", hz_);
    reduce();
    visitor.value("anchor_ps", anchor_.ps, SimTime::never().ps / 2);
    visitor.value("anchor_cycle", anchor_cycle_, anchor_.ps);  // no clock reaches 1 THz
}

}  // namespace k210
