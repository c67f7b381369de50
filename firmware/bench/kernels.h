// One round of each kernel: some 10,000 to 100,000 instructions on memory that the caller lends. The sum depends on
// all that was computed, so that nothing is optimised away.
#pragma once
#include <stdint.h>

enum { KERNEL_MEMORY_BYTES = 128 * 1024 };

uint64_t crc(void* memory, uint64_t round);
uint64_t parse(void* memory, uint64_t round);
uint64_t list(void* memory, uint64_t round);
uint64_t sort(void* memory, uint64_t round);
uint64_t copy(void* memory, uint64_t round);
uint64_t fill(void* memory, uint64_t round);
uint64_t strided(void* memory, uint64_t round);
uint64_t matrix(void* memory, uint64_t round);
uint64_t fft(void* memory, uint64_t round);

static inline uint32_t next_random(uint32_t* state) {
    *state = *state * 1664525 + 1013904223;  // [doc] Numerical Recipes' generator
    return *state >> 8;
}
