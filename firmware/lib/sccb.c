// standalone-sdk@02576ba lib/drivers/dvp.c:64-117. [sdk]
#include "sccb.h"

#include "k210.h"

enum { HALF_PERIOD_CYCLES = 255 };

static const uint32_t kTiming = HALF_PERIOD_CYCLES << DVP_SCCB_SCL_LCNT_SHIFT | HALF_PERIOD_CYCLES
                                                                                    << DVP_SCCB_SCL_HCNT_SHIFT;

void sccb_init(void) {
    dvp->sccb_cfg = kTiming;
}

static void transfer(uint32_t control) {
    dvp->sccb_ctl = control;
    dvp->sts = DVP_STS_SCCB_EN | DVP_STS_SCCB_EN_WE;
    while (dvp->sts & DVP_STS_SCCB_EN) {}
}

void sccb_write(uint8_t device, uint8_t reg, uint8_t value) {
    dvp->sccb_cfg = kTiming | DVP_SCCB_BYTE_NUM_3;
    transfer(DVP_SCCB_WRITE_DATA_ENABLE | (uint32_t)device << 1 | (uint32_t)reg << DVP_SCCB_REG_ADDRESS_SHIFT |
             (uint32_t)value << DVP_SCCB_WDATA_BYTE0_SHIFT);
}

uint8_t sccb_read(uint8_t device, uint8_t reg) {
    dvp->sccb_cfg = kTiming | DVP_SCCB_BYTE_NUM_2;
    transfer(DVP_SCCB_WRITE_DATA_ENABLE | (uint32_t)device << 1 | (uint32_t)reg << DVP_SCCB_REG_ADDRESS_SHIFT);
    transfer((uint32_t)device << 1);
    return (uint8_t)(dvp->sccb_cfg >> DVP_SCCB_RDATA_SHIFT);
}
