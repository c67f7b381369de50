// The FFT block's arithmetic: radix 2, 16 bits, a shift that each layer may do.
// [assumed], all but what a shift is for: decimation in time, so that the first layer joins points half the sequence
// apart; factors of 15 bits behind the point, one itself included; a layer rounds once, halves upwards, and saturates.
// A backward transform divides by nothing but its shifts. [sdk] kendryte-standalone-demo fft_test/main.c: nine shifts
// undo a forward transform of 512 points.
#pragma once
#include <cstdint>
#include <span>

namespace k210 {

struct ComplexInt16 {
    std::int16_t real = 0, imag = 0;
    bool operator==(const ComplexInt16&) const = default;
};

inline constexpr unsigned kMaxFftPoints = 512;

// In place; 2 to 512 points, a power of two. Forward: exp(-2*pi*i*k*n/N). Bit n of `shift` halves what the n-th layer
// gives; layers count from the first one that is done, whatever the number of points.
void transform(std::span<ComplexInt16> points, bool forward, std::uint32_t shift);

}  // namespace k210
