// How the SDK sets up a channel: lib/drivers/dmac.c:241-262,355-454,492-556. [sdk]
#include "dma.h"

#include "clock.h"
#include "interrupts.h"

enum { CHANNELS = 6, CHEN_WE_SHIFT = 8, DMA_SEL_BITS = 6, DMA_SELS_IN_DMA_SEL0 = 5 };

static volatile bool done[CHANNELS];

static void serve(unsigned source) {
    const unsigned channel = source - IRQN_DMA0_INTERRUPT;
    dmac->channel[channel].intclear = UINT32_MAX;
    done[channel] = true;
}

void dma_init(void) {
    clock_enable(PERIPHERAL_DMA);
    dmac->reset = 1;
    while (dmac->reset != 0) {}
    for (unsigned channel = 0; channel < CHANNELS; ++channel) {
        dmac->channel[channel].intstatus_en = DMAC_IRQ_TRANSFER_DONE;
        dmac->channel[channel].intsignal_en = DMAC_IRQ_TRANSFER_DONE;
        interrupts_on(IRQN_DMA0_INTERRUPT + channel, serve);
    }
    dmac->cfg = DMAC_EN | DMAC_INT_EN;
}

static void select_handshake(unsigned channel, enum sysctl_dma_select handshake) {
    volatile uint32_t* select = channel < DMA_SELS_IN_DMA_SEL0 ? &sysctl->dma_sel0 : &sysctl->dma_sel1;
    const unsigned shift = channel % DMA_SELS_IN_DMA_SEL0 * DMA_SEL_BITS;
    *select = (*select & ~(((1u << DMA_SEL_BITS) - 1) << shift)) | (uint32_t)handshake << shift;
}

void dma_start(const struct dma_transfer* transfer) {
    const unsigned channel = transfer->channel;
    const uint64_t to_peripheral = transfer->flow != DMAC_PRF2MEM_DMA;
    volatile struct dmac_channel* registers = &dmac->channel[channel];

    done[channel] = false;
    if (transfer->flow != DMAC_MEM2MEM_DMA) select_handshake(channel, transfer->handshake);
    registers->intclear = UINT32_MAX;
    registers->cfg = (uint64_t)transfer->flow << DMAC_CFG_TT_FC |
                     (to_peripheral ? DMAC_HS_SOFTWARE : DMAC_HS_HARDWARE) * (1ull << DMAC_CFG_HS_SEL_SRC) |
                     (to_peripheral ? DMAC_HS_HARDWARE : DMAC_HS_SOFTWARE) * (1ull << DMAC_CFG_HS_SEL_DST) |
                     (uint64_t)channel << DMAC_CFG_SRC_PER | (uint64_t)channel << DMAC_CFG_DST_PER;
    registers->sar = (uintptr_t)transfer->from;
    registers->dar = (uintptr_t)transfer->to;
    registers->ctl = 1ull << DMAC_CTL_DMS | !to_peripheral * (1ull << DMAC_CTL_SINC) |
                     (to_peripheral && !transfer->to_memory) * (1ull << DMAC_CTL_DINC) |
                     (uint64_t)transfer->width << DMAC_CTL_SRC_TR_WIDTH |
                     (uint64_t)transfer->width << DMAC_CTL_DST_TR_WIDTH |
                     (uint64_t)transfer->burst << DMAC_CTL_SRC_MSIZE | (uint64_t)transfer->burst << DMAC_CTL_DST_MSIZE;
    registers->block_ts = transfer->count - 1;
    dmac->chen = (1ull | 1ull << CHEN_WE_SHIFT) << channel;
}

void dma_wait(unsigned channel) {
    interrupts_sleep_until(&done[channel]);
}
