#include "app/limits.hpp"

#include <charconv>

#include <fmt/format.h>

#include "k210/base/error.hpp"

namespace k210::app {
namespace {

constexpr double kMostSeconds = 1e7;  // of guest time that 64 bits of picoseconds hold

}  // namespace

double parse_limit(std::string_view option, std::string_view text) {
    if (text == "none") return kNoLimit;
    double seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc{} || end != text.data() + text.size() || !(seconds >= 0 && seconds < kMostSeconds))
        throw InputError(
            fmt::format("{} {}: neither none nor a number of seconds from 0 (none) to 10 million", option, text));
    return seconds == 0 ? kNoLimit : seconds;
}

SimTime Limits::guest_deadline() const {
    if (guest_seconds == kNoLimit) return SimTime::never();
    return SimTime{static_cast<std::uint64_t>(guest_seconds * static_cast<double>(kPsPerSecond))};
}

Limits choose_limits(std::optional<double> timeout_s, std::optional<double> wall_timeout_s, bool somebody_there) {
    if (!timeout_s && !wall_timeout_s && !somebody_there)
        return {kDefaultTimeoutSeconds, kDefaultWallTimeoutSeconds, true};
    return {timeout_s.value_or(kNoLimit), wall_timeout_s.value_or(kNoLimit), false};
}

}  // namespace k210::app
