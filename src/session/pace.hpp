// Holds the guest's clock to the host's: says how long to sleep. Only when things happen on the host depends on it,
// never what the guest computes.
#pragma once
#include <chrono>
#include <limits>

#include "k210/base/units.hpp"

namespace k210 {

inline constexpr double kFullSpeed = std::numeric_limits<double>::infinity(), kBoardSpeed = 1;

class Pace {
public:
    using Seconds = std::chrono::duration<double>;

    // At that time of the host the guest's clock begins.
    Pace(double speed, Seconds host) : speed_(speed), host_origin_(host) {}

    // Whatever the guest was ahead or late by no longer counts.
    void begin_at(SimTime guest, Seconds host) {
        guest_origin_s_ = guest.seconds();
        host_origin_ = host;
    }
    void set_speed(double speed, SimTime guest, Seconds host) {
        begin_at(guest, host);
        speed_ = speed;
    }
    double speed() const { return speed_; }
    bool at_full_speed() const { return speed_ == kFullSpeed; }
    // How far the guest is ahead of where it ought to be at that time of the host; not above 0 when it is late. What it
    // is late by is made up for, unless it is more than this: then the host was busy or asleep, and that time is lost.
    Seconds ahead(SimTime guest, Seconds host);
    static constexpr Seconds kMostToCatchUp{1};

private:
    double speed_;
    double guest_origin_s_ = 0;
    Seconds host_origin_;
};

}  // namespace k210
