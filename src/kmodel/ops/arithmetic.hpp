// The arithmetic that the operators of version 4 kmodels share, as a K210 does it: nncase v0.2.0-beta4
// src/common/include/kernels, runtime/runtime_op_utility.h [sdk], compiled for RISC-V. There the compiler fuses a
// product and the sum it goes into, integers wrap, and conversions to integers saturate.
#pragma once
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace k210::kmodel {

// Rounds once, on every host.
inline float fused_multiply_add(float a, float b, float sum) {
    return std::fma(a, b, sum);
}

struct Clamp {
    float low = std::numeric_limits<float>::lowest(), high = std::numeric_limits<float>::max();
    float operator()(float v) const { return v < low ? low : high < v ? high : v; }  // NaN stays
    bool operator==(const Clamp&) const = default;
};

// Which of two floats the runtime takes when they are equal or one is NaN.
inline float minimum(float a, float b) {
    return b < a ? b : a;
}
inline float maximum(float a, float b) {
    return a < b ? b : a;
}

// Functions of <cmath> in double precision, rounded: what hosts' own single precision functions return differs.
inline float exponential(float v) {
    return static_cast<float>(std::exp(static_cast<double>(v)));
}
inline float logarithm(float v) {
    return static_cast<float>(std::log(static_cast<double>(v)));
}
inline float sine(float v) {
    return static_cast<float>(std::sin(static_cast<double>(v)));
}
inline float cosine(float v) {
    return static_cast<float>(std::cos(static_cast<double>(v)));
}
inline float reciprocal_root(float v) {
    return 1.0f / std::sqrt(v);
}

// To a byte by way of fcvt.w.s, which takes NaN for the largest integer.
inline std::uint8_t to_byte(float rounded) {
    return static_cast<std::uint8_t>(rounded < 0 ? 0.0f : rounded < 255 ? rounded : 255.0f);
}
inline std::uint8_t to_byte(std::int32_t v) {
    return static_cast<std::uint8_t>(v < 0 ? 0 : v > 255 ? 255 : v);
}

inline std::int32_t wrapping_add(std::int32_t a, std::int32_t b) {
    return std::bit_cast<std::int32_t>(static_cast<std::uint32_t>(a) + static_cast<std::uint32_t>(b));
}
inline std::int32_t wrapping_subtract(std::int32_t a, std::int32_t b) {
    return std::bit_cast<std::int32_t>(static_cast<std::uint32_t>(a) - static_cast<std::uint32_t>(b));
}
inline std::int32_t wrapping_multiply(std::int32_t a, std::int32_t b) {
    return std::bit_cast<std::int32_t>(static_cast<std::uint32_t>(a) * static_cast<std::uint32_t>(b));
}
inline std::int32_t divide(std::int32_t a, std::int32_t b) {
    if (b == 0) return -1;
    return b == -1 ? wrapping_subtract(0, a) : a / b;
}

// Multiplies by mul / 2^shift, ties going up.
struct Scale {
    std::int32_t mul = 1;
    std::uint32_t shift = 0;  // below 64
    std::int32_t operator()(std::int32_t v) const {
        auto product = static_cast<std::uint64_t>(std::int64_t{v} * mul);
        if (shift > 0) product += std::uint64_t{1} << (shift - 1);
        return static_cast<std::int32_t>(std::bit_cast<std::int64_t>(product) >> shift);
    }
};

// From a sum of products to a quantized output.
struct Requantize {
    Scale scale;
    std::int32_t offset = 0;
    std::uint8_t operator()(std::int32_t sum) const { return to_byte(wrapping_add(scale(sum), offset)); }
};

}  // namespace k210::kmodel
