// A clock: cycles of one frequency on the machine-wide timeline.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "k210/base/units.hpp"

namespace k210 {

class StateVisitor;

// Both directions work from the last frequency change, so rounding never accumulates and
// cycle_at(time_of(n)) == n.
class ClockDomain {
public:
    ClockDomain(std::string name, std::uint64_t hz) : name_(std::move(name)), hz_(hz) { reduce(); }
    ClockDomain(const ClockDomain&) = delete;
    ClockDomain& operator=(const ClockDomain&) = delete;

    const std::string& name() const { return name_; }
    std::uint64_t hz() const { return hz_; }

    // Cycles completed at t; times before the last frequency change count as that change.
    std::uint64_t cycle_at(SimTime t) const {
        if (t <= anchor_) return anchor_cycle_;
        const std::uint64_t ps = t.ps - anchor_.ps;
        if (ps <= max_short_ps_) return anchor_cycle_ + ps * reduced_hz_ / reduced_ps_;
        return anchor_cycle_ + static_cast<std::uint64_t>(u128{ps} * hz_ / kPsPerSecond);
    }
    // The earliest time at which cycle_at() returns `cycle`; never() when the clock is gated before it.
    SimTime time_of(std::uint64_t cycle) const;

    // hz 0 means gated. Listeners re-arm whatever they had scheduled in cycles.
    void set_hz(SimTime now, std::uint64_t hz);
    void on_change(std::function<void()> listener) { listeners_.push_back(std::move(listener)); }

    void visit_state(StateVisitor& visitor);

private:
    using u128 = unsigned __int128;
    void reduce();

    std::string name_;
    std::uint64_t hz_;
    // hz_ cycles a second as a reduced fraction: most products then fit 64 bits, whose division is far quicker.
    std::uint64_t reduced_hz_ = 0, reduced_ps_ = 1;
    std::uint64_t max_short_ps_ = 0, max_short_cycles_ = 0;
    SimTime anchor_{};
    std::uint64_t anchor_cycle_ = 0;
    std::vector<std::function<void()>> listeners_;
};

}  // namespace k210
