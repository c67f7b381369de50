// The K210's registers, as far as these programs use them. Blocks, registers and functions are called what the SDK
// calls them; addresses, offsets and bits are those of kendryte-standalone-sdk@02576ba, cited at each block.
// Base addresses: lib/bsp/include/platform.h:24-95. Interrupt sources: lib/drivers/include/plic.h:156-221.
#pragma once
#include <stdint.h>

// Memory that devices and the CPU share is placed in the uncached alias by the linker, so that neither sees stale data.
#define DMA_BUFFER __attribute__((section(".dma"), aligned(256)))

enum { AI_RAM_UNCACHED = 0x40600000, AI_RAM_LINE_BYTES = 64 };

enum plic_source { IRQN_DVP_INTERRUPT = 24, IRQN_AI_INTERRUPT = 25, IRQN_DMA0_INTERRUPT = 27, IRQN_MAX = 66 };

// lib/drivers/include/sysctl.h:305-846
struct sysctl {
    uint32_t git_id, clk_freq, pll[3], resv5, pll_lock, rom_error;
    uint32_t clk_sel0, clk_sel1, clk_en_cent, clk_en_peri, soft_reset, peri_reset;
    uint32_t clk_th0, clk_th1, clk_th2, clk_th3, clk_th4, clk_th5, clk_th6;
    uint32_t misc, peri, spi_sleep, reset_status, dma_sel0, dma_sel1, power_sel;
};
#define sysctl ((volatile struct sysctl*)0x50440000)

enum sysctl_pll_bits {
    PLL_CLKR_SHIFT = 0,
    PLL_CLKF_SHIFT = 4,
    PLL_CLKOD_SHIFT = 10,
    PLL_BWADJ_SHIFT = 14,
    PLL_RESET = 1 << 20,
    PLL_PWRD = 1 << 21,
    PLL_OUT_EN = 1 << 25,
};
enum sysctl_clk_sel0_bits { ACLK_SEL = 1 << 0, ACLK_DIVIDER_SEL_SHIFT = 1, APB1_CLK_SEL_SHIFT = 6 };
enum sysctl_clk_en_cent_bits { APB0_CLK_EN = 1 << 3, APB1_CLK_EN = 1 << 4, APB2_CLK_EN = 1 << 5 };
// Blocks have the same bit in clk_en_peri and in peri_reset.
enum sysctl_peripheral {
    PERIPHERAL_DMA = 1 << 1,
    PERIPHERAL_AI = 1 << 2,
    PERIPHERAL_DVP = 1 << 3,
    PERIPHERAL_SPI0 = 1 << 6,
    PERIPHERAL_SPI1 = 1 << 7,
    PERIPHERAL_SPI3 = 1 << 9,
    PERIPHERAL_I2S0 = 1 << 10,
    PERIPHERAL_I2S2 = 1 << 12,
    PERIPHERAL_I2C0 = 1 << 13,
    PERIPHERAL_UART1 = 1 << 16,
    PERIPHERAL_UART2 = 1 << 17,
    PERIPHERAL_FPIOA = 1 << 20,
};
enum sysctl_misc_bits { SPI_DVP_DATA_ENABLE = 1 << 10 };
enum sysctl_dma_select { SYSCTL_DMA_SELECT_SSI0_TX_REQ = 1, SYSCTL_DMA_SELECT_AI_RX_REQ = 22 };

// lib/drivers/include/fpioa.h:322-469,694-843
struct fpioa {
    uint32_t io[48];
};
#define fpioa ((volatile struct fpioa*)0x502b0000)

enum fpioa_function {
    FUNC_SPI0_SS3 = 15,
    FUNC_SPI0_SCLK = 17,
    FUNC_UARTHS_RX = 18,
    FUNC_UARTHS_TX = 19,
    FUNC_GPIOHS0 = 24,
    FUNC_CMOS_XCLK = 132,
    FUNC_CMOS_RST = 133,
    FUNC_CMOS_PWDN = 134,
    FUNC_CMOS_VSYNC = 135,
    FUNC_CMOS_HREF = 136,
    FUNC_CMOS_PCLK = 137,
    FUNC_SCCB_SCLK = 146,
    FUNC_SCCB_SDA = 147,
};
enum fpioa_io_bits {
    IO_DS_STRONGEST = 15 << 8,
    IO_OE_EN = 1 << 12,
    IO_OE_INV = 1 << 13,
    IO_PU = 1 << 16,
    IO_SL = 1 << 19,
    IO_IE_EN = 1 << 20,
    IO_ST = 1 << 23,
};

