// How the SDK runs a layer: standalone-sdk@02576ba lib/drivers/kpu.c:1269-1311,1563-1600. [sdk]
#include "kpu.h"

#include "clock.h"
#include "dma.h"
#include "interrupts.h"

enum { DMA_CHANNEL = 5, FIFO_FULL_AT = 10, FIFO_EMPTY_AT = 1 };

static volatile bool done;

static void serve(unsigned source) {
    (void)source;
    kpu->interrupt_clear = KPU_ALL_INTS;
    done = true;
}

void kpu_init(void) {
    clock_enable(PERIPHERAL_AI);
    kpu->interrupt_mask = KPU_ALL_INTS;
    kpu->interrupt_clear = KPU_ALL_INTS;
    kpu->fifo_threshold = FIFO_FULL_AT | FIFO_EMPTY_AT << 4;
    kpu->eight_bit_mode = 1;
    interrupts_on(IRQN_AI_INTERRUPT, serve);
}

static void start_copy(const struct kpu_layer* layer) {
    const size_t bytes = (size_t)layer->output.channels * layer->output.width * layer->output.height;
    const struct dma_transfer copy = {
        .channel = DMA_CHANNEL,
        .handshake = SYSCTL_DMA_SELECT_AI_RX_REQ,
        .flow = DMAC_PRF2MEM_DMA,
        .from = &kpu->fifo_data_out,
        .to = layer->copy,
        .width = DMAC_TRANS_WIDTH_64,
        .burst = DMAC_MSIZE_8,
        .count = (bytes + 7) / 8,
    };
    dma_start(&copy);
}

// A layer whose output also goes to memory is done when the DMA has delivered it; only others interrupt by themselves.
void kpu_run(const struct kpu_layer* layer) {
    uint64_t words[KPU_LAYER_WORDS];
    kpu_layer_encode(layer, words);
    done = false;
    kpu->interrupt_mask = layer->copy != NULL ? KPU_ALL_INTS : KPU_ALL_INTS & ~KPU_CALC_DONE_INT;
    if (layer->copy != NULL) start_copy(layer);
    for (unsigned i = 0; i < KPU_LAYER_WORDS; ++i) kpu->layer_argument_fifo = words[i];
    if (layer->copy != NULL)
        dma_wait(DMA_CHANNEL);
    else
        interrupts_sleep_until(&done);
}
