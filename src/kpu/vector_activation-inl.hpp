// Batch normalisation and activation on vectors, for one instruction set at a time: see vector_ops.hpp and fold.hpp.
#if defined(K210_VECTOR_ACTIVATION_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef K210_VECTOR_ACTIVATION_INL
#undef K210_VECTOR_ACTIVATION_INL
#else
#define K210_VECTOR_ACTIVATION_INL
#endif
#undef K210_ACTIVATION_BINS

#include <bit>
#include <cfenv>

#include <hwy/highway.h>

#include "kpu/vector_ops.hpp"

HWY_BEFORE_NAMESPACE();
namespace k210::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using Sums = hn::ScalableTag<std::int32_t>;
using Floats = hn::ScalableTag<float>;
using Doubles = hn::ScalableTag<double>;
using Bytes = hn::ScalableTag<std::uint8_t>;
using SumsVec = hn::Vec<Sums>;
using FloatsVec = hn::Vec<Floats>;

// While it lives, floating point rounds downwards. Integers do not care.
class RoundDownwards {
public:
#if HWY_ARCH_X86
    RoundDownwards() : saved_(_mm_getcsr()) {
        _mm_setcsr((saved_ & ~unsigned{_MM_ROUND_MASK}) | _MM_ROUND_DOWN);
    }
    ~RoundDownwards() {
        _mm_setcsr(saved_);
    }
#else
    RoundDownwards() : saved_(static_cast<unsigned>(std::fegetround())) {
        std::fesetround(FE_DOWNWARD);
    }
    ~RoundDownwards() {
        std::fesetround(static_cast<int>(saved_));
    }
#endif
    RoundDownwards(const RoundDownwards&) = delete;
    RoundDownwards& operator=(const RoundDownwards&) = delete;

private:
    unsigned saved_;
};

void scale(const std::int32_t* sums, std::size_t pixels, std::int32_t factor, unsigned shift, std::int32_t* terms) {
    const Sums d;
    const hn::ScalableTag<std::uint64_t> wide;
    const SumsVec factors = hn::Set(d, factor);
    for (std::size_t i = 0; i < pixels; i += hn::Lanes(d)) {
        const SumsVec v = hn::LoadU(d, sums + i);
        const SumsVec odd_sums = hn::BitCast(d, hn::ShiftRight<32>(hn::BitCast(wide, v)));
        const auto even = hn::BitCast(wide, hn::MulEven(v, factors));
        const auto odd = hn::BitCast(wide, hn::MulEven(odd_sums, factors));
        const SumsVec term = hn::OddEven(hn::BitCast(d, hn::ShiftLeftSame(odd, 32 - static_cast<int>(shift))),
                                         hn::BitCast(d, hn::ShiftRightSame(even, static_cast<int>(shift))));
        hn::StoreU(term, d, terms + i);
    }
}

void normalise(const std::int32_t* low, const std::int32_t* high, const std::int32_t* inputs, double input_scale,
               std::size_t pixels, const KpuFoldedChannel& channel, const KpuFoldedActivation& activation,
               float* values) {
    const RoundDownwards rounding;
    const Doubles d;
    const hn::Rebind<std::int32_t, Doubles> d32;
    const hn::Rebind<float, Doubles> f;
    constexpr double kOrigin = 6755399441055744.0;  // 1.5 * 2^52: sums with it are whole numbers
    const auto origin = hn::Set(d, kOrigin), input_scales = hn::Set(d, input_scale);
    const auto constant = hn::Set(d, channel.constant), byte = hn::Set(d, 256.0);
    const auto factor = hn::Set(d, channel.scale), offset = hn::Set(d, channel.offset + kOrigin);
    const auto v_low = hn::Set(d, static_cast<double>(activation.v_low - activation.middle));
    const auto v_high = hn::Set(d, static_cast<double>(activation.v_high - activation.middle));
    const auto to = hn::Set(d, static_cast<double>(activation.origin));
    const auto load = [&](const std::int32_t* from) { return hn::PromoteTo(d, hn::LoadU(d32, from)); };
    for (std::size_t i = 0; i < pixels; i += hn::Lanes(d)) {
        auto sum = hn::Add(load(low + i), constant);
        if (high) sum = hn::MulAdd(load(high + i), byte, sum);
        if (inputs) sum = hn::Add(sum, hn::Sub(hn::MulAdd(load(inputs + i), input_scales, origin), origin));
        const auto v = hn::Sub(hn::MulAdd(sum, factor, offset), origin);
        const auto clamped = hn::Min(hn::Max(v, v_low), v_high);
        hn::StoreU(hn::DemoteTo(f, hn::Add(clamped, to)), f, values + i);
    }
}

