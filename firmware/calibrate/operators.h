// The loops that nncase's runtimes for the K210 spend their CPU time in, with the same accesses and the same arithmetic
// for each element as theirs: standalone-sdk@02576ba lib/drivers/kpu.c, nncase v0.2.0-beta4
// src/common/include/kernels. [sdk]
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "kpu.h"

// Rows of bytes between memory and AI RAM, through its uncached view: kernels/k210/k210_kernels.h:48-106.
void upload(const uint8_t* from, const struct kpu_map* to);
void download(const struct kpu_map* from, uint8_t* to);

// Bytes to floats, by a version 3 kmodel's runtime (kpu.c:1036-1049) and by a version 4 kmodel's
// (kernels/riscv/neutral_kernels.h:30-52).
struct dequantization {
    float scale, bias;
};
void dequantize_v3(const uint8_t* from, float* to, size_t count, const struct dequantization* by);
void dequantize_v4(const uint8_t* from, float* to, size_t count, const struct dequantization* by);

// Sums of bytes of different scales: kernels/neutral/neutral_kernels.h:73-95.
struct rescaling {
    int32_t offset, multiplier, shift;
};
struct quantized_sum {
    struct rescaling a, b, sum;  // the sum's offset is added last
};
void add_quantized(const uint8_t* a, const uint8_t* b, uint8_t* to, size_t count, const struct quantized_sum* as);
