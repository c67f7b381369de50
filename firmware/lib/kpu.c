// How the SDK runs a layer, and what its words hold: standalone-sdk@02576ba lib/drivers/kpu.c:1269-1311,1563-1600,
// lib/drivers/include/kpu.h:31-190. [sdk]
#include "kpu.h"

#include <stddef.h>

#include "clock.h"
#include "dma.h"
#include "interrupts.h"

enum { DMA_CHANNEL = 5, FIFO_FULL_AT = 10, FIFO_EMPTY_AT = 1, INT_EN = 1, SEND_DATA_OUT = 1 };

static volatile bool done;

static void serve(unsigned source) {
    (void)source;
    kpu->interrupt_clear = KPU_ALL_INTS;
    done = true;
}

void kpu_init(bool eight_bit_weights) {
    clock_enable(PERIPHERAL_AI);
    kpu->interrupt_mask = KPU_ALL_INTS;
    kpu->interrupt_clear = KPU_ALL_INTS;
    kpu->fifo_threshold = FIFO_FULL_AT | FIFO_EMPTY_AT << 4;
    kpu->eight_bit_mode = eight_bit_weights;
    interrupts_on(IRQN_AI_INTERRUPT, serve);
}

static uint32_t field(uint64_t word, unsigned low, unsigned width) {
    return (uint32_t)(word >> low & ((1ull << width) - 1));
}

// A word whose upper half is an address: the KPU reads memory through the uncached alias.
static uint64_t with_address(uint64_t word, const volatile uint8_t* block) {
    return field(word, 0, 32) | (uint64_t)(((uintptr_t)block & 0x3fffffff) | 0x40000000) << 32;
}

static void start_copy(uint32_t bytes, volatile uint8_t* copy) {
    const struct dma_transfer transfer = {
        .channel = DMA_CHANNEL,
        .handshake = SYSCTL_DMA_SELECT_AI_RX_REQ,
        .flow = DMAC_PRF2MEM_DMA,
        .from = &kpu->fifo_data_out,
        .to = copy,
        .width = DMAC_TRANS_WIDTH_64,
        .burst = DMAC_MSIZE_8,
        .count = (bytes + 7) / 8,
    };
    dma_start(&transfer);
}

// A layer whose output also goes to memory is done when the DMA has delivered it; only others interrupt by themselves.
void kpu_run(const uint64_t words[KPU_LAYER_WORDS], const struct kpu_parameters* parameters, volatile uint8_t* copy) {
    done = false;
    kpu->interrupt_mask = copy != NULL ? KPU_ALL_INTS : KPU_ALL_INTS & ~KPU_CALC_DONE_INT;
    if (copy != NULL) start_copy(field(words[11], 32, 32) + 1, copy);
    for (unsigned i = 0; i < KPU_LAYER_WORDS; ++i) {
        uint64_t word = words[i];
        switch (i) {
            case 0: word = copy != NULL ? word & ~(uint64_t)INT_EN : word | INT_EN; break;
            case 4: word = with_address(word, parameters->norm); break;
            case 5: word = with_address(word, parameters->weights); break;
            case 7: word = with_address(word, parameters->activation); break;
            case 11: word = copy != NULL ? word | SEND_DATA_OUT : word & ~(uint64_t)SEND_DATA_OUT; break;
            default: break;
        }
        kpu->layer_argument_fifo = word;
    }
    if (copy != NULL)
        dma_wait(DMA_CHANNEL);
    else
        interrupts_sleep_until(&done);
}

struct kpu_map kpu_output(const uint64_t words[KPU_LAYER_WORDS]) {
    return (struct kpu_map){
        .channels = field(words[2], 32, 10) + 1,
        .width = field(words[3], 32, 10) + 1,
        .height = field(words[3], 42, 9) + 1,
        .line = field(words[1], 32, 15),
        .row_lines = field(words[8], 16, 4),
        .channel_lines = field(words[8], 0, 15),
        .groups = field(words[8], 20, 3),
    };
}

const volatile uint8_t* kpu_map_row(const struct kpu_map* map, unsigned channel, unsigned y) {
    const uint32_t line = map->line + channel / map->groups * map->channel_lines + y * map->row_lines;
    const uint32_t lane = channel % map->groups * (AI_RAM_LINE_BYTES / map->groups);
    return (const volatile uint8_t*)(uintptr_t)(AI_RAM_UNCACHED + line * AI_RAM_LINE_BYTES + lane);
}
