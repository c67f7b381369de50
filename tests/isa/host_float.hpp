// What floating-point instructions give, by the host's IEEE arithmetic and, where RISC-V adds rules, by those. The host
// must tell underflow after rounding, as RISC-V does and x86-64. [doc] RISC-V user-level ISA, chapters F and D
#pragma once
#include <bit>
#include <cfenv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace k210::isa {

enum Flag : unsigned { NX = 1, UF = 2, OF = 4, DZ = 8, NV = 16 };                 // in fflags
enum RoundingMode : unsigned { kRne = 0, kRtz, kRdn, kRup, kRmm, kDynamic = 7 };  // in frm and instructions

// A result and the exceptions that it raises.
struct Outcome {
    std::uint64_t bits;
    unsigned flags = 0;
    bool operator==(const Outcome&) const = default;
};

template <class T>
using BitsOf = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
template <class T>
T from_bits(std::uint64_t bits) {
    return std::bit_cast<T>(static_cast<BitsOf<T>>(bits));
}
template <class T>
std::uint64_t to_bits(T value) {
    return std::bit_cast<BitsOf<T>>(value);
}
template <class T>
constexpr std::uint64_t kCanonicalNan = sizeof(T) == 4 ? 0x7fc0'0000u : 0x7ff8'0000'0000'0000u;
template <class T>
constexpr std::uint64_t kSignBit = std::uint64_t{1} << (8 * sizeof(T) - 1);
template <class T>
constexpr std::uint64_t kQuietBit = std::uint64_t{1} << (std::numeric_limits<T>::digits - 2);

// By its bits, for the host's operations may change a NaN.
template <class T>
bool is_nan(std::uint64_t bits) {
    constexpr std::uint64_t infinity = (kCanonicalNan<T> | kQuietBit<T>)-kQuietBit<T>;
    return (bits & (kSignBit<T> - 1)) > infinity;
}
template <class T>
bool is_signalling(std::uint64_t bits) {
    return is_nan<T>(bits) && !(bits & kQuietBit<T>);
}

// The host's arithmetic in one of its rounding modes, its exceptions cleared before.
class HostRounding {
public:
    explicit HostRounding(int mode) {
        std::fegetenv(&before_);
        std::fesetround(mode);
        std::feclearexcept(FE_ALL_EXCEPT);
    }
    ~HostRounding() { std::fesetenv(&before_); }
    HostRounding(const HostRounding&) = delete;
    HostRounding& operator=(const HostRounding&) = delete;

    static unsigned flags() {
        const int host = std::fetestexcept(FE_ALL_EXCEPT);
        return (host & FE_INEXACT ? NX : 0u) | (host & FE_UNDERFLOW ? UF : 0u) | (host & FE_OVERFLOW ? OF : 0u) |
               (host & FE_DIVBYZERO ? DZ : 0u) | (host & FE_INVALID ? NV : 0u);
    }
    // Of all modes but kRmm, which hosts do not have.
    static int of(unsigned mode) {
        constexpr int kModes[] = {FE_TONEAREST, FE_TOWARDZERO, FE_DOWNWARD, FE_UPWARD};
        return kModes[mode];
    }

private:
    std::fenv_t before_{};
};

template <class T>
struct Operands {
    T a, b, c;
};

// Volatile, so that nothing is computed before the mode is set or after the flags are read.
template <class T, class Operation>
T compute(const Operands<T>& operands, Operation operation, int mode, unsigned& flags) {
    const HostRounding rounding(mode);
    const volatile T a = operands.a, b = operands.b, c = operands.c;
    const volatile T result = operation(T{a}, T{b}, T{c});
    flags = HostRounding::flags();
    return result;
}

static_assert(std::numeric_limits<long double>::digits >= 64);

// Ties away from zero, which hosts lack, differs from ties to even in ties only. Those are the results that `long
// double`, longer than T, has exactly, right between two neighbours.
template <class T, class Operation>
T compute_away(const Operands<T>& operands, Operation operation, unsigned& flags) {
    unsigned wide_flags = 0, ignored = 0;
    const T even = compute(operands, operation, FE_TONEAREST, flags);
    const long double exact =
        compute<long double>({operands.a, operands.b, operands.c}, operation, FE_TOWARDZERO, wide_flags);
    const T below = compute(operands, operation, FE_DOWNWARD, ignored);
    const T above = compute(operands, operation, FE_UPWARD, ignored);
    if (!std::isfinite(even) || !std::isfinite(below) || !std::isfinite(above) || wide_flags & NX) return even;
    const bool tie = below != above && exact - below == above - exact;
    if (!tie) return even;
    return std::fabs(below) > std::fabs(above) ? below : above;
}

// An operation that rounds, of up to three operands.
template <class T, class Operation>
Outcome rounded(const Operands<T>& operands, unsigned mode, Operation operation) {
    unsigned flags = 0;
    const T result = mode == kRmm ? compute_away(operands, operation, flags)
                                  : compute(operands, operation, HostRounding::of(mode), flags);
    return {std::isnan(result) ? kCanonicalNan<T> : to_bits(result), flags};
}

// --- conversions ---------------------------------------------------------------------------------------------------

