#include "operators.h"

// Nothing is known at compile time of what these are called with, as in a runtime that serves any model.
#define RUNTIME_OPERATOR __attribute__((noipa))

// The C library that the SDK's programs are linked with moves single bytes. `count` is not zero.
RUNTIME_OPERATOR static void move_bytes(volatile uint8_t* to, const uint8_t* from, size_t count) {
    size_t i = 0;
    do { to[i] = from[i]; } while (++i != count);
}

RUNTIME_OPERATOR void upload(const uint8_t* from, const struct kpu_map* to) {
    for (unsigned channel = 0; channel < to->channels; ++channel)
        for (unsigned y = 0; y < to->height; ++y) {
            move_bytes((volatile uint8_t*)kpu_map_row(to, channel, y), from, to->width);
            from += to->width;
        }
}

RUNTIME_OPERATOR void download(const struct kpu_map* from, uint8_t* to) {
    for (unsigned channel = 0; channel < from->channels; ++channel)
        for (unsigned y = 0; y < from->height; ++y) {
            const volatile uint8_t* row = kpu_map_row(from, channel, y);
            for (int x = 0; x < (int)from->width; ++x) *to++ = row[x];  // `to` might point to the width
        }
}

RUNTIME_OPERATOR void dequantize_v3(const uint8_t* from, float* to, size_t count, const struct dequantization* by) {
    const struct dequantization q = *by;
    for (size_t i = 0; i < count; ++i) *to++ = from[i] * q.scale + q.bias;
}

RUNTIME_OPERATOR void dequantize_v4(const uint8_t* restrict from, float* restrict to, size_t count,
                                    const struct dequantization* by) {
    const struct dequantization q = *by;
    for (size_t i = 0; i < count / 2; ++i) {  // two at once, so that neither waits for the other
        const float first = from[i * 2], second = from[i * 2 + 1];
        to[i * 2] = first * q.scale + q.bias;
        to[i * 2 + 1] = second * q.scale + q.bias;
    }
    if (count % 2 != 0) to[count - 1] = from[count - 1] * q.scale + q.bias;
}

// Called, not expanded, in programs that optimize for size.
RUNTIME_OPERATOR static int64_t shifted(int64_t value, uint8_t shift) {
    if (shift > 0) {
        value += 1ll << (shift - 1);
        value >>= shift;
    }
    return value;
}

static inline int32_t rescaled(int32_t value, int32_t multiplier, int32_t shift) {
    return (int32_t)shifted((int64_t)value * multiplier, (uint8_t)shift);
}

RUNTIME_OPERATOR void add_quantized(const uint8_t* a, const uint8_t* b, uint8_t* to, size_t count,
                                    const struct quantized_sum* as) {
    const struct quantized_sum q = *as;
    for (size_t i = 0; i < count; ++i) {
        const int32_t scaled_a = rescaled(a[i] + q.a.offset, q.a.multiplier, q.a.shift);
        const int32_t scaled_b = rescaled(b[i] + q.b.offset, q.b.multiplier, q.b.shift);
        const int32_t sum = rescaled(scaled_a + scaled_b, q.sum.multiplier, q.sum.shift) + q.sum.offset;
        to[i] = (uint8_t)(sum < 0 ? 0 : sum > 255 ? 255 : sum);
    }
}
