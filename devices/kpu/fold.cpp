#include "kpu/fold.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "kpu/reference_kernel.hpp"

namespace k210 {
namespace {

constexpr std::int64_t kLimit = std::int64_t{1} << 30;  // differences of such values fit 32 bits

std::int64_t divide_up(std::int64_t a, std::int64_t b) {
    return (a + b - 1) / b;
}

std::int64_t divide_down(std::int64_t a, std::int64_t b) {
    const std::int64_t quotient = a / b;
    return quotient - (a % b != 0 && (a < 0) != (b < 0));
}

struct Piece {
    std::int64_t start;  // above which it begins
    KpuActivationSegment segment;
    bool flat() const { return segment.y_mul == 0; }
};

// The segments that some |v| <= kDomain selects, ascending; of neighbours with the same constant only the first.
std::vector<Piece> reachable(const KpuActivation& activation) {
    std::vector<Piece> pieces;
    std::int64_t next = KpuFoldedActivation::kDomain;
    for (std::size_t i = activation.size(); i-- > 0;) {
        const bool bottom = i == 0 || activation[i].x_start < -KpuFoldedActivation::kDomain;
        if (bottom || activation[i].x_start < next) pieces.push_back({activation[i].x_start, activation[i]});
        if (bottom) break;
        next = std::min(next, activation[i].x_start);
    }
    std::ranges::reverse(pieces);
    std::vector<Piece> merged;
    for (const Piece& p : pieces) {
        const bool same = !merged.empty() && p.flat() && merged.back().flat() &&
                          p.segment.result_bias == merged.back().segment.result_bias;
        if (!same) merged.push_back(p);
    }
    return merged;
}

std::uint8_t value_of(const Piece& piece, std::int64_t v) {
    KpuActivation table;
    table.fill(piece.segment);
    return kpu_activate(table, {1, 0, 0}, v);
}

// How far from x_start a piece has certainly reached the end of the byte it runs towards.
std::int64_t run_out(const KpuActivationSegment& s, bool upwards) {
    const std::int64_t rise = upwards ? 255 - s.result_bias : s.result_bias;
    return divide_up(rise << s.shift_number, std::abs(std::int64_t{s.y_mul}));
}

}  // namespace

std::optional<KpuFoldedActivation> kpu_fold(const KpuActivation& activation) {
    std::vector<Piece> pieces = reachable(activation);
    for (const Piece& p : pieces)
        if (!p.flat() && (p.segment.shift_number > 30 || std::abs(p.segment.x_start) > kLimit)) return {};

    const Piece &first = pieces.front(), &last = pieces.back();
    // The first piece goes on downwards for ever, the last one upwards.
    std::int64_t low = pieces.size() > 1 ? pieces[1].start : 0;
    std::int64_t high = pieces.size() > 1 ? last.start + 1 : 0;
    if (!first.flat()) low = std::min(low, first.segment.x_start - run_out(first.segment, first.segment.y_mul < 0));
    if (!last.flat()) high = std::max(high, last.segment.x_start + run_out(last.segment, last.segment.y_mul > 0));
    if (pieces.size() == 1 && !first.flat()) {
        low = std::min(low, high);
        high = std::max(low, high);
    }
    if (low < -kLimit || high > kLimit || low > high) return {};
    // A flat end that its neighbour meets needs no piece of its own: the clamp makes it.
    if (pieces.size() > 1 && first.flat() && value_of(pieces[1], low) == first.segment.result_bias)
        pieces.erase(pieces.begin());
    if (pieces.size() > 1 && pieces.back().flat() &&
        value_of(pieces[pieces.size() - 2], high) == pieces.back().segment.result_bias)
        pieces.pop_back();

    KpuFoldedActivation folded{};
    folded.v_low = static_cast<std::int32_t>(low);
    folded.v_high = static_cast<std::int32_t>(high);
    folded.segments = static_cast<std::uint32_t>(pieces.size());
    folded.start.fill(std::numeric_limits<std::int32_t>::max());
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        const KpuActivationSegment& s = pieces[i].segment;
        folded.bias[i] = s.result_bias;
        if (i > 0) folded.start[i] = static_cast<std::int32_t>(pieces[i].start);
        if (pieces[i].flat()) continue;
        const std::int64_t from = i == 0 ? low : pieces[i].start;
        const std::int64_t to = i + 1 == pieces.size() ? high : pieces[i + 1].start;
        const std::int64_t reach = std::max(std::abs(from - s.x_start), std::abs(to - s.x_start));
        const std::int64_t factor = std::abs(std::int64_t{s.y_mul});
        const std::int64_t odd = factor >> std::countr_zero(static_cast<std::uint64_t>(factor));
        if (reach * odd > 1 << 24 || reach * factor >> s.shift_number >= kLimit) return {};
        folded.x_start[i] = static_cast<std::int32_t>(s.x_start);
        folded.scale[i] = std::ldexp(static_cast<float>(s.y_mul), -s.shift_number);
    }
    return folded;
}

std::optional<KpuFoldedChannel> kpu_fold(const KpuBatchNorm& norm, const KpuFoldedActivation& activation,
                                         std::int64_t constant, std::int64_t low, std::int64_t high) {
    if (low < std::numeric_limits<std::int32_t>::min() || high > std::numeric_limits<std::int32_t>::max()) return {};
    const auto v_of = [&norm](std::int64_t sum) { return (sum * norm.norm_mul >> norm.norm_shift) + norm.norm_add; };
    const auto [v_low, v_high] = std::minmax({v_of(low), v_of(high)});
    if (v_low < -KpuFoldedActivation::kDomain || v_high > KpuFoldedActivation::kDomain) return {};

    if (norm.norm_mul != 0) {
        // Sums whose v is just at or beyond the ends of what matters; v runs down where norm_mul is negative.
        const auto sum_of = [&norm](std::int64_t v) {
            const std::int64_t shifted = (v - norm.norm_add) * (std::int64_t{1} << norm.norm_shift);
            return divide_down(shifted, norm.norm_mul);
        };
        const bool rising = norm.norm_mul > 0;
        low = std::clamp(sum_of(rising ? activation.v_low : activation.v_high), low, high);
        high = std::clamp(sum_of(rising ? activation.v_high : activation.v_low) + 1, low, high);
    }
    for (const std::int64_t sum : {low, high})
        if (std::abs(v_of(sum)) > std::numeric_limits<std::int32_t>::max()) return {};
    return KpuFoldedChannel{static_cast<std::int32_t>(constant),
                            static_cast<std::int32_t>(low),
                            static_cast<std::int32_t>(high),
                            norm.norm_mul,
                            norm.norm_add,
                            norm.norm_shift};
}

}  // namespace k210
