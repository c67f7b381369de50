// Units shared by every layer: the machine-wide timeline.
#pragma once
#include <compare>
#include <cstdint>
#include <limits>

namespace k210 {

inline constexpr std::uint64_t kPsPerSecond = 1'000'000'000'000;

// A point on the machine-wide timeline. Picoseconds: a 400 MHz cycle is exactly 2500 of
// them, and 64 bits last seven months of guest time.
struct SimTime {
    std::uint64_t ps = 0;

    auto operator<=>(const SimTime&) const = default;
    static constexpr SimTime never() { return {std::numeric_limits<std::uint64_t>::max()}; }
    constexpr double seconds() const { return static_cast<double>(ps) / static_cast<double>(kPsPerSecond); }
};

inline constexpr double kMostGuestSeconds = 1e7;  // that somebody may ask for: 64 bits of picoseconds hold them

// Rounded down. From 0 to kMostGuestSeconds.
constexpr SimTime guest_time(double seconds) {
    return {static_cast<std::uint64_t>(seconds * static_cast<double>(kPsPerSecond))};
}

// t + ps, saturating at never().
constexpr SimTime after(SimTime t, std::uint64_t ps) {
    return ps > SimTime::never().ps - t.ps ? SimTime::never() : SimTime{t.ps + ps};
}

constexpr std::uint64_t ps_from_us(std::uint64_t us) {
    return us * 1'000'000;
}

}  // namespace k210
