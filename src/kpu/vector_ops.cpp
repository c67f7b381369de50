#include "kpu/vector_ops.hpp"

#include <bit>
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
#if HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128 && !HWY_HAVE_SCALABLE && HWY_HAVE_FLOAT64
#include "kpu/vector_activation-inl.hpp"
#include "kpu/vector_pool-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace k210::HWY_NAMESPACE {
namespace {

#if HWY_TARGET == HWY_AVX3_DL
constexpr std::size_t kCellValues = 4;
constexpr std::uint8_t kFlip = 0x80;
constexpr const char* kName = "AVX512_VNNI";
#else
constexpr std::size_t kCellValues = 2;
constexpr std::uint8_t kFlip = 0;
const char* const kName = HWY_TARGET == HWY_AVX3 ? "AVX512" : hwy::TargetName(HWY_TARGET);
#endif

// With 32 registers, eight rows of three vectors keep two multipliers busy; with 16, four rows of two.
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL || HWY_TARGET == HWY_NEON
constexpr std::size_t kRowsAtOnce = 8, kVectorsAtOnce = 3;
#else
constexpr std::size_t kRowsAtOnce = 4, kVectorsAtOnce = 2;
#endif

// sum + cells . weights in every lane.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V dot(D d, V sum, V cells, V weights) {
#if HWY_TARGET == HWY_AVX3_DL
    (void)d;
    // Highway's target string leaves out avx512vnni, though it asks the CPU for it: hence no intrinsic.
    asm("vpdpbusd %2, %1, %0" : "+v"(sum.raw) : "v"(weights.raw), "v"(cells.raw));
    return sum;
#elif HWY_ARCH_X86
    V unused = sum;
    const hn::Repartition<std::int16_t, D> d16;
    return hn::ReorderWidenMulAccumulate(d, hn::BitCast(d16, cells), hn::BitCast(d16, weights), sum, unused);
#else
    (void)d;
    // Elsewhere that operation adds other pairs than neighbours.
    const auto low = [](V v) { return hn::ShiftRight<16>(hn::ShiftLeft<16>(v)); };
    const auto high = [](V v) { return hn::ShiftRight<16>(v); };
    return hn::Add(sum, hn::Add(hn::Mul(low(cells), low(weights)), hn::Mul(high(cells), high(weights))));
#endif
}

// --- dense layers -------------------------------------------------------------------------------------------------

template <std::size_t Rows, std::size_t Vectors>
HWY_INLINE void multiply_tile(const KpuProducts& p, std::size_t first_row, std::size_t pixel) {
    const Sums d;
    const Floats f;
    const std::size_t lanes = hn::Lanes(d);
    SumsVec sums[Rows][Vectors];
    K210_UNROLL
    for (std::size_t v = 0; v < Vectors; ++v) {
        const SumsVec terms = p.terms ? hn::LoadU(d, p.terms + pixel + v * lanes) : hn::Zero(d);
        K210_UNROLL
        for (std::size_t r = 0; r < Rows; ++r) sums[r][v] = hn::Add(terms, hn::Set(d, p.start[first_row + r]));
    }

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
            for (std::size_t v = 0; v < Vectors; ++v) sums[r][v] = dot(d, sums[r][v], x[v], w);
        }
        weights += kKpuMaxRows;
    }

    const std::size_t at = first_row * kKpuSumsStride + pixel;
    if (!p.norms) {
        K210_UNROLL
        for (std::size_t r = 0; r < Rows; ++r) K210_UNROLL
        for (std::size_t v = 0; v < Vectors; ++v)
            hn::StoreU(sums[r][v], d, p.sums + at + r * kKpuSumsStride + v * lanes);
        return;
    }
    K210_UNROLL
    for (std::size_t r = 0; r < Rows; ++r) {
        const auto scale = hn::Set(f, p.norms[first_row + r].scale), offset = hn::Set(f, p.norms[first_row + r].offset);
        K210_UNROLL
        for (std::size_t v = 0; v < Vectors; ++v)
            hn::StoreU(hn::MulAdd(hn::ConvertTo(f, sums[r][v]), scale, offset), f,
                       p.values + at + r * kKpuSumsStride + v * lanes);
    }
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
    const RoundDownwards rounding;
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
        if (kCellValues == 4)
            hn::StoreInterleaved4(load(0), load(1), load(2), load(3), d, to + i * 4);
        else
            hn::StoreInterleaved4(load(0), hn::Zero(d), load(1), hn::Zero(d), d, to + i * 4);
    }
}

// --- depthwise layers ---------------------------------------------------------------------------------------------

// Cells of neighbouring pixels: of each pixel its own value and those of the pixels to its right. A row of a kernel
// takes kDepthwiseSteps of them.
#if HWY_TARGET == HWY_AVX3_DL
using Pixels = Sums;
constexpr std::size_t kDepthwiseSteps = 1;

HWY_INLINE hn::Vec<Pixels> neighbours(const std::uint8_t* pixels, std::size_t) {
    alignas(64) static constexpr std::uint8_t kOrder[64] = {
        0,  1,  2,  3,  1,  2,  3,  4,  2,  3,  4,  5,  3,  4,  5,  6,  4,  5,  6,  7,  5,  6,
        7,  8,  6,  7,  8,  9,  7,  8,  9,  10, 8,  9,  10, 11, 9,  10, 11, 12, 10, 11, 12, 13,
        11, 12, 13, 14, 12, 13, 14, 15, 13, 14, 15, 16, 14, 15, 16, 17, 15, 16, 17, 18};
    const __m512i bytes = _mm512_castsi256_si512(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(pixels)));
    return hn::Vec<Pixels>{_mm512_permutexvar_epi8(_mm512_load_si512(kOrder), bytes)};
}
#else
using Pixels = hn::CappedTag<std::int32_t, 8>;
constexpr std::size_t kDepthwiseSteps = 2;

