// Times what others timed on boards, element counts and shapes as there: the sources are in tools/calibrate's
// measured.json. Prints a line for each operator, and "done".
#include "clock.h"
#include "console.h"
#include "dma.h"
#include "hart.h"
#include "kpu.h"
#include "operators.h"

enum { LARGE = 16 * 160 * 120, SMALL = 16 * 80 * 60, HEAD = 30 * 20 * 15, INPUT = 3 * 320 * 240, INPUT_CHANNEL = 5 };
enum { PATTERN = 1 << 20 };

static DMA_BUFFER uint64_t picture[INPUT / 8];
static uint8_t bytes_a[LARGE], bytes_b[LARGE], bytes_out[LARGE];
static float floats_out[LARGE];
static uint8_t patterned[PATTERN];

struct counts {
    uint64_t cycles, instructions;
};

static struct counts now(void) {
    return (struct counts){csr_read(mcycle), csr_read(minstret)};
}

static void report(const char* name, unsigned elements, struct counts start, const volatile void* output,
                   size_t bytes) {
    const struct counts end = now();
    uint64_t sum = 0;
    for (size_t i = 0; i < bytes; ++i) sum = sum * 31 + ((const volatile uint8_t*)output)[i];
    print("%s elements=%u cycles=%lu instructions=%lu sum=%lx\n", name, elements, end.cycles - start.cycles,
          end.instructions - start.instructions, sum);
}

// Maps of 16 channels from the start of AI RAM on, wider than 32 pixels: every channel has its lines for itself.
static struct kpu_map map(unsigned width, unsigned height) {
    const unsigned row_lines = (width + AI_RAM_LINE_BYTES - 1) / AI_RAM_LINE_BYTES;
    return (struct kpu_map){16, width, height, 0, row_lines, row_lines * height, 1};
}

static void time_input_dma(void) {
    for (unsigned i = 0; i < INPUT / 8; ++i) ((volatile uint64_t*)picture)[i] = i * 0x9e3779b97f4a7c15;
    const struct dma_transfer transfer = {
        .channel = INPUT_CHANNEL,
        .flow = DMAC_MEM2MEM_DMA,
        .from = picture,
        .to = (void*)(uintptr_t)AI_RAM_UNCACHED,
        .to_memory = true,
        .width = DMAC_TRANS_WIDTH_64,
        .burst = DMAC_MSIZE_16,
        .count = INPUT / 8,
    };
    const struct counts start = now();
    dma_start(&transfer);
    dma_wait(INPUT_CHANNEL);
    report("input_dma", INPUT, start, transfer.to, INPUT);
}

// In the order that the models have them, so that caches hold what they would hold.
static void time_operators(unsigned width, unsigned height) {
    static const struct dequantization dequantization = {0.0625f, -8};
    static const struct quantized_sum sum = {{-117, 21845, 15}, {-98, 30583, 16}, {109, 25206, 15}};
    const struct kpu_map at = map(width, height);
    const unsigned elements = at.channels * width * height;

    struct counts start = now();
    upload(bytes_a, &at);
    report("upload", elements, start, bytes_a, elements);

    start = now();
    download(&at, bytes_b);
    report("download", elements, start, bytes_b, elements);

    start = now();
    add_quantized(bytes_a, bytes_b, bytes_out, elements, &sum);
    report("add_quantized", elements, start, bytes_out, elements);

    start = now();
    dequantize_v4(bytes_out, floats_out, elements, &dequantization);
    report("dequantize_v4", elements, start, floats_out, elements * sizeof(float));
}

// Of fermiums22/K210_AI_V7s_Plus, whose SDK compiles with -O2: protocol/test_sha256_stream.c.
static uint8_t pattern(uint32_t i) {
    uint32_t x = i + 0x9e3779b9;
    x ^= x >> 16;
    x *= 0x7feb352d;
    x ^= x >> 15;
    x *= 0x846ca68b;
    return (uint8_t)(x ^ x >> 16);
}
__attribute__((optimize("O2"))) static void time_pattern(void) {
    const struct counts start = now();
    for (uint32_t i = 0; i < PATTERN; ++i) patterned[i] = pattern(i);
    report("pattern", PATTERN, start, patterned, PATTERN);
}

static void time_dequantize_v3(void) {
    static const struct dequantization dequantization = {0.125f, -16};
    const struct counts start = now();
    dequantize_v3(bytes_a, floats_out, HEAD, &dequantization);
    report("dequantize_v3", HEAD, start, floats_out, HEAD * sizeof(float));
}

int main(void) {
    clock_init();
    console_init();
    dma_init();
    kpu_init(true);
    print("cpu_hz=%u\n", clock_cpu_hz());
    for (unsigned i = 0; i < LARGE; ++i) bytes_a[i] = (uint8_t)(i * 7 + i / 251);
    time_input_dma();
    time_operators(160, 120);
    time_operators(80, 60);
    time_dequantize_v3();
    time_pattern();
    print("done\n");
    return 0;
}
