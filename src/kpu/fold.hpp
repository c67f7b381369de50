// Batch normalisation and activation in a form that floats compute exactly, where that can be proved; elsewhere the
// fast kernel goes by kpu_activate().
//
// A value v of the activation's domain travels as the float t = origin + v - middle. With kKpuOrigin as the origin, t
// is in [2^23, 2^24), where floats are the whole numbers: rounding a product downwards to one is the shift of batch
// normalisation, and rounding to the nearest, ties to even, is the rounding of the activation. Sums and values outside
// the range in which the output changes may come out inexact: the calculation is monotone, so they stay outside.
#pragma once
#include <array>
#include <cstdint>
#include <optional>

#include "kpu/activation_bins.hpp"
#include "kpu/parameters.hpp"

namespace k210 {

// y = round((t - x_start) * scale) + bias clamped to 0..255, by the last segment with start < t. The difference and
// its product with the odd part of y_mul take at most 24 bits, and the rest of the scale is a power of two.
struct KpuFoldedActivation {
    static constexpr std::int64_t kDomain = std::int64_t{1} << 34;  // of v, which it is made for

    std::int64_t v_low, v_high;  // outside of which the output does not change
    std::int64_t middle;         // of those
    float origin;                // kKpuOrigin; 0 for ranges that are wider than 2^23
    float t_low, t_high;
    bool clamp;  // t to [t_low, t_high], because y would go on changing outside

    std::uint32_t segments;                           // 1..16
    std::array<float, kKpuActivationSegments> start;  // of segments after the first; ascending, then infinite
    std::array<float, kKpuActivationSegments> x_start;
    std::array<float, kKpuActivationSegments> scale;
    std::array<std::int32_t, kKpuActivationSegments> bias;
    std::optional<KpuActivationBins> bins;  // where there are many segments
};
std::optional<KpuFoldedActivation> kpu_fold(const KpuActivation& activation);

// t = (sum + start) * scale + offset in single precision, rounded downwards.
struct KpuFloatNorm {
    float scale, offset;
};
// One channel. With all sums of products below 2^38, double precision always does:
// t = (sum + constant) * scale + offset rounded downwards to a whole number, plus the origin.
struct KpuFoldedChannel {
    double constant, scale, offset;
    bool single;  // single precision does as well
    KpuFloatNorm norm;
    std::int32_t start;  // modulo 2^32: sum + start fits 32 bits
};

// `low` and `high` bound the whole sum, `constant` included.
std::optional<KpuFoldedChannel> kpu_fold(const KpuBatchNorm& norm, const KpuFoldedActivation& activation,
                                         std::int64_t constant, std::int64_t low, std::int64_t high);

}  // namespace k210