// lib/drivers/include/gpiohs.h:158-194
struct gpiohs {
    uint32_t input_val, input_en, output_en, output_val;
};
#define gpiohs ((volatile struct gpiohs*)0x38001000)

// lib/drivers/include/uarths.h:61-173
struct uarths {
    uint32_t txdata, rxdata, txctrl, rxctrl, ie, ip, div;
};
#define uarths ((volatile struct uarths*)0x38000000)

enum uarths_bits { UARTHS_TXDATA_FULL = 1u << 31, UARTHS_TXEN = 1, UARTHS_RXEN = 1 };

// lib/drivers/include/clint.h:64-130, plic.h:237-362
struct clint {
    uint32_t msip[2];
};
#define clint ((volatile struct clint*)0x02000000)

struct plic_enables {
    uint32_t word[32];
};
struct plic_target {
    uint32_t priority_threshold, claim_complete, resv[1022];
};
#define plic_priority ((volatile uint32_t*)0x0c000000)
#define plic_enables ((volatile struct plic_enables*)0x0c002000)  // by target: 0 and 2 are the harts' machine modes
#define plic_target ((volatile struct plic_target*)0x0c200000)

// lib/drivers/include/dmac.h:288-1339
struct dmac_channel {
    uint64_t sar, dar, block_ts, ctl, cfg, llp, status, swhssrc, swhsdst, blk_tfr, axi_id, axi_qos, reserved1[4];
    uint64_t intstatus_en, intstatus, intsignal_en, intclear, reserved2[12];
};
struct dmac {
    uint64_t id, compver, cfg, chen, reserved1[2], intstatus, com_intclear, com_intstatus_en, com_intsignal_en;
    uint64_t com_intstatus, reset, reserved2[20];
    struct dmac_channel channel[6];
};
#define dmac ((volatile struct dmac*)0x50000000)

enum dmac_cfg_bits { DMAC_EN = 1 << 0, DMAC_INT_EN = 1 << 1 };
enum dmac_ch_int_bits { DMAC_IRQ_BLOCK_DONE = 1 << 0, DMAC_IRQ_TRANSFER_DONE = 1 << 1 };
enum dmac_transfer_flow { DMAC_MEM2MEM_DMA = 0, DMAC_MEM2PRF_DMA = 1, DMAC_PRF2MEM_DMA = 2 };
enum dmac_handshake { DMAC_HS_HARDWARE = 0, DMAC_HS_SOFTWARE = 1 };
enum dmac_transfer_width { DMAC_TRANS_WIDTH_32 = 2, DMAC_TRANS_WIDTH_64 = 3 };
enum dmac_burst_trans_length { DMAC_MSIZE_4 = 1, DMAC_MSIZE_8 = 2, DMAC_MSIZE_16 = 3 };
enum dmac_ch_ctl_shifts {
    DMAC_CTL_SMS = 0,
    DMAC_CTL_DMS = 2,
    DMAC_CTL_SINC = 4,  // 1: the address stays
    DMAC_CTL_DINC = 6,
    DMAC_CTL_SRC_TR_WIDTH = 8,
    DMAC_CTL_DST_TR_WIDTH = 11,
    DMAC_CTL_SRC_MSIZE = 14,
    DMAC_CTL_DST_MSIZE = 18,
};
enum dmac_ch_cfg_shifts {
    DMAC_CFG_TT_FC = 32,
    DMAC_CFG_HS_SEL_SRC = 35,
    DMAC_CFG_HS_SEL_DST = 36,
    DMAC_CFG_SRC_PER = 39,
    DMAC_CFG_DST_PER = 44,
};

// lib/drivers/include/spi.h:27-98; field positions of SPI0 and of SPI3: lib/drivers/spi.c:86-253
struct spi {
    uint32_t ctrlr0, ctrlr1, ssienr, mwcr, ser, baudr, txftlr, rxftlr, txflr, rxflr, sr, imr, isr, risr;
    uint32_t txoicr, rxoicr, rxuicr, msticr, icr, dmacr, dmatdlr, dmardlr, idr, ssic_version_id, dr[36];
    uint32_t rx_sample_delay, spi_ctrlr0, resv, xip_mode_bits, xip_incr_inst, xip_wrap_inst, xip_ctrl, xip_ser;
    uint32_t xrxoicr, xip_cnt_time_out, endian;
};
#define spi0 ((volatile struct spi*)0x52000000)
#define spi3 ((volatile struct spi*)0x54000000)

