// One-block DMA transfers between memory and a peripheral's data register, or between memory and memory.
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "k210.h"

struct dma_transfer {
    unsigned channel;
    enum sysctl_dma_select handshake;
    enum dmac_transfer_flow flow;  // to the peripheral or from it; DMAC_MEM2MEM_DMA: to it, without any handshake
    const volatile void *from, *to;
    bool to_memory;  // with DMAC_MEM2MEM_DMA: there is no peripheral
    enum dmac_transfer_width width;
    enum dmac_burst_trans_length burst;
    size_t count;  // of items of that width
};

void dma_init(void);
void dma_start(const struct dma_transfer* transfer);
void dma_wait(unsigned channel);  // sleeps until it is done