// The bytes of four vectors, values beyond a byte clamped.
HWY_INLINE hn::Vec<Bytes> to_bytes(SumsVec a, SumsVec b, SumsVec c, SumsVec d) {
    const hn::ScalableTag<std::int16_t> d16;
    const auto first = hn::ReorderDemote2To(d16, a, b), second = hn::ReorderDemote2To(d16, c, d);
#if HWY_ARCH_X86 && HWY_MAX_BYTES == 16
    return hn::Vec<Bytes>{_mm_packus_epi16(first.raw, second.raw)};
#elif HWY_ARCH_X86  // packs within blocks of 128 bits
#if HWY_MAX_BYTES == 64
    alignas(64) static constexpr std::int32_t kOrder[16] = {0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15};
    const hn::Vec<Bytes> mixed{_mm512_packus_epi16(first.raw, second.raw)};
#else
    alignas(32) static constexpr std::int32_t kOrder[8] = {0, 4, 1, 5, 2, 6, 3, 7};
    const hn::Vec<Bytes> mixed{_mm256_packus_epi16(first.raw, second.raw)};
#endif
    const Sums d32;
    const auto ordered = hn::TableLookupLanes(hn::BitCast(d32, mixed), hn::SetTableIndices(d32, kOrder));
    return hn::BitCast(Bytes(), ordered);
#else
    const hn::Half<Bytes> half;
    return hn::Combine(Bytes(), hn::DemoteTo(half, second), hn::DemoteTo(half, first));
#endif
}

// The first `wanted` lanes.
template <class D>
HWY_INLINE void store_first(D d, hn::Vec<D> v, std::size_t wanted, std::uint8_t* to) {
    if (wanted >= hn::Lanes(d))
        hn::StoreU(v, d, to);
    else
        hn::BlendedStore(v, hn::FirstN(d, wanted), d, to);
}

// What the segment of `t` says. Out by reference: structures of vectors would go through memory in pieces.
HWY_INLINE void find_segment(const KpuFoldedActivation& a, FloatsVec t, FloatsVec& x_start, FloatsVec& scale,
                             SumsVec& bias) {
    const Sums d;
    const Floats f;
    if (a.segments <= 4 || HWY_MAX_BYTES < 64) {
        for (std::uint32_t i = 1; i < a.segments; ++i) {
            const auto above = hn::Gt(t, hn::Set(f, a.start[i]));
            x_start = hn::IfThenElse(above, hn::Set(f, a.x_start[i]), x_start);
            scale = hn::IfThenElse(above, hn::Set(f, a.scale[i]), scale);
            bias = hn::IfThenElse(hn::RebindMask(d, above), hn::Set(d, a.bias[i]), bias);
        }
        return;
    }
#if HWY_MAX_BYTES == 64
    // The last segment that starts below t; the table ends in starts that no t is above.
    const FloatsVec starts = hn::LoadU(f, a.start.data());
    SumsVec index = hn::Zero(d);
    for (const std::int32_t step : {8, 4, 2, 1}) {
        const SumsVec further = hn::Add(index, hn::Set(d, step));
        const FloatsVec start = hn::TableLookupLanes(starts, hn::IndicesFromVec(f, further));
        index = hn::IfThenElse(hn::RebindMask(d, hn::Gt(t, start)), further, index);
    }
    const auto lanes = hn::IndicesFromVec(f, index);
    x_start = hn::TableLookupLanes(hn::LoadU(f, a.x_start.data()), lanes);
    scale = hn::TableLookupLanes(hn::LoadU(f, a.scale.data()), lanes);
    bias = hn::TableLookupLanes(hn::LoadU(d, a.bias.data()), hn::IndicesFromVec(d, index));
#endif
}

