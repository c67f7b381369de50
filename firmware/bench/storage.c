// Loads and stores, in a row and far apart.
#include "kernels.h"

enum { HALF_BYTES = KERNEL_MEMORY_BYTES / 2, WORDS = HALF_BYTES / 8, LINE_WORDS = 8, PAGE_WORDS = 512 };

uint64_t copy(void* memory, uint64_t round) {
    uint64_t* const from = memory;
    uint64_t* const to = from + WORDS;
    from[round % WORDS] = round;
    for (unsigned i = 0; i < WORDS; i += 4) {
        const uint64_t a = from[i], b = from[i + 1], c = from[i + 2], d = from[i + 3];
        to[i] = a;
        to[i + 1] = b;
        to[i + 2] = c;
        to[i + 3] = d;
    }
    const uint8_t* const bytes = memory;
    uint8_t* const shifted = (uint8_t*)to + 1;
    for (unsigned i = 0; i < 4096; ++i) shifted[i] = bytes[i];
    return to[round % WORDS];
}

uint64_t fill(void* memory, uint64_t round) {
    uint64_t* const words = memory;
    for (unsigned i = 0; i < 2 * WORDS; i += 4) words[i] = words[i + 1] = words[i + 2] = words[i + 3] = round;
    return words[WORDS];
}

uint64_t strided(void* memory, uint64_t round) {
    uint64_t* const words = memory;
    for (unsigned stride = LINE_WORDS; stride <= PAGE_WORDS; stride *= 4)
        for (unsigned start = 0; start < 16; ++start)
            for (unsigned i = start; i < 2 * WORDS; i += stride) words[i] += round;
    return words[LINE_WORDS] + words[PAGE_WORDS + 1];
}
