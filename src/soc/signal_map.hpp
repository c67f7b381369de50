// Where the blocks' output lines go: PLIC sources and DMA handshakes.
#pragma once
#include <array>
#include <string_view>

namespace k210 {

struct SignalRow {
    std::string_view device, line;
    unsigned number;
};

// clang-format off
// [sdk] lib/drivers/include/plic.h:156-221
inline constexpr std::array kInterruptMap = std::to_array<SignalRow>({
    {"spi0", "irq", 1},      {"spi1", "irq", 2},      {"spi_slave", "irq", 3}, {"spi3", "irq", 4},
    {"i2s0", "irq", 5},      {"i2s1", "irq", 6},      {"i2s2", "irq", 7},      {"i2c0", "irq", 8},
    {"i2c1", "irq", 9},      {"i2c2", "irq", 10},     {"uart1", "irq", 11},    {"uart2", "irq", 12},
    {"uart3", "irq", 13},    {"timer0", "irq_0", 14}, {"timer0", "irq_1", 15}, {"timer1", "irq_0", 16},
    {"timer1", "irq_1", 17}, {"timer2", "irq_0", 18}, {"timer2", "irq_1", 19}, {"rtc", "irq", 20},
    {"wdt0", "irq", 21},     {"wdt1", "irq", 22},     {"gpio", "irq", 23},     {"dvp", "irq", 24},
    {"kpu", "irq", 25},      {"fft", "irq", 26},      {"dmac", "irq0", 27},    {"dmac", "irq1", 28},
    {"dmac", "irq2", 29},    {"dmac", "irq3", 30},    {"dmac", "irq4", 31},    {"dmac", "irq5", 32},
    {"uarths", "irq", 33},
});
inline constexpr unsigned kFirstGpiohsSource = 34;  // to 65, one per pin

// [sdk] lib/drivers/include/sysctl.h:98-131
inline constexpr std::array kDmaHandshakeMap = std::to_array<SignalRow>({
    {"spi0", "dma_rx_req", 0},   {"spi0", "dma_tx_req", 1},   {"spi1", "dma_rx_req", 2},   {"spi1", "dma_tx_req", 3},
    {"spi_slave", "dma_rx_req", 4}, {"spi_slave", "dma_tx_req", 5}, {"spi3", "dma_rx_req", 6}, {"spi3", "dma_tx_req", 7},
    {"i2c0", "dma_rx_req", 8},   {"i2c0", "dma_tx_req", 9},
    {"i2c1", "dma_rx_req", 10},  {"i2c1", "dma_tx_req", 11},  {"i2c2", "dma_rx_req", 12},  {"i2c2", "dma_tx_req", 13},
    {"uart1", "dma_rx_req", 14}, {"uart1", "dma_tx_req", 15}, {"uart2", "dma_rx_req", 16}, {"uart2", "dma_tx_req", 17},
    {"uart3", "dma_rx_req", 18}, {"uart3", "dma_tx_req", 19}, {"aes", "dma_rx_req", 20},      {"sha256", "dma_rx_req", 21},
    {"kpu", "dma_request", 22},  {"fft", "dma_rx_req", 23},   {"fft", "dma_tx_req", 24},
    {"i2s0", "dma_tx_req", 25},  {"i2s0", "dma_rx_req", 26},  {"i2s1", "dma_tx_req", 27},
    {"i2s1", "dma_rx_req", 28},  {"i2s2", "dma_tx_req", 29},  {"i2s2", "dma_rx_req", 30},
});
// clang-format on

// SYSCTL's peri_reset calls these otherwise than the rest of the SDK does. [sdk] lib/drivers/include/sysctl.h:203-237
struct ResetRow {
    std::string_view reset, block;
};
inline constexpr std::array kResetNames = std::to_array<ResetRow>({
    {"dma", "dmac"},
    {"ai", "kpu"},
    {"sha", "sha256"},
    {"spi2", "spi_slave"},
});

// The block that a bit of peri_reset resets.
constexpr std::string_view reset_block(std::string_view reset) {
    for (const ResetRow& row : kResetNames)
        if (row.reset == reset) return row.block;
    return reset;
}

}  // namespace k210
