#include "app/limits.hpp"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "k210/base/error.hpp"

namespace k210::app {
namespace {

// NaN when it is no number.
double number_of(std::string_view text) {
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() ? number : std::nan("");
}

}  // namespace

double parse_limit(std::string_view option, std::string_view text) {
    if (text == "none") return kNoLimit;
    const double seconds = number_of(text);
    if (!(seconds >= 0 && seconds < kMostGuestSeconds))
        throw InputError(
            fmt::format("{} {}: neither none nor a number of seconds from 0 (none) to 10 million", option, text));
    return seconds == 0 ? kNoLimit : seconds;
}

double parse_seconds(std::string_view option, std::string_view text) {
    const double seconds = number_of(text);
    if (!(seconds > 0 && seconds < kMostGuestSeconds))
        throw InputError(fmt::format("{} {}: no number of seconds above 0 and below 10 million", option, text));
    return seconds;
}

SimTime Limits::guest_deadline() const {
    return guest_seconds == kNoLimit ? SimTime::never() : guest_time(guest_seconds);
}

Limits choose_limits(std::optional<double> timeout_s, std::optional<double> wall_timeout_s, bool somebody_there) {
    if (!timeout_s && !wall_timeout_s && !somebody_there)
        return {kDefaultTimeoutSeconds, kDefaultWallTimeoutSeconds, true};
    return {timeout_s.value_or(kNoLimit), wall_timeout_s.value_or(kNoLimit), false};
}

}  // namespace k210::app
