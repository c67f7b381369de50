#include "session/pace.hpp"

namespace k210 {

Pace::Seconds Pace::ahead(SimTime guest, Seconds host) {
    const Seconds ahead = host_origin_ + Seconds((guest.seconds() - guest_origin_s_) / speed_) - host;
    if (ahead >= -kMostToCatchUp) return ahead;
    guest_origin_s_ = guest.seconds();
    host_origin_ = host;
    return Seconds{0};
}

}  // namespace k210
