// Rows of bytes copied and pooled on vectors, for one instruction set at a time: see vector_ops.hpp.
#if defined(K210_VECTOR_POOL_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef K210_VECTOR_POOL_INL
#undef K210_VECTOR_POOL_INL
#else
#define K210_VECTOR_POOL_INL
#endif

#include <hwy/highway.h>

#include "kpu/vector_activation-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace k210::HWY_NAMESPACE {
namespace {

using Pairs = hn::Repartition<std::uint16_t, Bytes>;
using Quads = hn::Repartition<std::uint32_t, Bytes>;
using BytesVec = hn::Vec<Bytes>;
using PairsVec = hn::Vec<Pairs>;
using QuadsVec = hn::Vec<Quads>;

// How many of a row's bytes from x on may be stored: rows may run over into the next one, the last may not.
HWY_INLINE std::size_t wanted_bytes(std::size_t width, std::size_t x, bool last_row) {
    return last_row ? width - x : std::size_t{HWY_MAX_BYTES};
}

template <class D>
HWY_INLINE void copy_rows_by(D d, const std::uint8_t* from, std::size_t from_stride, std::uint8_t* to,
                             std::size_t to_stride, std::size_t width, std::size_t rows, std::uint8_t flip) {
    const auto flips = hn::Set(d, flip);
    for (std::size_t y = 0; y < rows; ++y, from += from_stride, to += to_stride)
        for (std::size_t x = 0; x < width; x += hn::Lanes(d))
            store_first(d, hn::Xor(hn::LoadU(d, from + x), flips), wanted_bytes(width, x, y + 1 == rows), to + x);
}

void copy_rows(const std::uint8_t* from, std::size_t from_stride, std::uint8_t* to, std::size_t to_stride,
               std::size_t width, std::size_t rows, std::uint8_t flip) {
    if (width <= 16)
        return copy_rows_by(hn::CappedTag<std::uint8_t, 16>(), from, from_stride, to, to_stride, width, rows, flip);
    if (width <= 32)
        return copy_rows_by(hn::CappedTag<std::uint8_t, 32>(), from, from_stride, to, to_stride, width, rows, flip);
    return copy_rows_by(Bytes(), from, from_stride, to, to_stride, width, rows, flip);
}

HWY_INLINE PairsVec left(BytesVec v) {
    return hn::And(hn::BitCast(Pairs(), v), hn::Set(Pairs(), 0xff));
}
HWY_INLINE PairsVec right(BytesVec v) {
    return hn::ShiftRight<8>(hn::BitCast(Pairs(), v));
}
HWY_INLINE PairsVec pair_sum(BytesVec v) {
    return hn::Add(left(v), right(v));
}
HWY_INLINE PairsVec pair_max(BytesVec v) {
    return hn::Max(left(v), right(v));
}
HWY_INLINE QuadsVec low_half(PairsVec v) {
    return hn::And(hn::BitCast(Quads(), v), hn::Set(Quads(), 0xffff));
}
HWY_INLINE QuadsVec high_half(PairsVec v) {
    return hn::ShiftRight<16>(hn::BitCast(Quads(), v));
}

HWY_INLINE void store(PairsVec v, std::size_t wanted, std::uint8_t* to) {
    const hn::Rebind<std::uint8_t, Pairs> d;
    store_first(d, hn::DemoteTo(d, hn::BitCast(hn::RebindToSigned<Pairs>(), v)), wanted, to);
}
HWY_INLINE void store(QuadsVec v, std::size_t wanted, std::uint8_t* to) {
    const hn::Rebind<std::uint8_t, Quads> d;
    store_first(d, hn::DemoteTo(d, hn::BitCast(hn::RebindToSigned<Quads>(), v)), wanted, to);
}
HWY_INLINE void store(BytesVec v, std::size_t wanted, std::uint8_t* to) {
    store_first(Bytes(), v, wanted, to);
}

// Calls `window(loads)` for a vector of windows at a time; loads(y, x) is the y'th row of each, shifted by x.
template <std::size_t Stride, class Window>
HWY_INLINE void for_windows(const std::uint8_t* plane, std::size_t row_stride, std::uint8_t* pooled,
                            std::size_t pooled_width, std::size_t pooled_height, Window window) {
    const Bytes d;
    for (std::size_t y = 0; y < pooled_height; ++y, plane += Stride * row_stride, pooled += pooled_width)
        for (std::size_t x = 0; x < pooled_width; x += hn::Lanes(d) / Stride) {
            const auto load = [&](std::size_t dy, std::size_t dx) {
                return hn::LoadU(d, plane + dy * row_stride + x * Stride + dx);
            };
            store(window(load), wanted_bytes(pooled_width, x, y + 1 == pooled_height), pooled + x);
        }
}

void pool(KpuPool kind, const std::uint8_t* plane, std::size_t row_stride, std::uint8_t* pooled,
          std::size_t pooled_width, std::size_t pooled_height) {
    const auto windows_of = [&](auto stride, auto window) {
        for_windows<decltype(stride)::value>(plane, row_stride, pooled, pooled_width, pooled_height, window);
    };
    constexpr std::integral_constant<std::size_t, 1> one;
    constexpr std::integral_constant<std::size_t, 2> two;
    constexpr std::integral_constant<std::size_t, 4> four;
    switch (kind) {
        case KpuPool::bypass: return copy_rows(plane, row_stride, pooled, pooled_width, pooled_width, pooled_height, 0);
        case KpuPool::max_2_s2:
            return windows_of(two, [](auto at) HWY_ATTR { return pair_max(hn::Max(at(0, 0), at(1, 0))); });
        case KpuPool::mean_2_s2:
            return windows_of(two, [](auto at) HWY_ATTR {
                return hn::ShiftRight<2>(hn::Add(pair_sum(at(0, 0)), pair_sum(at(1, 0))));
            });
        case KpuPool::max_4_s4:
            return windows_of(four, [](auto at) HWY_ATTR {
                const PairsVec pairs = pair_max(hn::Max(hn::Max(at(0, 0), at(1, 0)), hn::Max(at(2, 0), at(3, 0))));
                return hn::Max(low_half(pairs), high_half(pairs));
            });
        case KpuPool::mean_4_s4:
            return windows_of(four, [](auto at) HWY_ATTR {
                const PairsVec pairs = hn::Add(hn::Add(pair_sum(at(0, 0)), pair_sum(at(1, 0))),
                                               hn::Add(pair_sum(at(2, 0)), pair_sum(at(3, 0))));
                return hn::ShiftRight<4>(hn::Add(low_half(pairs), high_half(pairs)));
            });
        case KpuPool::left_top_2_s2: return windows_of(two, [](auto at) HWY_ATTR { return left(at(0, 0)); });
        case KpuPool::right_top_2_s2: return windows_of(two, [](auto at) HWY_ATTR { return right(at(0, 0)); });
        case KpuPool::left_top_4_s4: return windows_of(four, [](auto at) HWY_ATTR { return low_half(left(at(0, 0))); });
        case KpuPool::mean_2_s1:
            return windows_of(one, [](auto at) HWY_ATTR {
                const BytesVec a = at(0, 0), b = at(0, 1), c = at(1, 0), d = at(1, 1);
                const PairsVec lefts = hn::Add(hn::Add(left(a), left(b)), hn::Add(left(c), left(d)));
                const PairsVec rights = hn::Add(hn::Add(right(a), right(b)), hn::Add(right(c), right(d)));
                const PairsVec means = hn::Or(hn::ShiftRight<2>(lefts), hn::ShiftLeft<8>(hn::ShiftRight<2>(rights)));
                return hn::BitCast(Bytes(), means);
            });
        case KpuPool::max_2_s1:
            return windows_of(one, [](auto at) HWY_ATTR {
                return hn::Max(hn::Max(at(0, 0), at(0, 1)), hn::Max(at(1, 0), at(1, 1)));
            });
    }
}

}  // namespace
}  // namespace k210::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