inline long double to_integral(long double value, unsigned mode) {
    if (mode == kRmm) return std::round(value);
    const HostRounding rounding(HostRounding::of(mode));
    const volatile long double v = value;
    return std::nearbyint(v);
}

template <class Integer>
std::uint64_t extended(Integer value) {  // words are sign-extended, unsigned ones as well
    return static_cast<std::uint64_t>(std::int64_t{static_cast<std::make_signed_t<Integer>>(value)});
}

// What does not fit raises NV and is as near as can be; NaN is the largest. long double has every integer of 64 bits.
template <class T, class Integer>
Outcome to_integer(std::uint64_t bits, unsigned mode) {
    using Limits = std::numeric_limits<Integer>;
    if (is_nan<T>(bits)) return {extended(Limits::max()), NV};
    const long double value = from_bits<T>(bits), integral = to_integral(value, mode);
    if (integral < static_cast<long double>(Limits::min())) return {extended(Limits::min()), NV};
    if (integral > static_cast<long double>(Limits::max())) return {extended(Limits::max()), NV};
    return {extended(static_cast<Integer>(integral)), integral == value ? 0u : NX};
}

template <class T, class Integer>
Outcome from_integer(std::uint64_t bits, unsigned mode) {
    const auto integer = static_cast<Integer>(bits);
    unsigned flags = 0;
    const auto convert = [&](int host_mode) {
        const HostRounding rounding(host_mode);
        const volatile long double exact = static_cast<long double>(integer);
        const volatile T result = static_cast<T>(exact);
        flags = HostRounding::flags();
        return T{result};
    };
    if (mode != kRmm) return {to_bits(convert(HostRounding::of(mode))), flags};
    const T even = convert(FE_TONEAREST), below = convert(FE_DOWNWARD), above = convert(FE_UPWARD);
    const auto exact = static_cast<long double>(integer);
    const bool tie = below != above && exact - below == above - exact;
    return {to_bits(!tie ? even : std::fabs(below) > std::fabs(above) ? below : above), flags};
}

inline Outcome double_of_single(std::uint64_t bits) {
    if (is_nan<float>(bits)) return {kCanonicalNan<double>, is_signalling<float>(bits) ? NV : 0u};
    return {to_bits(static_cast<double>(from_bits<float>(bits)))};
}

inline Outcome single_of_double(std::uint64_t bits, unsigned mode) {
    if (is_nan<double>(bits)) return {kCanonicalNan<float>, is_signalling<double>(bits) ? NV : 0u};
    const auto value = from_bits<double>(bits);
    unsigned flags = 0;
    const auto convert = [&](int host_mode) {
        const HostRounding rounding(host_mode);
        const volatile double exact = value;
        const volatile float result = static_cast<float>(exact);
        flags = HostRounding::flags();
        return float{result};
    };
    if (mode != kRmm) return {to_bits(convert(HostRounding::of(mode))), flags};
    const float below = convert(FE_DOWNWARD), above = convert(FE_UPWARD), even = convert(FE_TONEAREST);
    const bool finite = std::isfinite(below) && std::isfinite(above);
    const bool tie = finite && below != above && value - double{below} == double{above} - value;
    return {to_bits(!tie ? even : std::fabs(below) > std::fabs(above) ? below : above), flags};
}

// --- what does not round -------------------------------------------------------------------------------------------

template <class T>
std::uint64_t class_of(std::uint64_t bits) {
    if (is_nan<T>(bits)) return is_signalling<T>(bits) ? 1u << 8 : 1u << 9;
    const bool negative = (bits & kSignBit<T>) != 0;
    switch (std::fpclassify(from_bits<T>(bits))) {
        case FP_INFINITE: return negative ? 1u << 0 : 1u << 7;
        case FP_ZERO: return negative ? 1u << 3 : 1u << 4;
        case FP_SUBNORMAL: return negative ? 1u << 2 : 1u << 5;
        default: return negative ? 1u << 1 : 1u << 6;
    }
}

// The lesser, or the greater. As version 2.2 of the F extension has it: a NaN gives way to what is none.
template <class T>
Outcome extreme(std::uint64_t a, std::uint64_t b, bool greatest) {
    const unsigned flags = is_signalling<T>(a) || is_signalling<T>(b) ? NV : 0u;
    if (is_nan<T>(a)) return {is_nan<T>(b) ? kCanonicalNan<T> : b, flags};
    if (is_nan<T>(b)) return {a, flags};
    const T x = from_bits<T>(a), y = from_bits<T>(b);
    const bool a_is_less = x < y || (x == y && std::signbit(x));  // -0 is less than +0
    return {a_is_less != greatest ? a : b};
}

enum class Comparison { equal, less, less_or_equal };

// feq raises NV for signalling NaNs only, the others for quiet ones as well.
template <class T>
Outcome compared(Comparison comparison, std::uint64_t a, std::uint64_t b) {
    const bool signalling = is_signalling<T>(a) || is_signalling<T>(b);
    if (is_nan<T>(a) || is_nan<T>(b)) return {0, signalling || comparison != Comparison::equal ? NV : 0u};
    const T x = from_bits<T>(a), y = from_bits<T>(b);
    return {comparison == Comparison::equal ? x == y : comparison == Comparison::less ? x < y : x <= y};
}

}  // namespace k210::isa
