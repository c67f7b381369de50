// Wiring and panel set-up: MaixPy-v1@d8901fd components/drivers/lcd/src/{lcd_mcu,st7789}.c, include/lcd.h,
// micropython/port/src/omv/py/py_lcd.c:200-237. SPI frames: standalone-sdk lib/drivers/spi.c. [sdk]
#include "lcd.h"

#include <stddef.h>

#include "clock.h"
#include "dma.h"
#include "pins.h"

enum pads { PAD_CS = 36, PAD_RST = 37, PAD_DC = 38, PAD_WR = 39 };
enum gpiohs_pins { PIN_RST = 30, PIN_DC = 31 };
enum { CHIP_SELECT = 1 << 3, CLOCK_HZ = 15000000, DMA_CHANNEL = 2, FIFO_WORDS = 32, TX_BURST_ROOM = 16 };

enum st7789_command {
    SOFTWARE_RESET = 0x01,
    SLEEP_OFF = 0x11,
    NORMAL_DISPLAY_ON = 0x13,
    DISPLAY_ON = 0x29,
    HORIZONTAL_ADDRESS_SET = 0x2a,
    VERTICAL_ADDRESS_SET = 0x2b,
    MEMORY_WRITE = 0x2c,
    MEMORY_ACCESS_CTL = 0x36,
    PIXEL_FORMAT_SET = 0x3a,
};
enum st7789_values { PIXEL_FORMAT_RGB565 = 0x55, ROWS_AND_COLUMNS_SWAPPED = 0xa0 };

// In octal frames a transfer opens with an instruction or an address, which are nothing but the first bytes here.
static void begin(unsigned data_bits, uint32_t opening) {
    spi0->ssienr = 0;
    spi0->ctrlr0 = (data_bits - 1) << SPI_DFS_SHIFT | SPI_FF_OCTAL << SPI_FRF_SHIFT | SPI_TMOD_TRANS << SPI_TMOD_SHIFT;
    spi0->spi_ctrlr0 = opening | SPI_AITM_AS_FRAME_FORMAT << SPI_AITM_SHIFT;
}

static void finish(void) {
    while ((spi0->sr & (SPI_SR_BUSY | SPI_SR_TX_EMPTY)) != SPI_SR_TX_EMPTY) {}
    spi0->ser = 0;
    spi0->ssienr = 0;
}

// The FIFO takes all of it before the transfer begins, so that it cannot run dry half-way.
static void send_bytes(const uint8_t* bytes, size_t count) {
    spi0->dmacr = 0;
    spi0->ssienr = 1;
    for (size_t i = 0; i < count && i < FIFO_WORDS; ++i) spi0->dr[0] = bytes[i];
    spi0->ser = CHIP_SELECT;
    finish();
}

static void command(enum st7789_command code) {
    const uint8_t byte = (uint8_t)code;
    gpiohs_set(PIN_DC, false);
    begin(8, SPI_INST_L_8 << SPI_INST_L_SHIFT);
    send_bytes(&byte, 1);
}

static void command_with(enum st7789_command code, const uint8_t* arguments, size_t count) {
    command(code);
    gpiohs_set(PIN_DC, true);
    begin(8, 8 / 4 << SPI_ADDR_L_SHIFT);
    send_bytes(arguments, count);
}

static void set_range(enum st7789_command code, unsigned count) {
    const unsigned last = count - 1;
    const uint8_t range[4] = {0, 0, (uint8_t)(last >> 8), (uint8_t)last};
    command_with(code, range, sizeof range);
}

static void reset_panel(void) {
    gpiohs_output(PIN_DC);
    gpiohs_output(PIN_RST);
    gpiohs_set(PIN_RST, false);
    delay_us(50000);
    gpiohs_set(PIN_RST, true);
    delay_us(50000);
}

void lcd_init(void) {
    sysctl->power_sel |= 1 << 6 | 1 << 7;  // the LCD's and the camera's pads work at 1.8 V
    sysctl->misc |= SPI_DVP_DATA_ENABLE;   // their data lines have pads of their own
    pin_route(PAD_CS, FUNC_SPI0_SS3, PIN_OUTPUT);
    pin_route(PAD_WR, FUNC_SPI0_SCLK, PIN_OUTPUT);
    pin_route(PAD_DC, FUNC_GPIOHS0 + PIN_DC, PIN_IN_OUT);
    pin_route(PAD_RST, FUNC_GPIOHS0 + PIN_RST, PIN_IN_OUT);

    clock_enable(PERIPHERAL_SPI0);
    sysctl->clk_th1 &= ~0xffu;
    spi0->ssienr = 0;
    spi0->imr = 0;
    spi0->ser = 0;
    spi0->endian = 0;
    spi0->dmatdlr = TX_BURST_ROOM;
    spi0->baudr = (clock_spi0_hz() + CLOCK_HZ - 1) / CLOCK_HZ;

    reset_panel();
    command(SOFTWARE_RESET);
    delay_us(50000);
    command(SLEEP_OFF);
    delay_us(120000);
    command_with(PIXEL_FORMAT_SET, (const uint8_t[]){PIXEL_FORMAT_RGB565}, 1);
    command_with(MEMORY_ACCESS_CTL, (const uint8_t[]){ROWS_AND_COLUMNS_SWAPPED}, 1);
    command(NORMAL_DISPLAY_ON);
    command(DISPLAY_ON);
}

void lcd_show(const volatile struct lcd_frame* dma_frame) {
    set_range(HORIZONTAL_ADDRESS_SET, LCD_WIDTH);
    set_range(VERTICAL_ADDRESS_SET, LCD_HEIGHT);
    command(MEMORY_WRITE);

    gpiohs_set(PIN_DC, true);
    begin(32, 32 / 4 << SPI_ADDR_L_SHIFT);
    spi0->dmacr = SPI_DMACR_TX;
    spi0->ssienr = 1;
    const struct dma_transfer pixels = {
        .channel = DMA_CHANNEL,
        .handshake = SYSCTL_DMA_SELECT_SSI0_TX_REQ,
        .flow = DMAC_MEM2PRF_DMA,
        .from = dma_frame,
        .to = &spi0->dr[0],
        .width = DMAC_TRANS_WIDTH_32,
        .burst = DMAC_MSIZE_4,
        .count = sizeof *dma_frame / sizeof(uint32_t),
    };
    dma_start(&pixels);
    spi0->ser = CHIP_SELECT;
    dma_wait(DMA_CHANNEL);
    finish();
}
