#include "fft/transform.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numbers>
#include <utility>

namespace k210 {
namespace {

constexpr unsigned kFactorBits = 15;

struct Factor {
    std::int64_t real, imag;
};

// exp(-2*pi*i*n/512)
const std::array<Factor, kMaxFftPoints / 2>& factors() {
    static const auto table = [] {
        std::array<Factor, kMaxFftPoints / 2> made{};
        for (std::size_t n = 0; n < made.size(); ++n) {
            const double angle = -2 * std::numbers::pi * static_cast<double>(n) / kMaxFftPoints;
            made[n] = {std::llround(std::cos(angle) * (1 << kFactorBits)),
                       std::llround(std::sin(angle) * (1 << kFactorBits))};
        }
        return made;
    }();
    return table;
}

std::int16_t rounded(std::int64_t value, unsigned bits) {
    return static_cast<std::int16_t>(
        std::clamp<std::int64_t>((value + (std::int64_t{1} << (bits - 1))) >> bits, INT16_MIN, INT16_MAX));
}

void reverse_order(std::span<ComplexInt16> points) {
    std::size_t reversed = 0;
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (reversed > i) std::swap(points[i], points[reversed]);
        std::size_t bit = points.size() / 2;
        for (; bit && reversed & bit; bit /= 2) reversed ^= bit;
        reversed |= bit;
    }
}

}  // namespace

void transform(std::span<ComplexInt16> points, bool forward, std::uint32_t shift) {
    reverse_order(points);
    const auto layers = static_cast<unsigned>(std::countr_zero(points.size()));
    for (unsigned layer = 0; layer < layers; ++layer) {
        const std::size_t half = std::size_t{1} << layer;
        const unsigned drop = kFactorBits + (shift >> layer & 1);
        for (std::size_t i = 0; i < half; ++i) {
            const Factor w = factors()[i * (kMaxFftPoints / 2 / half)];
            const std::int64_t w_imag = forward ? w.imag : -w.imag;
            for (std::size_t at = i; at < points.size(); at += 2 * half) {
                const ComplexInt16 a = points[at], b = points[at + half];
                const std::int64_t real = b.real * w.real - b.imag * w_imag, imag = b.real * w_imag + b.imag * w.real;
                const std::int64_t a_real = std::int64_t{a.real} * (1 << kFactorBits),
                                   a_imag = std::int64_t{a.imag} * (1 << kFactorBits);
                points[at] = {rounded(a_real + real, drop), rounded(a_imag + imag, drop)};
                points[at + half] = {rounded(a_real - real, drop), rounded(a_imag - imag, drop)};
            }
        }
    }
}

}  // namespace k210
