// Running convolution layers on the KPU, one at a time, given the twelve words that describe each.
#pragma once
#include <stdbool.h>
#include <stdint.h>

enum { KPU_LAYER_WORDS = 12 };

struct kpu_parameters {
    const volatile uint8_t *weights, *norm, *activation;  // in DMA_BUFFERs: the KPU reads them by itself
};

void kpu_init(bool eight_bit_weights);  // needs dma_init()

// Sleeps until the output is complete. It goes to AI RAM and, if `copy` is not null, to that DMA_BUFFER as well, plane
// after plane, by whole 64-bit words.
void kpu_run(const uint64_t words[KPU_LAYER_WORDS], const struct kpu_parameters* parameters, volatile uint8_t* copy);

// Where a layer's output lies in AI RAM.
struct kpu_map {
    uint32_t channels, width, height;
    uint32_t line, row_lines, channel_lines, groups;
};
struct kpu_map kpu_output(const uint64_t words[KPU_LAYER_WORDS]);
const volatile uint8_t* kpu_map_row(const struct kpu_map* map, unsigned channel, unsigned y);
