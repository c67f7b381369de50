// What a benchmark is told from outside. The host finds the block in the image by its mark and fills in the rest; both
// sides include this.
#pragma once
#include <stdint.h>

#define BENCH_MARK "bench parameters"
enum { BENCH_MARK_BYTES = 16 };

enum bench_kernel {
    BENCH_CRC,
    BENCH_PARSE,
    BENCH_LIST,
    BENCH_SORT,
    BENCH_COPY,
    BENCH_FILL,
    BENCH_STRIDED,
    BENCH_MATRIX,
    BENCH_FFT,
    BENCH_KERNELS
};

struct bench_parameters {
    char mark[BENCH_MARK_BYTES];
    uint64_t kernel, rounds;
    uint64_t harts;        // that do this at once, each on memory of its own
    uint64_t exit_device;  // where a word ends the machine; 0: all harts wait for interrupts that are off
    uint64_t exit_word;
};
