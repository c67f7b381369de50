#include "edges.h"

#include "k210.h"

enum { COLOURS = 3, TAPS = 9, STRENGTHS_LINE = 0x2000, COLOURED_LINE = 0x4000 };

const uint8_t edges_colours[EDGES_DIRECTIONS][COLOURS] = {
    {255, 96, 64},   // upright edges
    {255, 200, 48},  // rising
    {48, 200, 255},  // level
    {176, 96, 255},  // falling
};

// Sobel's kernel, turned by 45 degrees each time.
static const int8_t kKernels[EDGES_DIRECTIONS][TAPS] = {
    {-1, 0, 1, -2, 0, 2, -1, 0, 1},
    {0, 1, 2, -1, 0, 1, -2, -1, 0},
    {1, 2, 1, 0, 0, 0, -1, -2, -1},
    {2, 1, 0, 1, 0, -1, 0, -1, -2},
};
static const int8_t kBrightness[COLOURS] = {3, 6, 1};  // how much a colour counts, in tenths

// Takes the absolute value, leaves out the faintest and lifts the faint. A step from black to white would be 10200.
static const struct kpu_curve_point kStrength[] = {
    {-6500, 255}, {-2000, 150}, {-250, 0}, {250, 0}, {2000, 150}, {6500, 255},
};

// A direction's own colour, less part of what the others show: an edge is strong in neighbouring directions too.
enum { OWN_SHARE = 112, OTHERS_SHARE = 26, FULL_SHARE = 128 };
static const struct kpu_curve_point kMix[] = {{0, 0}, {255 * FULL_SHARE / 2, 255}};

static DMA_BUFFER uint8_t strength_weights[EDGES_DIRECTIONS][COLOURS][TAPS];
static DMA_BUFFER kpu_norm_block strength_norms[EDGES_DIRECTIONS];
static DMA_BUFFER struct kpu_activation_block strength_activation;
static DMA_BUFFER uint8_t colour_weights[COLOURS][EDGES_DIRECTIONS];
static DMA_BUFFER kpu_norm_block colour_norms[COLOURS];
static DMA_BUFFER struct kpu_activation_block colour_activation;
static DMA_BUFFER uint8_t coloured[COLOURS][EDGES_HEIGHT * EDGES_WIDTH];

static const struct kpu_layer kStrengthLayer = {
    .input = {0, COLOURS, 2 * EDGES_WIDTH, 2 * EDGES_HEIGHT},
    .output = {STRENGTHS_LINE, EDGES_DIRECTIONS, EDGES_WIDTH, EDGES_HEIGHT},
    .kernel = KPU_KERNEL_3X3,
    .pool = KPU_POOL_MAX_2X2,
    .weights = &strength_weights[0][0][0],
    .norm = strength_norms,
    .activation = &strength_activation,
};
static const struct kpu_layer kColourLayer = {
    .input = {STRENGTHS_LINE, EDGES_DIRECTIONS, EDGES_WIDTH, EDGES_HEIGHT},
    .output = {COLOURED_LINE, COLOURS, EDGES_WIDTH, EDGES_HEIGHT},
    .kernel = KPU_KERNEL_1X1,
    .pool = KPU_POOL_NONE,
    .weights = &colour_weights[0][0],
    .norm = colour_norms,
    .activation = &colour_activation,
    .copy = &coloured[0][0],
};

static uint8_t weight(int value) {
    return (uint8_t)(value + KPU_WEIGHT_ZERO);
}

static int colour_share(unsigned direction, unsigned colour) {
    int others = 0;
    for (unsigned i = 0; i < EDGES_DIRECTIONS; ++i)
        if (i != direction) others += edges_colours[i][colour];
    return (edges_colours[direction][colour] * OWN_SHARE - others * OTHERS_SHARE) / 255;
}

void edges_init(void) {
    const struct kpu_norm unchanged = {.multiply = 1, .add = 0, .shift = 0};
    for (unsigned direction = 0; direction < EDGES_DIRECTIONS; ++direction) {
        for (unsigned colour = 0; colour < COLOURS; ++colour) {
            for (unsigned tap = 0; tap < TAPS; ++tap)
                strength_weights[direction][colour][tap] = weight(kKernels[direction][tap] * kBrightness[colour]);
            colour_weights[colour][direction] = weight(colour_share(direction, colour));
        }
        kpu_norm_encode(&strength_norms[direction], &unchanged);
    }
    for (unsigned colour = 0; colour < COLOURS; ++colour) kpu_norm_encode(&colour_norms[colour], &unchanged);
    kpu_curve_encode(&strength_activation, kStrength, sizeof kStrength / sizeof *kStrength);
    kpu_curve_encode(&colour_activation, kMix, sizeof kMix / sizeof *kMix);
}

void edges_run(void) {
    kpu_run(&kStrengthLayer);
    kpu_run(&kColourLayer);
}

const volatile uint8_t* edges_plane(unsigned colour) {
    return coloured[colour];
}

const volatile uint8_t* edges_strength(unsigned direction, unsigned row) {
    const struct kpu_map* map = &kStrengthLayer.output;
    const uint32_t line = map->line + direction * kpu_channel_lines(map) + row * kpu_row_lines(map);
    return (const volatile uint8_t*)(uintptr_t)(AI_RAM_UNCACHED + line * AI_RAM_LINE_BYTES);
}
