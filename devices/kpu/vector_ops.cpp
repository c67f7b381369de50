#include "kpu/vector_ops.hpp"

#include <vector>

#define HWY_WANT_AVX3_DL
#define HWY_DISABLED_TARGETS HWY_SSSE3  // no faster than the reference
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kpu/vector_ops.cpp"
#include <hwy/foreach_target.h>  // includes this file once per instruction set
#include <hwy/highway.h>

#ifndef K210_UNROLL  // sums live in registers only if every loop over them is unrolled
#ifdef __clang__
#define K210_UNROLL _Pragma("unroll")
#else
#define K210_UNROLL _Pragma("GCC unroll 8")
#endif
#endif

// Without vectors, or with some whose length the compiler does not know, the reference kernel has to do.
#if HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128 && !HWY_HAVE_SCALABLE
HWY_BEFORE_NAMESPACE();
namespace k210::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using Sums = hn::ScalableTag<std::int32_t>;
using Wide = hn::ScalableTag<std::int64_t>;
using WideBits = hn::ScalableTag<std::uint64_t>;
using Halfwords = hn::ScalableTag<std::int16_t>;
using Bytes = hn::ScalableTag<std::uint8_t>;
using FloatSums = hn::ScalableTag<float>;
using SumsVec = hn::Vec<Sums>;

#if HWY_TARGET == HWY_AVX3_DL
constexpr std::size_t kCellValues = 4;
#else
constexpr std::size_t kCellValues = 2;
#endif

// With 32 registers, eight rows of three vectors keep two multipliers busy; with 16, four rows of two.
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL || HWY_TARGET == HWY_NEON
constexpr std::size_t kRowsAtOnce = 8, kVectorsAtOnce = 3;
#else
constexpr std::size_t kRowsAtOnce = 4, kVectorsAtOnce = 2;
#endif

HWY_INLINE SumsVec dot(SumsVec sum, SumsVec cells, SumsVec weights) {
#if HWY_TARGET == HWY_AVX3_DL
    // Highway's target string leaves out avx512vnni, though it asks the CPU for it: hence no intrinsic.
    asm("vpdpbusd %2, %1, %0" : "+v"(sum.raw) : "v"(weights.raw), "v"(cells.raw));
    return sum;
#elif HWY_ARCH_X86
    SumsVec unused = sum;
    const Halfwords d;
    return hn::ReorderWidenMulAccumulate(Sums(), hn::BitCast(d, cells), hn::BitCast(d, weights), sum, unused);
#else
    // Elsewhere that operation adds other pairs than neighbours.
    const auto low = [](SumsVec v) { return hn::ShiftRight<16>(hn::ShiftLeft<16>(v)); };
    const auto high = [](SumsVec v) { return hn::ShiftRight<16>(v); };
    return hn::Add(sum, hn::Add(hn::Mul(low(cells), low(weights)), hn::Mul(high(cells), high(weights))));
#endif
}

template <std::size_t Rows, std::size_t Vectors>
HWY_INLINE void multiply_tile(const KpuProducts& p, std::size_t first_row, std::size_t pixel) {
    const Sums d;
    const std::size_t lanes = hn::Lanes(d);
    SumsVec sums[Rows][Vectors];
    K210_UNROLL
    for (std::size_t r = 0; r < Rows; ++r) K210_UNROLL
    for (std::size_t v = 0; v < Vectors; ++v) sums[r][v] = hn::Set(d, p.start[first_row + r]);

    const auto* weights = reinterpret_cast<const std::int32_t*>(p.weights) + first_row;
    const auto* cells = reinterpret_cast<const std::int32_t*>(p.cells) + pixel;
    for (const std::uint32_t offset : p.offsets) {
        SumsVec x[Vectors];
        K210_UNROLL
        for (std::size_t v = 0; v < Vectors; ++v) x[v] = hn::LoadU(d, cells + offset + v * lanes);
        K210_UNROLL
        for (std::size_t r = 0; r < Rows; ++r) {
            const SumsVec w = hn::Set(d, weights[r]);
            K210_UNROLL
            for (std::size_t v = 0; v < Vectors; ++v) sums[r][v] = dot(sums[r][v], x[v], w);
        }
        weights += p.packed_rows;
    }
    K210_UNROLL
    for (std::size_t r = 0; r < Rows; ++r) K210_UNROLL
    for (std::size_t v = 0; v < Vectors; ++v)
        hn::StoreU(sums[r][v], d, p.sums + (first_row + r) * p.sums_stride + pixel + v * lanes);
}

template <std::size_t Rows, std::size_t Vectors>
void multiply_rows(const KpuProducts& p, std::size_t first_row) {
    const std::size_t lanes = hn::Lanes(Sums());
    std::size_t pixel = 0;
    for (; pixel + (Vectors - 1) * lanes < p.pixels; pixel += Vectors * lanes)
        multiply_tile<Rows, Vectors>(p, first_row, pixel);
    for (; pixel < p.pixels; pixel += lanes) multiply_tile<Rows, 1>(p, first_row, pixel);
}

