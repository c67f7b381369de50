#include "exponential.h"

#include <stdint.h>

// x = n ln 2 + r with r within half of ln 2: e^r by its series, 2^n by the exponent's bits.
float exponential(float x) {
    const float ln2 = 0.69314718f;
    if (x < -87) return 0;
    if (x > 88) x = 88;
    const int n = (int)(x / ln2 + (x < 0 ? -0.5f : 0.5f));
    const float r = x - (float)n * ln2;
    const float series = 1 + r * (1 + r / 2 * (1 + r / 3 * (1 + r / 4 * (1 + r / 5 * (1 + r / 6)))));
    const union {
        uint32_t bits;
        float value;
    } power = {.bits = (uint32_t)(127 + n) << 23};
    return series * power.value;
}