HWY_INLINE hn::Vec<Pixels> neighbours(const std::uint8_t* pixels, std::size_t step) {
    alignas(32) static constexpr std::uint8_t kOrder[2][32] = {
        {0, 0x80, 1, 0x80, 1, 0x80, 2, 0x80, 2, 0x80, 3, 0x80, 3, 0x80, 4, 0x80,
         4, 0x80, 5, 0x80, 5, 0x80, 6, 0x80, 6, 0x80, 7, 0x80, 7, 0x80, 8, 0x80},
        {2, 0x80, 3, 0x80, 3, 0x80, 4, 0x80, 4, 0x80, 5, 0x80, 5, 0x80, 6,  0x80,
         6, 0x80, 7, 0x80, 7, 0x80, 8, 0x80, 8, 0x80, 9, 0x80, 9, 0x80, 10, 0x80}};
    const hn::Repartition<std::uint8_t, Pixels> d;
    return hn::BitCast(Pixels(), hn::TableLookupBytesOr0(hn::LoadDup128(d, pixels), hn::Load(d, kOrder[step])));
}
#endif

template <std::size_t Side, std::size_t WeightBytes>
HWY_INLINE void multiply_depthwise_by(const KpuDepthwiseProducts& p) {
    using V = hn::Vec<Pixels>;
    const Pixels d;
    const hn::Rebind<float, Pixels> f;
    V weights[WeightBytes][Side][kDepthwiseSteps], ones[kDepthwiseSteps];
    K210_UNROLL
    for (std::size_t b = 0; b < WeightBytes; ++b) K210_UNROLL
    for (std::size_t y = 0; y < Side; ++y) K210_UNROLL
    for (std::size_t s = 0; s < kDepthwiseSteps; ++s)
        weights[b][y][s] = hn::Set(d, static_cast<std::int32_t>(p.weights[(b * Side + y) * kDepthwiseSteps + s]));
    if (kCellValues == 4) {
        ones[0] = hn::Set(d, Side == 3 ? 0x01'01'01 : 0x01);
    } else {
        ones[0] = hn::Set(d, Side == 3 ? 0x1'0001 : 1);
        ones[kDepthwiseSteps - 1] = hn::Set(d, Side == 3 ? 1 : 0);
    }

    const std::int32_t origin_bits = std::bit_cast<std::int32_t>(kKpuOrigin);
    const V input_start = hn::Set(d, p.start[2]);
    const V value_start = hn::Set(
        d, static_cast<std::int32_t>(static_cast<std::uint32_t>(p.start[0]) - static_cast<std::uint32_t>(origin_bits)));
    const auto input_scale = hn::Set(f, p.input_scale), origin = hn::Set(f, kKpuOrigin);
    const KpuFloatNorm norm = p.norm ? *p.norm : KpuFloatNorm{};
    const auto scale = hn::Set(f, norm.scale), offset = hn::Set(f, norm.offset);
    for (std::size_t i = 0; i < p.pixels; i += hn::Lanes(d)) {
        V sums[WeightBytes], inputs = input_start;
        K210_UNROLL
        for (std::size_t b = 0; b < WeightBytes; ++b) sums[b] = p.norm ? value_start : hn::Set(d, p.start[b]);
        K210_UNROLL
        for (std::size_t y = 0; y < Side; ++y) K210_UNROLL
        for (std::size_t s = 0; s < kDepthwiseSteps; ++s) {
            const V x = neighbours(p.plane + y * p.row_stride + i, s);
            inputs = dot(d, inputs, x, ones[s]);
            K210_UNROLL
            for (std::size_t b = 0; b < WeightBytes; ++b) sums[b] = dot(d, sums[b], x, weights[b][y][s]);
        }
        if (p.norm) {
            const auto term = hn::MulAdd(hn::ConvertTo(f, inputs), input_scale, origin);
            const V sum = hn::Add(sums[0], hn::BitCast(d, term));
            hn::StoreU(hn::MulAdd(hn::ConvertTo(f, sum), scale, offset), f, p.values + i);
        } else {
            K210_UNROLL
            for (std::size_t b = 0; b < WeightBytes; ++b) hn::StoreU(sums[b], d, p.sums + b * kKpuSumsStride + i);
            hn::StoreU(inputs, d, p.sums + WeightBytes * kKpuSumsStride + i);
        }
    }
}

void multiply_depthwise(const KpuDepthwiseProducts& p) {
    const RoundDownwards rounding;
    const bool two_bytes = p.weight_bytes == 2;
    if (p.side == 1) return two_bytes ? multiply_depthwise_by<1, 2>(p) : multiply_depthwise_by<1, 1>(p);
    return two_bytes ? multiply_depthwise_by<3, 2>(p) : multiply_depthwise_by<3, 1>(p);
}

}  // namespace

extern const KpuVectorOps kOps;
const KpuVectorOps kOps{kName, kCellValues, kFlip,    copy_rows, pack, multiply, multiply_depthwise,
                        scale, normalise,   activate, pool};

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