enum spi_ctrlr0_shifts { SPI_TMOD_SHIFT = 8, SPI_DFS_SHIFT = 16, SPI_FRF_SHIFT = 21 };
enum spi3_ctrlr0_shifts { SPI3_DFS_SHIFT = 0, SPI3_TMOD_SHIFT = 10 };
enum spi_frame_format { SPI_FF_OCTAL = 3 };
enum spi_transfer_mode { SPI_TMOD_TRANS = 1, SPI_TMOD_EEROM = 3 };
enum spi_spi_ctrlr0_shifts { SPI_AITM_SHIFT = 0, SPI_ADDR_L_SHIFT = 2, SPI_INST_L_SHIFT = 8 };
enum spi_spi_ctrlr0_values { SPI_AITM_AS_FRAME_FORMAT = 2, SPI_INST_L_8 = 2 };
enum spi_sr_bits { SPI_SR_BUSY = 1 << 0, SPI_SR_TX_EMPTY = 1 << 2 };
enum spi_dmacr_bits { SPI_DMACR_TX = 1 << 1 };

// lib/drivers/include/dvp.h:27-97
struct dvp {
    uint32_t dvp_cfg, r_addr, g_addr, b_addr, cmos_cfg, sccb_cfg, sccb_ctl, axi, sts, reverse, rgb_addr;
};
#define dvp ((volatile struct dvp*)0x50430000)

enum dvp_cfg_bits {
    DVP_CFG_START_INT_ENABLE = 1 << 0,
    DVP_CFG_FINISH_INT_ENABLE = 1 << 1,
    DVP_CFG_AI_OUTPUT_ENABLE = 1 << 2,
    DVP_CFG_DISPLAY_OUTPUT_ENABLE = 1 << 3,
    DVP_CFG_BURST_SIZE_4BEATS = 1 << 8,
    DVP_CFG_RGB_FORMAT = 0 << 9,
    DVP_CFG_YUV_FORMAT = 1 << 9,
    DVP_CFG_HREF_BURST_NUM_SHIFT = 12,
    DVP_CFG_LINE_NUM_SHIFT = 20,
};
enum dvp_cmos_bits { DVP_CMOS_CLK_ENABLE = 1 << 8, DVP_CMOS_RESET = 1 << 16, DVP_CMOS_POWER_DOWN = 1 << 24 };
enum dvp_sccb_cfg_bits {
    DVP_SCCB_BYTE_NUM_2 = 1,
    DVP_SCCB_BYTE_NUM_3 = 2,
    DVP_SCCB_SCL_LCNT_SHIFT = 8,
    DVP_SCCB_SCL_HCNT_SHIFT = 16,
    DVP_SCCB_RDATA_SHIFT = 24,
};
enum dvp_sccb_ctl_bits {
    DVP_SCCB_WRITE_DATA_ENABLE = 1 << 0,
    DVP_SCCB_REG_ADDRESS_SHIFT = 8,
    DVP_SCCB_WDATA_BYTE0_SHIFT = 16,
};
enum dvp_axi_bits { DVP_AXI_GM_MLEN_4BYTE = 3 };
enum dvp_sts_bits {  // each is only written together with its _WE
    DVP_STS_FRAME_START = 1 << 0,
    DVP_STS_FRAME_START_WE = 1 << 1,
    DVP_STS_FRAME_FINISH = 1 << 8,
    DVP_STS_FRAME_FINISH_WE = 1 << 9,
    DVP_STS_DVP_EN = 1 << 16,
    DVP_STS_DVP_EN_WE = 1 << 17,
    DVP_STS_SCCB_EN = 1 << 24,
    DVP_STS_SCCB_EN_WE = 1 << 25,
};

// lib/drivers/include/kpu.h:250-328
struct kpu {
    uint64_t layer_argument_fifo, interrupt_status, interrupt_raw, interrupt_mask, interrupt_clear;
    uint64_t fifo_threshold, fifo_data_out, fifo_ctrl, eight_bit_mode;
};
#define kpu ((volatile struct kpu*)0x40800000)

enum kpu_interrupt_bits { KPU_CALC_DONE_INT = 1, KPU_LAYER_CFG_ALMOST_EMPTY_INT = 2, KPU_ALL_INTS = 7 };