template <bool OneSegment, bool Clamp>
HWY_INLINE void activate_by(const float* values, std::size_t pixels, const KpuFoldedActivation& a, std::uint8_t* out) {
    const Sums d;
    const Floats f;
    const std::size_t lanes = hn::Lanes(d);
    const FloatsVec low = hn::Set(f, a.t_low), high = hn::Set(f, a.t_high), origin = hn::Set(f, kKpuOrigin);
    const FloatsVec first_x_start = hn::Set(f, a.x_start[0]), first_scale = hn::Set(f, a.scale[0]);
    const SumsVec first_bias = hn::Set(d, a.bias[0]), origin_bits = hn::BitCast(d, origin);
    const SumsVec only_bias = hn::Sub(first_bias, origin_bits);
    for (std::size_t i = 0; i < pixels; i += 4 * lanes) {
        SumsVec y[4];
        K210_UNROLL
        for (std::size_t v = 0; v < 4; ++v) {
            FloatsVec t = hn::LoadU(f, values + i + v * lanes);
            if (Clamp) t = hn::Min(hn::Max(t, low), high);
            FloatsVec x_start = first_x_start, scale = first_scale;
            SumsVec bias = first_bias;
            if (!OneSegment) find_segment(a, t, x_start, scale, bias);
            // Rounds to the nearest whole number, ties to even, which then is the low half of the float.
            const FloatsVec rise = hn::MulAdd(hn::Sub(t, x_start), scale, origin);
            y[v] = hn::Add(hn::BitCast(d, rise), OneSegment ? only_bias : hn::Sub(bias, origin_bits));
        }
        store_first(Bytes(), to_bytes(y[0], y[1], y[2], y[3]), pixels - i, out + i);
    }
}

#if HWY_ARCH_X86 && HWY_MAX_BYTES >= 32
#define K210_ACTIVATION_BINS 1

// table[the low five bits of each index]
HWY_INLINE FloatsVec look_up(const std::array<float, kKpuActivationBins>& table, SumsVec index) {
#if HWY_MAX_BYTES == 64
    return FloatsVec{
        _mm512_permutex2var_ps(_mm512_loadu_ps(table.data()), index.raw, _mm512_loadu_ps(table.data() + 16))};
#else
    const auto eight = [&](std::size_t first) {
        return FloatsVec{_mm256_permutevar8x32_ps(_mm256_loadu_ps(&table[first]), index.raw)};
    };
    const Floats f;
    const auto bit3 = hn::MaskFromVec(hn::BitCast(f, hn::BroadcastSignBit(hn::ShiftLeft<28>(index))));
    const auto bit4 = hn::MaskFromVec(hn::BitCast(f, hn::BroadcastSignBit(hn::ShiftLeft<27>(index))));
    return hn::IfThenElse(bit4, hn::IfThenElse(bit3, eight(24), eight(16)), hn::IfThenElse(bit3, eight(8), eight(0)));
#endif
}

void activate_by_bins(const float* values, std::size_t pixels, const KpuFoldedActivation& a, std::uint8_t* out) {
    const Sums d;
    const Floats f;
    const std::size_t lanes = hn::Lanes(d);
    const FloatsVec low = hn::Set(f, a.t_low), high = hn::Set(f, a.t_high), origin = hn::Set(f, kKpuOrigin);
    const FloatsVec centre = hn::Set(f, a.origin + static_cast<float>(a.bins->centre - a.middle));
    const FloatsVec bins_per_unit = hn::Set(f, a.bins->bins_per_unit);
    const FloatsVec rounding = hn::Set(f, kKpuOrigin + (a.bins->ties_to_odd ? 1.0f : 0.0f));
    for (std::size_t i = 0; i < pixels; i += 4 * lanes) {
        SumsVec y[4];
        K210_UNROLL
        for (std::size_t v = 0; v < 4; ++v) {
            const FloatsVec t = hn::Min(hn::Max(hn::LoadU(f, values + i + v * lanes), low), high);
            const FloatsVec u = hn::Sub(t, centre);
            const SumsVec bin = hn::BitCast(d, hn::MulAdd(u, bins_per_unit, origin));
            const FloatsVec exact = hn::MulAdd(u, look_up(a.bins->slope, bin), look_up(a.bins->intercept, bin));
            y[v] = hn::Sub(hn::BitCast(d, hn::Add(exact, rounding)), hn::BitCast(d, rounding));
        }
        store_first(Bytes(), to_bytes(y[0], y[1], y[2], y[3]), pixels - i, out + i);
    }
}
#endif

void activate(const float* values, std::size_t pixels, const KpuFoldedActivation& activation, std::uint8_t* out) {
#ifdef K210_ACTIVATION_BINS
    if (activation.bins) return activate_by_bins(values, pixels, activation, out);
#endif
    if (activation.segments > 1) return activate_by<false, true>(values, pixels, activation, out);
    if (activation.clamp) return activate_by<true, true>(values, pixels, activation, out);
    return activate_by<true, false>(values, pixels, activation, out);
}

}  // namespace
}  // namespace k210::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
