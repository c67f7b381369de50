// Writes a record into the flash every tenth of a second, and prints its number once it is there. A record is two
// pages that hold the same number, one programmed right after the other. Once all are there it waits, so that a run
// ends from outside only.
// Flash on SPI3, chip select 0: MaixPy-v1 components/drivers/flash. Commands: W25Q128JV data sheet.
#include "clock.h"
#include "console.h"
#include "k210.h"

enum { RECORDS = 2000, PERIOD_US = 100000 };
enum { LOG_ADDRESS = 0xd00000, PAGE_BYTES = 256 };
enum flash_command { PAGE_PROGRAM = 0x02, READ_STATUS_1 = 0x05, WRITE_ENABLE = 0x06 };
enum flash_status { BUSY = 1 };

static void transfer(const uint8_t* out, unsigned count, unsigned mode) {
    spi3->ssienr = 0;
    spi3->ctrlr0 = mode << SPI3_TMOD_SHIFT | 7 << SPI3_DFS_SHIFT;
    spi3->ctrlr1 = 0;
    spi3->ssienr = 1;
    for (unsigned i = 0; i < count; ++i) spi3->dr[0] = out[i];
    spi3->ser = 1;
}

static void send(const uint8_t* out, unsigned count) {
    transfer(out, count, SPI_TMOD_TRANS);
    while ((spi3->sr & (SPI_SR_BUSY | SPI_SR_TX_EMPTY)) != SPI_SR_TX_EMPTY) {}
    spi3->ser = 0;
}

static unsigned status(void) {
    const uint8_t command = READ_STATUS_1;
    transfer(&command, 1, SPI_TMOD_EEROM);
    while (spi3->rxflr == 0) {}
    const unsigned value = spi3->dr[0];
    spi3->ser = 0;
    return value;
}

static void program(uint32_t address, uint32_t word) {
    const uint8_t enable = WRITE_ENABLE;
    send(&enable, 1);
    const uint8_t bytes[] = {PAGE_PROGRAM,  (uint8_t)(address >> 16), (uint8_t)(address >> 8), (uint8_t)address,
                             (uint8_t)word, (uint8_t)(word >> 8),     (uint8_t)(word >> 16),   (uint8_t)(word >> 24)};
    send(bytes, sizeof bytes);
    while (status() & BUSY) {}
}

int main(void) {
    clock_init();
    console_init();
    clock_enable(PERIPHERAL_SPI3);
    spi3->baudr = 10;
    for (unsigned n = 0; n < RECORDS; ++n) {
        const uint32_t address = LOG_ADDRESS + n * 2 * PAGE_BYTES;
        program(address, n);
        program(address + PAGE_BYTES, n);
        print("record %u\n", n);
        delay_us(PERIOD_US);
    }
    for (;;) delay_us(PERIOD_US);
}
