// Batch normalisation and activation brought into a form that 32-bit vectors compute exactly, where that can be proved;
// elsewhere the fast kernel goes by kpu_activate().
#pragma once
#include <array>
#include <cstdint>
#include <optional>

#include "kpu/parameters.hpp"

namespace k210 {

// The activation for |v| <= kDomain: y = round(float(v' - x_start) * scale) + bias, v' being v clamped to
// [v_low, v_high], outside of which y does not change. Single precision is exact here: the difference and its product
// with the odd part of y_mul take at most 24 bits, and the rest of the scale is a power of two.
struct KpuFoldedActivation {
    static constexpr std::int64_t kDomain = std::int64_t{1} << 34;

    std::int32_t v_low, v_high;
    std::uint32_t segments;                                  // 1..16
    std::array<std::int32_t, kKpuActivationSegments> start;  // segment i > 0 begins above start[i]; ascending
    std::array<std::int32_t, kKpuActivationSegments> x_start, bias;
    std::array<float, kKpuActivationSegments> scale;
};
std::optional<KpuFoldedActivation> kpu_fold(const KpuActivation& activation);

// One channel's v = ((sum + constant clamped to [sum_low, sum_high]) * norm_mul >> norm_shift) + norm_add. The clamp
// only cuts off sums whose v lies outside [v_low, v_high], and leaves every v in 32 bits.
struct KpuFoldedChannel {
    std::int32_t constant;  // modulo 2^32: what is exact is the whole sum
    std::int32_t sum_low, sum_high;
    std::int32_t norm_mul, norm_add;
    std::uint8_t norm_shift;
};

// `low` and `high` bound the whole sum, `constant` included.
std::optional<KpuFoldedChannel> kpu_fold(const KpuBatchNorm& norm, const KpuFoldedActivation& activation,
                                         std::int64_t constant, std::int64_t low, std::int64_t high);

}  // namespace k210
