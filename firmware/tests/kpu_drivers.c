// The same chain of KPU layers, driven in every way that firmware does it: one layer an interrupt, as the SDK's runner
// of kmodels (lib/drivers/kpu.c:1522-1600 [sdk]); and, as kpu_run and kpu_start before it (kpu.c:47-271 [sdk]), with
// the layer FIFO kept full from its almost-empty interrupt, by stores or by DMA. The last layer's output leaves by DMA.
#include <stddef.h>

#include "clock.h"
#include "console.h"
#include "dma.h"
#include "interrupts.h"
#include "kpu.h"

enum { LAYERS = 30, BURST = 12, CHANNELS = 16, WIDTH = 80, HEIGHT = 60, PLANE = WIDTH * HEIGHT };
enum { FIFO_CHANNEL = 4, OUTPUT_CHANNEL = 5 };

static DMA_BUFFER uint8_t weights[CHANNELS][CHANNELS];
static DMA_BUFFER uint64_t norms[CHANNELS];
static DMA_BUFFER struct {
    uint64_t segment[16];
    uint8_t bias[16];
} activation;
static DMA_BUFFER uint8_t output[CHANNELS * PLANE];
static DMA_BUFFER uint64_t words[LAYERS][KPU_LAYER_WORDS];

enum { ROW_LINES = 2, CHANNEL_LINES = ROW_LINES * HEIGHT, MAP_LINES = CHANNELS * CHANNEL_LINES };

// Every layer adds one to every pixel: lib/drivers/include/kpu.h:192-248. [sdk]
static void make_parameters(void) {
    for (unsigned out = 0; out < CHANNELS; ++out) {
        for (unsigned in = 0; in < CHANNELS; ++in) weights[out][in] = in == out;
        norms[out] = 1 | 1ull << 24;  // times 1 plus 1
    }
    activation.segment[0] = 1ull << 35 << 24;                          // from -2^35 on, level
    for (unsigned i = 1; i < 16; ++i) activation.segment[i] = 1 << 8;  // from 0 on, rising by 1
}

static uint64_t address(const volatile void* block) {
    return (uint64_t)(uintptr_t)block << 32;
}

// The words of a layer from one map to the other and back: lib/drivers/include/kpu.h:31-190. [sdk]
static void make_layers(void) {
    const uint64_t channels = CHANNELS - 1, size = (WIDTH - 1) | (HEIGHT - 1) << 10;
    const uint64_t layout = CHANNEL_LINES | ROW_LINES << 16;
    for (unsigned i = 0; i < LAYERS; ++i) {
        const uint64_t from = i % 2 * MAP_LINES, to = (i + 1) % 2 * MAP_LINES;
        words[i][0] = 0;
        words[i][1] = from | to << 32;
        words[i][2] = channels | channels << 32 | channels << 48;
        words[i][3] = size | size << 32;
        words[i][4] = 1 << 10 | 15 << 16 | address(norms);
        words[i][5] = 1 | CHANNELS * CHANNELS << 15 | address(weights);
        words[i][6] = 0;
        words[i][7] = layout | 1 << 28 | 1ull << 31 | address(&activation);
        words[i][8] = layout | 1 << 20;
        words[i][9] = words[i][10] = 0;
        words[i][11] = (PLANE - 1) << 16 | (CHANNELS * PLANE - 1ull) << 32 | (i == LAYERS - 1);
    }
}

static uint8_t pixel(unsigned channel, unsigned y, unsigned x) {
    return (uint8_t)((channel * 11 + y * 3 + x) % 200);
}

static void upload(void) {
    for (unsigned channel = 0; channel < CHANNELS; ++channel)
        for (unsigned y = 0; y < HEIGHT; ++y) {
            const uintptr_t row = AI_RAM_UNCACHED + (channel * CHANNEL_LINES + y * ROW_LINES) * AI_RAM_LINE_BYTES;
            for (unsigned x = 0; x < WIDTH; ++x) ((volatile uint8_t*)row)[x] = pixel(channel, y, x);
        }
    for (unsigned i = 0; i < CHANNELS * PLANE; ++i) ((volatile uint8_t*)output)[i] = 0;
}

static const char* verdict(void) {
    const volatile uint8_t* at = output;
    for (unsigned channel = 0; channel < CHANNELS; ++channel)
        for (unsigned y = 0; y < HEIGHT; ++y)
            for (unsigned x = 0; x < WIDTH; ++x)
                if (*at++ != pixel(channel, y, x) + LAYERS) return "WRONG";
    return "right";
}

static void run_one_by_one(void) {
    const struct kpu_parameters parameters = {&weights[0][0], (uint8_t*)norms, (uint8_t*)&activation};
    for (unsigned i = 0; i < LAYERS; ++i) kpu_run(words[i], &parameters, i == LAYERS - 1 ? output : NULL);
}

static volatile unsigned sent, bursts;
static void (*send)(unsigned first, unsigned count);

static void send_by_stores(unsigned first, unsigned count) {
    for (unsigned i = 0; i < count; ++i)
        for (unsigned word = 0; word < KPU_LAYER_WORDS; ++word) kpu->layer_argument_fifo = words[first + i][word];
}

static void send_by_dma(unsigned first, unsigned count) {
    const struct dma_transfer transfer = {
        .channel = FIFO_CHANNEL,
        .flow = DMAC_MEM2MEM_DMA,
        .from = words[first],
        .to = &kpu->layer_argument_fifo,
        .width = DMAC_TRANS_WIDTH_64,
        .burst = DMAC_MSIZE_4,
        .count = count * KPU_LAYER_WORDS,
    };
    dma_start(&transfer);
}

static void send_more(void) {
    const unsigned left = LAYERS - sent, count = left < BURST ? left : BURST;
    if (count == 0) {
        kpu->interrupt_mask = KPU_ALL_INTS;
        return;
    }
    send(sent, count);
    sent += count;
    ++bursts;
}

static void almost_empty(unsigned source) {
    (void)source;
    kpu->interrupt_clear = KPU_ALL_INTS;
    send_more();
}

static void keep_fifo_full(void (*how)(unsigned first, unsigned count)) {
    const struct dma_transfer copy = {
        .channel = OUTPUT_CHANNEL,
        .handshake = SYSCTL_DMA_SELECT_AI_RX_REQ,
        .flow = DMAC_PRF2MEM_DMA,
        .from = &kpu->fifo_data_out,
        .to = output,
        .width = DMAC_TRANS_WIDTH_64,
        .burst = DMAC_MSIZE_8,
        .count = CHANNELS * PLANE / 8,
    };
    dma_start(&copy);
    sent = bursts = 0;
    send = how;
    kpu->interrupt_clear = KPU_ALL_INTS;
    interrupts_on(IRQN_AI_INTERRUPT, almost_empty);
    send_more();
    kpu->interrupt_mask = KPU_ALL_INTS & ~KPU_LAYER_CFG_ALMOST_EMPTY_INT;
    dma_wait(OUTPUT_CHANNEL);
}

int main(void) {
    clock_init();
    console_init();
    dma_init();
    kpu_init(true);
    make_parameters();
    make_layers();

    upload();
    run_one_by_one();
    print("one layer an interrupt: %u layers, %s\n", LAYERS, verdict());
    upload();
    keep_fifo_full(send_by_stores);
    print("FIFO kept full by stores: %u layers in %u bursts, %s\n", sent, bursts, verdict());
    upload();
    keep_fifo_full(send_by_dma);
    print("FIFO kept full by DMA: %u layers in %u bursts, %s\n", sent, bursts, verdict());
    return 0;
}
