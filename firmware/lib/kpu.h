// Running convolution layers of one's own on the KPU, one at a time, with 8-bit weights.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum kpu_kernel { KPU_KERNEL_1X1 = 0, KPU_KERNEL_3X3 = 1 };
enum kpu_pool { KPU_POOL_NONE = 0, KPU_POOL_MAX_2X2 = 1 };

struct kpu_map {
    uint32_t line;  // where it begins in AI RAM
    uint32_t channels, width, height;
};

// Weights hold their value plus this, so that they can be negative.
enum { KPU_WEIGHT_ZERO = 128 };

// The sum over taps and input channels, times `multiply`, shifted right by `shift`, plus `add`.
struct kpu_norm {
    int32_t multiply, add;
    unsigned shift;  // at most 15
};
typedef uint64_t kpu_norm_block;  // one for every output channel

// An activation curve: straight lines between points that ascend in x; level to the left of the first and to the right
// of the last.
enum { KPU_CURVE_POINTS = 15 };
struct kpu_curve_point {
    int32_t x;
    uint8_t y;
};
struct kpu_activation_block {
    uint64_t segment[16];
    uint8_t bias[16];
};

// Blocks lie in DMA_BUFFERs: the KPU reads them by itself.
struct kpu_layer {
    struct kpu_map input, output;
    enum kpu_kernel kernel;
    enum kpu_pool pool;
    const volatile uint8_t* weights;  // [output channel][input channel][tap]
    const volatile kpu_norm_block* norm;
    const volatile struct kpu_activation_block* activation;
    volatile uint8_t* copy;  // if not null, a DMA_BUFFER that receives the output, plane after plane, as well
};

enum { KPU_LAYER_WORDS = 12 };

void kpu_init(void);                          // needs dma_init() where layers have a copy
void kpu_run(const struct kpu_layer* layer);  // sleeps until the output is complete

// The parts that only compute.
void kpu_norm_encode(volatile kpu_norm_block* block, const struct kpu_norm* norm);
void kpu_curve_encode(volatile struct kpu_activation_block* block, const struct kpu_curve_point* points,
                      unsigned count);
void kpu_layer_encode(const struct kpu_layer* layer, uint64_t words[KPU_LAYER_WORDS]);
uint32_t kpu_row_lines(const struct kpu_map* map);      // from one row to the next, in AI RAM lines
uint32_t kpu_channel_lines(const struct kpu_map* map);  // from one channel to the next, where they share no line
