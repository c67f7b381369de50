// When a run ends that does not end by itself.
#pragma once
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "k210/base/units.hpp"

namespace k210::app {

// Where nobody can end the run, and no limit was asked for. Guest time, so that runs end alike on every machine; real
// time for a guest whose clock hardly moves.
inline constexpr double kDefaultTimeoutSeconds = 30, kDefaultWallTimeoutSeconds = 600;

inline constexpr double kNoLimit = std::numeric_limits<double>::infinity();

// Seconds, or kNoLimit for "none" and 0. Throws InputError that names the option.
double parse_limit(std::string_view option, std::string_view text);

// Seconds above 0. Throws InputError that names the option.
double parse_seconds(std::string_view option, std::string_view text);

struct Limits {
    double guest_seconds = kNoLimit, wall_seconds = kNoLimit;
    bool by_default = false;  // nobody asked for them

    SimTime guest_deadline() const;
};

// `somebody_there`: at a terminal, a window, or the other end of a line.
Limits choose_limits(std::optional<double> timeout_s, std::optional<double> wall_timeout_s, bool somebody_there);

}  // namespace k210::app
