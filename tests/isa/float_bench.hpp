// Floating-point instructions over operands that are corner cases, in every rounding mode.
#pragma once
#include <vector>

#include "isa/host_float.hpp"
#include "isa/isa_bench.hpp"

namespace k210::isa {

constexpr std::uint64_t kBoxed = 0xffff'ffff'0000'0000;  // a single in a register that is as wide as a double

enum class Width : std::uint8_t { single = 0, twin = 1 };  // as instructions encode it
constexpr const char* suffix(Width width) {
    return width == Width::single ? "_s" : "_d";
}

constexpr std::uint32_t float_op(unsigned f5, Width width, unsigned rm, unsigned rs2 = kRs2) {
    return rvasm::r_type(0x53, f5 << 2 | static_cast<unsigned>(width), rm, kRd, kRs1, rs2);
}

// Zeros, the smallest and largest subnormals and normals, values that tie, infinities, quiet and signalling NaN; each
// with both signs.
template <class T>
std::vector<std::uint64_t> corner_cases() {
    using Limits = std::numeric_limits<T>;
    const std::uint64_t one = to_bits(T{1}), infinity = to_bits(Limits::infinity());
    const std::uint64_t least_normal = to_bits(Limits::min());
    std::vector<std::uint64_t> found{
        0,
        1,                 // smallest subnormal
        least_normal / 2,  // a subnormal of one bit
        least_normal - 1,
        least_normal,
        least_normal + 1,
        one - 1,
        one,
        one + 1,
        to_bits(T{1.5}),
        to_bits(T{3}),
        to_bits(T{1} / T{10}),
        to_bits(Limits::epsilon() / 2),  // added to 1: a tie
        to_bits(Limits::epsilon() * T{.75}),
        to_bits(T{1} / Limits::epsilon()),
        to_bits(std::sqrt(Limits::max())),
        infinity - 1,
        infinity,
        kCanonicalNan<T>,
        kCanonicalNan<T> | 0x1234,  // with a payload
        infinity + 1,               // signalling
        infinity | kQuietBit<T> >> 1,
    };
    for (std::size_t i = 0, count = found.size(); i < count; ++i) found.push_back(found[i] | kSignBit<T>);
    return found;
}

template <class T>
constexpr std::uint64_t kBox = sizeof(T) == 4 ? kBoxed : 0;
template <class T>
constexpr std::uint64_t kMask = sizeof(T) == 4 ? ~kBoxed : ~0ull;

// The engine does not box singles (docs/fidelity.md), so the lower half is compared, and boxes are tested elsewhere.
template <class T>
Outcome float_outcome(const Row& row) {
    return {row.f & kMask<T>, static_cast<unsigned>(row.fflags)};
}
inline Outcome integer_outcome(const Row& row) {
    return {row.x, static_cast<unsigned>(row.fflags)};
}

inline std::ostream& operator<<(std::ostream& out, const Outcome& outcome) {
    return out << fmt::format("{:#x} with flags {:#x}", outcome.bits, outcome.flags);
}
inline std::string operands_of(const Row& row) {
    return fmt::format("a {:#x}, b {:#x}, c {:#x}, rounding mode {}", row.a, row.b, row.c, row.frm);
}

}  // namespace k210::isa
