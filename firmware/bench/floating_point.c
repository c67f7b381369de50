// Float matrices and a double Fourier transform.
#include "kernels.h"

enum { SIDE = 24 };

uint64_t matrix(void* memory, uint64_t round) {
    float(*const a)[SIDE] = memory;
    float(*const b)[SIDE] = a + SIDE;
    float(*const c)[SIDE] = b + SIDE;
    for (unsigned y = 0; y < SIDE; ++y)
        for (unsigned x = 0; x < SIDE; ++x) {
            a[y][x] = (float)(y * x + round % 7);
            b[y][x] = 1.0f / (float)(1 + y + x);
        }
    for (unsigned y = 0; y < SIDE; ++y)
        for (unsigned x = 0; x < SIDE; ++x) {
            float sum = 0;
            for (unsigned i = 0; i < SIDE; ++i) sum += a[y][i] * b[i][x];
            c[y][x] = sum;
        }
    return (uint64_t)(c[SIDE - 1][SIDE - 1] + c[1][2]);
}

enum { POINTS = 256 };
struct complex {
    double re, im;
};

static struct complex times(struct complex a, struct complex b) {
    return (struct complex){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

static void reverse_bits(struct complex* at) {
    for (unsigned i = 1, j = 0; i < POINTS; ++i) {
        unsigned bit = POINTS / 2;
        for (; j & bit; bit /= 2) j ^= bit;
        j ^= bit;
        if (i >= j) continue;
        const struct complex other = at[i];
        at[i] = at[j];
        at[j] = other;
    }
}

// cos and sin of the angle between two neighbours of 2, 4, 8 ... 256 points on a circle.
static const struct complex kTurns[] = {
    {-1, 0},
    {0, -1},
    {0.70710678118654752, -0.70710678118654752},
    {0.92387953251128674, -0.38268343236508977},
    {0.98078528040323044, -0.19509032201612827},
    {0.99518472667219689, -0.09801714032956060},
    {0.99879545620517239, -0.04906767432741802},
    {0.99969881869620422, -0.02454122852291229},
};

uint64_t fft(void* memory, uint64_t round) {
    struct complex* const at = memory;
    for (unsigned i = 0; i < POINTS; ++i) at[i] = (struct complex){(double)((i * i + round) % 101), 0};
    reverse_bits(at);
    const struct complex* turn = kTurns;
    for (unsigned half = 1; half < POINTS; half *= 2, ++turn) {
        struct complex factor = {1, 0};
        for (unsigned k = 0; k < half; ++k, factor = times(factor, *turn))
            for (unsigned i = k; i < POINTS; i += 2 * half) {
                const struct complex odd = times(at[i + half], factor), even = at[i];
                at[i] = (struct complex){even.re + odd.re, even.im + odd.im};
                at[i + half] = (struct complex){even.re - odd.re, even.im - odd.im};
            }
    }
    return (uint64_t)at[0].re;
}