void multiply(const KpuProducts& p) {
    for (std::size_t row = 0; row < p.rows;) {
        const std::size_t left = p.rows - row;
        if (left > 4 && kRowsAtOnce == 8) {
            multiply_rows<kRowsAtOnce, kVectorsAtOnce>(p, row);
            row += 8;
        } else if (left > 2) {
            multiply_rows<4, kVectorsAtOnce>(p, row);
            row += 4;
        } else if (left == 2) {
            multiply_rows<2, 4>(p, row);
            row += 2;
        } else {
            multiply_rows<1, 4>(p, row);
            row += 1;
        }
    }
}

void pack(const std::array<const std::uint8_t*, 4>& planes, std::size_t pixels, std::uint32_t* cells) {
    const Bytes d;
    auto* to = reinterpret_cast<std::uint8_t*>(cells);
    for (std::size_t i = 0; i < pixels; i += hn::Lanes(d)) {
        const auto load = [&](std::size_t plane) { return hn::LoadU(d, planes[plane] + i); };
        if (kCellValues == 4) {
            const auto sign = hn::Set(d, 0x80);
            hn::StoreInterleaved4(hn::Xor(load(0), sign), hn::Xor(load(1), sign), hn::Xor(load(2), sign),
                                  hn::Xor(load(3), sign), d, to + i * 4);
        } else {
            hn::StoreInterleaved4(load(0), hn::Zero(d), load(1), hn::Zero(d), d, to + i * 4);
        }
    }
}

// The low words of v * factor >> shift, from 64-bit products; shift is below 32.
HWY_INLINE SumsVec multiply_shift(SumsVec v, SumsVec factor, int shift) {
    const Sums d;
    const WideBits bits;
    const auto even = hn::BitCast(bits, hn::MulEven(v, factor));
    const auto odd = hn::BitCast(bits, hn::MulEven(hn::BitCast(d, hn::ShiftRight<32>(hn::BitCast(bits, v))), factor));
    return hn::OddEven(hn::BitCast(d, hn::ShiftLeftSame(odd, 32 - shift)),
                       hn::BitCast(d, hn::ShiftRightSame(even, shift)));
}

void scale(const std::int32_t* sums, std::size_t pixels, std::int32_t factor, unsigned shift, std::int32_t* terms) {
    const Sums d;
    const SumsVec factors = hn::Set(d, factor);
    for (std::size_t i = 0; i < pixels; i += hn::Lanes(d))
        hn::StoreU(multiply_shift(hn::LoadU(d, sums + i), factors, static_cast<int>(shift)), d, terms + i);
}

// What the segments of `v` say. Out by reference: structures of vectors would go through memory in pieces.
HWY_INLINE void find_segment(const KpuFoldedActivation& a, SumsVec v, SumsVec& x_start, SumsVec& bias,
                             hn::Vec<FloatSums>& scales) {
    const Sums d;
    const FloatSums f;
    if (a.segments <= 4 || HWY_MAX_BYTES < 64) {
        for (std::uint32_t i = 1; i < a.segments; ++i) {
            const auto above = hn::Gt(v, hn::Set(d, a.start[i]));
            x_start = hn::IfThenElse(above, hn::Set(d, a.x_start[i]), x_start);
            bias = hn::IfThenElse(above, hn::Set(d, a.bias[i]), bias);
            scales = hn::IfThenElse(hn::RebindMask(f, above), hn::Set(f, a.scale[i]), scales);
        }
        return;
    }
#if HWY_MAX_BYTES == 64
    // The last segment that starts below v; the table ends in starts that no v is above.
    const SumsVec starts = hn::LoadU(d, a.start.data());
    SumsVec index = hn::Zero(d);
    for (const std::int32_t step : {8, 4, 2, 1}) {
        const SumsVec further = hn::Add(index, hn::Set(d, step));
        const SumsVec start = hn::TableLookupLanes(starts, hn::IndicesFromVec(d, further));
        index = hn::IfThenElse(hn::Gt(v, start), further, index);
    }
    const auto lanes = hn::IndicesFromVec(d, index);
    x_start = hn::TableLookupLanes(hn::LoadU(d, a.x_start.data()), lanes);
    bias = hn::TableLookupLanes(hn::LoadU(d, a.bias.data()), lanes);
    scales = hn::BitCast(f, hn::TableLookupLanes(hn::BitCast(d, hn::LoadU(f, a.scale.data())), lanes));
#endif
}

