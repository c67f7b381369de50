// An activation of many segments as a table: its domain in equal bins, each with one line that gives the very bytes
// that the segments give. Where there is such a table, looking a bin up is quicker than looking for a segment.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "kpu/parameters.hpp"

namespace k210 {

// 1.5 * 2^23. Floats around it are the whole numbers: adding it rounds to one.
inline constexpr float kKpuOrigin = 12582912.0f;

inline constexpr std::size_t kKpuActivationBins = 32;

// For u = v - centre, in single precision and rounding to the nearest: y = round(u * slope[q] + intercept[q]), where
// q is the low bits of round(u * bins_per_unit). Ties round to even, or to odd.
struct KpuActivationBins {
    std::int64_t centre;
    float bins_per_unit;
    bool ties_to_odd;
    std::array<float, kKpuActivationBins> slope, intercept;
};

// For v from `low` to `high`. Nothing where no such table is found, or some u were no float.
std::optional<KpuActivationBins> kpu_find_bins(const KpuActivation& activation, std::int64_t low, std::int64_t high);

}  // namespace k210
