#include "app/pace.hpp"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "k210/base/error.hpp"

namespace k210::app {

double parse_speed(std::string_view text) {
    if (text == "max") return kFullSpeed;
    if (text == "real") return kBoardSpeed;
    double factor = 0;
    const auto [end, error] = std::from_chars(text.begin(), text.end(), factor);
    if (error != std::errc{} || end != text.end() || !std::isfinite(factor) || factor <= 0)
        throw InputError(fmt::format("--speed {}: neither max, nor real, nor a number above 0", text));
    return factor;
}

Pace::Seconds Pace::ahead(SimTime guest, Seconds host) {
    const Seconds ahead = host_origin_ + Seconds((guest.seconds() - guest_origin_s_) / speed_) - host;
    if (ahead >= -kMostToCatchUp) return ahead;
    guest_origin_s_ = guest.seconds();
    host_origin_ = host;
    return Seconds{0};
}

}  // namespace k210::app
