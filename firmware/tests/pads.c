// Tries what hangs on the chip's pads: a wire between UART1 and UART2, one between two pins of GPIOHS, a chip on I2C0
// and one on SPI1. Says what came of each.
#include <stdbool.h>

#include "clock.h"
#include "console.h"
#include "k210.h"
#include "pins.h"

// lib/drivers/include/fpioa.h:194-322
enum {
    FUNC_UART1_TX = 65,
    FUNC_UART1_RX = 64,
    FUNC_UART2_RX = 66,
    FUNC_UART2_TX = 67,
    FUNC_SPI1_D0 = 70,
    FUNC_SPI1_SS0 = 78,
    FUNC_SPI1_SCLK = 83,
    FUNC_I2C0_SCLK = 126,
    FUNC_I2C0_SDA = 127,
};

enum { UART1_TX_PAD = 10, UART1_RX_PAD = 11, UART2_TX_PAD = 12, UART2_RX_PAD = 13 };
enum { OUT_PAD = 20, IN_PAD = 21, OUT_PIN = 4, IN_PIN = 5 };  // where a reset leaves them
enum { I2C_CLOCK_PAD = 30, I2C_DATA_PAD = 31, CHIP_ADDRESS = 0x42, CHIP_REGISTER = 1 };
enum { SPI_CLOCK_PAD = 32, SPI_SELECT_PAD = 33, SPI_OUT_PAD = 34, SPI_IN_PAD = 35 };
enum { BAUD_CYCLES = 1600, PATIENCE = 200000 };

// lib/drivers/include/uart.h:56-117
struct uart {
    uint32_t data_dll, ier_dlh, iir_fcr, lcr, mcr, lsr;
};
#define uart1 ((volatile struct uart*)0x50210000)
#define uart2 ((volatile struct uart*)0x50220000)
enum { LCR_DLAB = 0x80, LCR_8N1 = 3, FCR_FIFOS = 1, LSR_DATA_READY = 1 };

static void uart_init(volatile struct uart* uart) {
    uart->lcr = LCR_DLAB;
    uart->data_dll = BAUD_CYCLES / 16;
    uart->ier_dlh = 0;
    uart->lcr = LCR_8N1;
    uart->iir_fcr = FCR_FIFOS;
}

static void over_a_wire(volatile struct uart* from, volatile struct uart* to, const char* text, const char* name) {
    while (*text) {
        from->data_dll = (uint8_t)*text++;
        unsigned left = PATIENCE;
        while (!(to->lsr & LSR_DATA_READY) && --left) {}
        if (!left) {
            print("%s hears nothing\n", name);
            return;
        }
        print("%s hears %c\n", name, (int)to->data_dll);
    }
}

static void try_uarts(void) {
    clock_enable(PERIPHERAL_UART1);
    clock_enable(PERIPHERAL_UART2);
    pin_route(UART1_TX_PAD, FUNC_UART1_TX, PIN_OUTPUT);
    pin_route(UART1_RX_PAD, FUNC_UART1_RX, PIN_INPUT);
    pin_route(UART2_TX_PAD, FUNC_UART2_TX, PIN_OUTPUT);
    pin_route(UART2_RX_PAD, FUNC_UART2_RX, PIN_INPUT);
    uart_init(uart1);
    uart_init(uart2);
    over_a_wire(uart1, uart2, "ab", "uart2");
    over_a_wire(uart2, uart1, "c", "uart1");
}

static void try_pins(void) {
    pin_route(OUT_PAD, FUNC_GPIOHS0 + OUT_PIN, PIN_OUTPUT);
    pin_route(IN_PAD, FUNC_GPIOHS0 + IN_PIN, PIN_INPUT);
    gpiohs_output(OUT_PIN);
    gpiohs->input_en |= 1u << IN_PIN;
    for (unsigned level = 0; level < 2; ++level) {
        gpiohs_set(OUT_PIN, level);
        print("pin %u reads %u\n", level, gpiohs->input_val >> IN_PIN & 1u);
    }
}

// lib/drivers/include/i2c.h:29-150
#define i2c0 ((volatile uint32_t*)0x50280000)
enum {
    I2C_TAR = 0x04 / 4,
    I2C_DATA_CMD = 0x10 / 4,
    I2C_ENABLE = 0x6c / 4,
    I2C_RXFLR = 0x78 / 4,
    I2C_TX_ABRT_SOURCE = 0x80 / 4,
    I2C_READ = 1 << 8,
};

static void try_i2c(void) {
    clock_enable(PERIPHERAL_I2C0);
    pin_route(I2C_CLOCK_PAD, FUNC_I2C0_SCLK, PIN_OPEN_DRAIN);
    pin_route(I2C_DATA_PAD, FUNC_I2C0_SDA, PIN_OPEN_DRAIN);
    i2c0[I2C_TAR] = CHIP_ADDRESS;
    i2c0[I2C_ENABLE] = 1;
    i2c0[I2C_DATA_CMD] = CHIP_REGISTER;
    i2c0[I2C_DATA_CMD] = I2C_READ;
    while (!i2c0[I2C_RXFLR] && !i2c0[I2C_TX_ABRT_SOURCE]) {}
    if (i2c0[I2C_TX_ABRT_SOURCE])
        print("nobody on i2c0\n");
    else
        print("i2c0 reads %x\n", (unsigned)i2c0[I2C_DATA_CMD]);
}

// lib/drivers/include/spi.h:30-99
#define spi1 ((volatile uint32_t*)0x53000000)
enum {
    SPI_CTRLR0 = 0x00 / 4,
    SPI_ENABLE = 0x08 / 4,
    SPI_SER = 0x10 / 4,
    SPI_BAUDR = 0x14 / 4,
    SPI_RXFLR = 0x24 / 4,
    SPI_DATA = 0x60 / 4,
    SPI_8_BITS = 7 << 16,
};

static void try_spi(void) {
    clock_enable(PERIPHERAL_SPI1);
    pin_route(SPI_CLOCK_PAD, FUNC_SPI1_SCLK, PIN_OUTPUT);
    pin_route(SPI_SELECT_PAD, FUNC_SPI1_SS0, PIN_OUTPUT);
    pin_route(SPI_OUT_PAD, FUNC_SPI1_D0, PIN_IN_OUT);
    pin_route(SPI_IN_PAD, FUNC_SPI1_D0 + 1, PIN_IN_OUT);
    spi1[SPI_ENABLE] = 0;
    spi1[SPI_CTRLR0] = SPI_8_BITS;
    spi1[SPI_BAUDR] = 20;
    spi1[SPI_SER] = 1;
    spi1[SPI_ENABLE] = 1;
    spi1[SPI_DATA] = 0x5a;
    while (!spi1[SPI_RXFLR]) {}
    print("spi1 reads %x\n", (unsigned)spi1[SPI_DATA]);
}

int main(void) {
    console_init();
    try_uarts();
    try_pins();
    try_i2c();
    try_spi();
    return 0;
}