template <bool OneSegment>
HWY_INLINE void activate_by(const std::int32_t* sums, const std::int32_t* terms, std::size_t pixels,
                            const KpuFoldedChannel& channel, const KpuFoldedActivation& activation, std::uint8_t* out) {
    const Sums d;
    const FloatSums f;
    const hn::Rebind<std::uint8_t, Sums> bytes;
    const SumsVec constant = hn::Set(d, channel.constant);
    const SumsVec sum_low = hn::Set(d, channel.sum_low), sum_high = hn::Set(d, channel.sum_high);
    const SumsVec v_low = hn::Set(d, activation.v_low), v_high = hn::Set(d, activation.v_high);
    const SumsVec mul = hn::Set(d, channel.norm_mul), add = hn::Set(d, channel.norm_add);
    const SumsVec first_x_start = hn::Set(d, activation.x_start[0]), first_bias = hn::Set(d, activation.bias[0]);
    const auto first_scale = hn::Set(f, activation.scale[0]);
    const SumsVec zero = hn::Zero(d), most = hn::Set(d, 255);
    for (std::size_t i = 0; i < pixels; i += hn::Lanes(d)) {
        SumsVec sum = hn::Add(hn::LoadU(d, sums + i), constant);
        if (terms) sum = hn::Add(sum, hn::LoadU(d, terms + i));
        sum = hn::Min(hn::Max(sum, sum_low), sum_high);
        SumsVec v = hn::Add(multiply_shift(sum, mul, channel.norm_shift), add);
        v = hn::Min(hn::Max(v, v_low), v_high);
        SumsVec x_start = first_x_start, bias = first_bias;
        auto scales = first_scale;
        if (!OneSegment) find_segment(activation, v, x_start, bias, scales);
        const auto rise = hn::Mul(hn::ConvertTo(f, hn::Sub(v, x_start)), scales);
        const SumsVec y = hn::Add(hn::NearestInt(rise), bias);  // ties to even
        // Clamped here because narrowing goes by way of halfwords, and not all of those saturate.
        const SumsVec byte = hn::Min(hn::Max(y, zero), most);
        hn::StoreU(hn::DemoteTo(bytes, byte), bytes, out + i);
    }
}

void activate(const std::int32_t* sums, const std::int32_t* terms, std::size_t pixels, const KpuFoldedChannel& channel,
              const KpuFoldedActivation& activation, std::uint8_t* out) {
    if (activation.segments == 1)
        activate_by<true>(sums, terms, pixels, channel, activation, out);
    else
        activate_by<false>(sums, terms, pixels, channel, activation, out);
}

void max_2x2(const std::uint8_t* top, const std::uint8_t* bottom, std::size_t pooled, std::uint8_t* out) {
    const hn::Repartition<std::uint16_t, Bytes> pairs;
    const Bytes d;
    const hn::Rebind<std::uint8_t, decltype(pairs)> half;
    for (std::size_t i = 0; i < pooled; i += hn::Lanes(pairs)) {
        const auto rows = hn::BitCast(pairs, hn::Max(hn::LoadU(d, top + 2 * i), hn::LoadU(d, bottom + 2 * i)));
        const auto right = hn::ShiftRight<8>(rows);
        const auto best = hn::Max(hn::And(rows, hn::Set(pairs, 0xff)), right);
        hn::StoreU(hn::DemoteTo(half, hn::BitCast(hn::RebindToSigned<decltype(pairs)>(), best)), half, out + i);
    }
}

}  // namespace

#if HWY_TARGET == HWY_AVX3_DL
constexpr const char* kName = "AVX512_VNNI";
#elif HWY_TARGET == HWY_AVX3
constexpr const char* kName = "AVX512";
#else
const char* const kName = hwy::TargetName(HWY_TARGET);
#endif
extern const KpuVectorOps kOps;
const KpuVectorOps kOps{kName, kCellValues, pack, multiply, scale, activate, max_2x2};

}  // namespace k210::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif

#if HWY_ONCE
namespace k210 {

std::span<const KpuVectorOps* const> kpu_vector_ops() {
    static const std::vector<const KpuVectorOps*> runnable = [] {
        std::vector<const KpuVectorOps*> found;
        const std::int64_t supported = hwy::SupportedTargets();
        [[maybe_unused]] const auto offer = [&](std::int64_t target, const KpuVectorOps& ops) {
            if (supported & target) found.push_back(&ops);
        };
#if HWY_TARGETS & HWY_AVX3_DL
        offer(HWY_AVX3_DL, N_AVX3_DL::kOps);
#endif
#if HWY_TARGETS & HWY_AVX3
        offer(HWY_AVX3, N_AVX3::kOps);
#endif
#if HWY_TARGETS & HWY_AVX2
        offer(HWY_AVX2, N_AVX2::kOps);
#endif
#if HWY_TARGETS & HWY_SSE4
        offer(HWY_SSE4, N_SSE4::kOps);
#endif
#if HWY_TARGETS & HWY_NEON
        offer(HWY_NEON, N_NEON::kOps);
#endif
        return found;
    }();
    return runnable;
}

}  // namespace k210
#endif
