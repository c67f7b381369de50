// Layer words and parameter blocks: standalone-sdk@02576ba lib/drivers/include/kpu.h:31-248 [sdk]. How a compiler fills
// them, and the arithmetic: nncase v0.2.0-beta4 src/codegen/ops/k210/k210_ops.cpp:84-162,
// src/common/include/kernels/k210/k210_kernels.h:108-190, k210_runtime_op_utility.h:31-56. [sdk]
#include "kpu.h"

enum { WEIGHT_BUFFER_BYTES = 30 * 1024, BURST = 15, CURVE_SEGMENTS = 16, SEGMENT_MAX_SHIFT = 20 };

struct packing {
    uint32_t row_lines, channel_lines, groups;
};

// Up to four narrow channels share AI RAM's 64-byte lines.
static struct packing pack(const struct kpu_map* map) {
    const uint32_t groups = map->width <= 16 ? 4 : map->width <= 32 ? 2 : 1;
    const uint32_t row_lines = (map->width + 63) / 64;
    return (struct packing){row_lines, row_lines * map->height, groups};
}

uint32_t kpu_row_lines(const struct kpu_map* map) {
    return pack(map).row_lines;
}

uint32_t kpu_channel_lines(const struct kpu_map* map) {
    return pack(map).channel_lines;
}

static uint64_t field(int64_t value, unsigned low, unsigned width) {
    return ((uint64_t)value & ((1ull << width) - 1)) << low;
}

// The KPU reads memory through the uncached alias.
static uint64_t parameter_address(const volatile void* block) {
    return field((int64_t)(((uintptr_t)block & 0x3fffffff) | 0x40000000), 32, 32);
}

void kpu_layer_encode(const struct kpu_layer* layer, uint64_t words[KPU_LAYER_WORDS]) {
    const struct kpu_map *in = &layer->input, *out = &layer->output;
    const struct packing in_packing = pack(in), out_packing = pack(out);
    const uint32_t taps = layer->kernel == KPU_KERNEL_3X3 ? 9 : 1;
    const uint32_t weights_per_output = in->channels * taps;
    const uint32_t fitting = WEIGHT_BUFFER_BYTES / weights_per_output;
    const uint32_t outputs_per_load = fitting < out->channels ? fitting : out->channels;
    const uint32_t loads = (out->channels + outputs_per_load - 1) / outputs_per_load;
    const uint32_t plane = out->width * out->height;

    words[0] = field(layer->copy == NULL, 0, 1);  // int_en
    words[1] = field(in->line, 0, 15) | field(out->line, 32, 15);
    words[2] = field(in->channels - 1, 0, 10) | field(out->channels - 1, 32, 10) | field(outputs_per_load - 1, 48, 10);
    words[3] = field(in->width - 1, 0, 10) | field(in->height - 1, 10, 9) | field(out->width - 1, 32, 10) |
               field(out->height - 1, 42, 9);
    words[4] = field(layer->kernel, 0, 3) | field(layer->pool, 4, 4) | field(1, 10, 1) | field(BURST, 16, 8) |
               parameter_address(layer->norm);
    words[5] = field(1, 0, 1) | field(loads - 1, 1, 6) | field(outputs_per_load * weights_per_output, 15, 17) |
               parameter_address(layer->weights);
    words[6] = 0;
    words[7] = field(in_packing.channel_lines, 0, 15) | field(in_packing.row_lines, 16, 4) |
               field(in_packing.groups, 28, 3) | field(1, 31, 1) | parameter_address(layer->activation);
    words[8] = field(out_packing.channel_lines, 0, 15) | field(out_packing.row_lines, 16, 4) |
               field(out_packing.groups, 20, 3);
    words[9] = field(-KPU_WEIGHT_ZERO, 32, 24);  // arg_x: minus the weights' zero for all that was multiplied by it
    words[10] = 0;
    words[11] = field(layer->copy != NULL, 0, 1) | field(plane - 1, 16, 16) | field(plane * out->channels - 1, 32, 32);
}

void kpu_norm_encode(volatile kpu_norm_block* block, const struct kpu_norm* norm) {
    *block = field(norm->multiply, 0, 24) | field(norm->add, 24, 32) | field(norm->shift, 56, 4);
}

static uint64_t segment(int64_t x_start, int32_t y_mul, unsigned shift) {
    return field(shift, 0, 8) | field(y_mul, 8, 16) | field(x_start, 24, 36);
}

// The steepness between two points with as many bits as fit.
static uint64_t line_between(struct kpu_curve_point a, struct kpu_curve_point b) {
    const int64_t rise = b.y - a.y, run = b.x - a.x;
    unsigned shift = SEGMENT_MAX_SHIFT;
    int64_t steepness = rise * (1 << shift) / run;
    while (shift > 0 && (steepness > INT16_MAX || steepness < INT16_MIN)) steepness = rise * (1 << --shift) / run;
    return segment(a.x, (int32_t)steepness, shift);
}

void kpu_curve_encode(volatile struct kpu_activation_block* block, const struct kpu_curve_point* points,
                      unsigned count) {
    const int64_t lowest = -(1ll << 35), highest = (1ll << 35) - 1;
    block->segment[0] = segment(lowest, 0, 0);
    block->bias[0] = points[0].y;
    for (unsigned i = 1; i < CURVE_SEGMENTS; ++i) {
        const unsigned at = i - 1;
        if (at + 1 < count)
            block->segment[i] = line_between(points[at], points[at + 1]);
        else if (at + 1 == count)
            block->segment[i] = segment(points[at].x, 0, 0);
        else
            block->segment[i] = segment(highest - (CURVE_SEGMENTS - i), 0, 0);  // never reached
        block->bias[i] = points[at < count ? at : count - 1].y;
    }
}
