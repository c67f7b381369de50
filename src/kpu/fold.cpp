#include "kpu/fold.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "kpu/reference_kernel.hpp"

namespace k210 {
namespace {

constexpr std::int64_t kLimit = std::int64_t{1} << 30;       // of values that a segment can start or end at
constexpr std::int64_t kFloatWhole = std::int64_t{1} << 24;  // floats are exact up to it
constexpr std::int64_t kOrigin = static_cast<std::int64_t>(kKpuOrigin);
constexpr std::int64_t kOriginReach = std::int64_t{1} << 22;  // from the origin: the floats that are the whole numbers

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

// Whether y, left to itself, stays at the end of the byte that it has reached below `low` and above `high`.
bool saturates(const Piece& piece, std::int64_t low, std::int64_t high) {
    if (piece.flat()) return true;
    const bool rising = piece.segment.y_mul > 0;
    return value_of(piece, low) == (rising ? 0 : 255) && value_of(piece, high) == (rising ? 255 : 0);
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
    if (low < -kLimit || high > kLimit || low > high || (high - low) / 2 >= kFloatWhole) return {};
    // A flat end that its neighbour meets needs no piece of its own: the clamp makes it.
    if (pieces.size() > 1 && first.flat() && value_of(pieces[1], low) == first.segment.result_bias)
        pieces.erase(pieces.begin());
    if (pieces.size() > 1 && pieces.back().flat() &&
        value_of(pieces[pieces.size() - 2], high) == pieces.back().segment.result_bias)
        pieces.pop_back();

    KpuFoldedActivation folded{};
    folded.v_low = low;
    folded.v_high = high;
    folded.middle = low + (high - low) / 2;
    const std::int64_t origin = high - low < 2 * kOriginReach - 2 ? kOrigin : 0;
    const auto t_of = [&](std::int64_t v) { return static_cast<float>(origin + v - folded.middle); };
    folded.origin = static_cast<float>(origin);
    folded.t_low = t_of(low);
    folded.t_high = t_of(high);
    folded.clamp = pieces.size() > 1 || !saturates(pieces[0], low, high);
    folded.segments = static_cast<std::uint32_t>(pieces.size());
    folded.start.fill(std::numeric_limits<float>::infinity());
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        const KpuActivationSegment& s = pieces[i].segment;
        folded.bias[i] = s.result_bias;
        if (i > 0) folded.start[i] = t_of(pieces[i].start);
        if (pieces[i].flat()) continue;
        const std::int64_t from = i == 0 ? low : pieces[i].start;
        const std::int64_t to = i + 1 == pieces.size() ? high : pieces[i + 1].start;
        const std::int64_t reach = std::max(std::abs(from - s.x_start), std::abs(to - s.x_start));
        const std::int64_t factor = std::abs(std::int64_t{s.y_mul});
        const std::int64_t odd = factor >> std::countr_zero(static_cast<std::uint64_t>(factor));
        if (reach * odd > kFloatWhole || reach * factor >> s.shift_number >= kOriginReach) return {};
        if (std::abs(origin + s.x_start - folded.middle) > kFloatWhole) return {};
        folded.x_start[i] = t_of(s.x_start);
        folded.scale[i] = std::ldexp(static_cast<float>(s.y_mul), -s.shift_number);
    }
    if (pieces.size() > 2) folded.bins = kpu_find_bins(activation, low, high);
    return folded;
}

namespace {

// Fills in what single precision needs, if it does.
bool fold_single(const KpuBatchNorm& norm, const KpuFoldedActivation& activation, std::int64_t constant,
                 std::int64_t low, std::int64_t high, KpuFoldedChannel& folded) {
    if (activation.origin != kKpuOrigin) return false;
    const auto v_of = [&norm](std::int64_t sum) { return (sum * norm.norm_mul >> norm.norm_shift) + norm.norm_add; };
    const auto t_of = [&](std::int64_t v) { return kOrigin + v - activation.middle; };
    const auto [v_least, v_most] = std::minmax({v_of(low), v_of(high)});
    if (v_least == v_most || v_most <= activation.v_low || v_least >= activation.v_high) {  // one output for all sums
        folded.norm = {0, static_cast<float>(t_of(std::clamp(v_least, activation.v_low, activation.v_high)))};
        return true;
    }
    // The sums that matter: up to those whose v is just at or beyond the ends of what does. v runs down where norm_mul
    // is negative.
    const auto sum_of = [&norm](std::int64_t v) {
        return divide_down((v - norm.norm_add) * (std::int64_t{1} << norm.norm_shift), norm.norm_mul);
    };
    const bool rising = norm.norm_mul > 0;
    const std::int64_t first = std::clamp(sum_of(rising ? activation.v_low : activation.v_high), low, high);
    const std::int64_t last = std::clamp(sum_of(rising ? activation.v_high : activation.v_low) + 1, first, high);
    // Sums are counted from the middle of those, by a step that norm_shift leaves whole.
    const std::int64_t middle = (first + (last - first) / 2) >> norm.norm_shift << norm.norm_shift;
    if (last - middle > kFloatWhole || middle - first > kFloatWhole) return false;
    if (high - middle > std::numeric_limits<std::int32_t>::max() ||
        low - middle < std::numeric_limits<std::int32_t>::min())
        return false;

    const std::int64_t offset = t_of(v_of(middle));
    if (std::abs(offset) > kFloatWhole) return false;
    for (const std::int64_t sum : {first, last}) {
        const std::int64_t t = t_of(v_of(sum));
        if (t < kOrigin - kOriginReach || t >= kOrigin + kOriginReach) return false;
    }
    folded.start = static_cast<std::int32_t>(static_cast<std::uint32_t>(constant - middle));
    folded.norm = {std::ldexp(static_cast<float>(norm.norm_mul), -norm.norm_shift), static_cast<float>(offset)};
    if (activation.clamp) return true;
    // (t - x_start) * scale must not fall below -kKpuOrigin, from where on the order of floats is not that of their
    // bits any more.
    for (const std::int64_t sum : {low, high}) {
        const double t = static_cast<double>(sum - middle) * folded.norm.scale + static_cast<double>(offset);
        if ((t - activation.x_start[0]) * activation.scale[0] < -kKpuOrigin / 2) return false;
    }
    return true;
}

}  // namespace

std::optional<KpuFoldedChannel> kpu_fold(const KpuBatchNorm& norm, const KpuFoldedActivation& activation,
                                         std::int64_t constant, std::int64_t low, std::int64_t high) {
    constexpr std::int64_t kSumLimit = std::int64_t{1} << 39;
    if (low < -kSumLimit || high > kSumLimit) return {};
    const auto v_of = [&norm](std::int64_t sum) { return (sum * norm.norm_mul >> norm.norm_shift) + norm.norm_add; };
    const auto [v_low, v_high] = std::minmax({v_of(low), v_of(high)});
    if (v_low < -KpuFoldedActivation::kDomain || v_high > KpuFoldedActivation::kDomain) return {};

    KpuFoldedChannel folded{};
    folded.constant = static_cast<double>(constant);
    folded.scale = std::ldexp(static_cast<double>(norm.norm_mul), -norm.norm_shift);
    folded.offset = static_cast<double>(norm.norm_add - activation.middle);
    folded.single = fold_single(norm, activation, constant, low, high, folded);
    return folded;
}

}  // namespace k210
