// Every interrupt source, DMA handshake and reset bit against the SDK's numbers, by driving the wired chip.
#include "soc/signal_map.hpp"

#include <array>
#include <bit>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

#include "k210/soc/interrupts.hpp"
#include "soc/chip_bench.hpp"
#include "soc/wiring.hpp"

namespace k210 {
namespace {

struct SignalMapTest : testing::Test, ChipBench {
    static constexpr std::uint32_t kPlicPending = 0x0c00'1000;

    // The source that raising the line makes pending, 0 for none or several.
    unsigned source_of(OutputLine& line) {
        line.set(false);
        std::array<std::uint32_t, 3> before{}, after{};
        for (std::uint32_t i = 0; i < 3; ++i) before[i] = read(kPlicPending + 4 * i);
        line.set(true);
        unsigned source = 0, changed = 0;
        for (std::uint32_t i = 0; i < 3; ++i) {
            after[i] = read(kPlicPending + 4 * i) ^ before[i];
            changed += static_cast<unsigned>(std::popcount(after[i]));
            if (after[i]) source = 32 * i + static_cast<unsigned>(std::countr_zero(after[i]));
        }
        return changed == 1 ? source : 0;
    }
    std::uint64_t requests() {
        Snapshot snapshot;
        StateSaver saver(snapshot);
        chip.dmac.visit_state(saver);
        std::uint64_t bits;
        StateLoader loader(snapshot);
        loader.value("requests", bits);
        return bits;
    }
    // The handshake that raising the line requests, -1 for none or several.
    int handshake_of(OutputLine& line) {
        line.set(false);
        const std::uint64_t before = requests();
        line.set(true);
        const std::uint64_t changed = requests() ^ before;
        return std::has_single_bit(changed) ? std::countr_zero(changed) : -1;
    }
};

// [sdk] lib/drivers/include/plic.h:154-222
TEST_F(SignalMapTest, EveryBlockHasItsInterruptSource) {
    EXPECT_EQ(source_of(chip.spi0.irq), 1u);
    EXPECT_EQ(source_of(chip.spi1.irq), 2u);
    EXPECT_EQ(source_of(chip.spi_slave.irq), 3u);
    EXPECT_EQ(source_of(chip.spi3.irq), 4u);
    EXPECT_EQ(source_of(chip.i2s0.irq), 5u);
    EXPECT_EQ(source_of(chip.i2s1.irq), 6u);
    EXPECT_EQ(source_of(chip.i2s2.irq), 7u);
    EXPECT_EQ(source_of(chip.i2c0.irq), 8u);
    EXPECT_EQ(source_of(chip.i2c1.irq), 9u);
    EXPECT_EQ(source_of(chip.i2c2.irq), 10u);
    EXPECT_EQ(source_of(chip.uart1.irq), 11u);
    EXPECT_EQ(source_of(chip.uart2.irq), 12u);
    EXPECT_EQ(source_of(chip.uart3.irq), 13u);
    EXPECT_EQ(source_of(chip.timer0.irq[0]), 14u);
    EXPECT_EQ(source_of(chip.timer0.irq[1]), 15u);
    EXPECT_EQ(source_of(chip.timer1.irq[0]), 16u);
    EXPECT_EQ(source_of(chip.timer1.irq[1]), 17u);
    EXPECT_EQ(source_of(chip.timer2.irq[0]), 18u);
    EXPECT_EQ(source_of(chip.timer2.irq[1]), 19u);
    EXPECT_EQ(source_of(chip.rtc.irq), 20u);
    EXPECT_EQ(source_of(chip.wdt0.irq), 21u);
    EXPECT_EQ(source_of(chip.wdt1.irq), 22u);
    EXPECT_EQ(source_of(chip.gpio.irq), 23u);
    EXPECT_EQ(source_of(chip.dvp.irq), 24u);
    EXPECT_EQ(source_of(chip.kpu.irq), 25u);
    EXPECT_EQ(source_of(chip.fft.irq), 26u);
    for (unsigned channel = 0; channel < 6; ++channel) EXPECT_EQ(source_of(chip.dmac.irq[channel]), 27 + channel);
    EXPECT_EQ(source_of(chip.uarths.irq), 33u);
    for (unsigned pin = 0; pin < 32; ++pin) EXPECT_EQ(source_of(chip.gpiohs.irq[pin]), 34 + pin);
}

TEST_F(SignalMapTest, InterruptsHaveTheNamesOfTheirBlocks) {
    EXPECT_EQ(interrupt_name(33), "uarths");
    EXPECT_EQ(interrupt_name(14), "timer0 irq_0");
    EXPECT_EQ(interrupt_name(32), "dmac irq5");
    EXPECT_EQ(interrupt_name(34), "gpiohs 0");
    EXPECT_EQ(interrupt_name(65), "gpiohs 31");
    EXPECT_EQ(interrupt_name(3), "spi_slave");
}

// [sdk] lib/drivers/include/sysctl.h:98-131, where sysctl_dma_select_t counts from 0
TEST_F(SignalMapTest, EveryBlockHasItsDmaHandshakes) {
    EXPECT_EQ(handshake_of(chip.spi0.dma_rx_req), 0);
    EXPECT_EQ(handshake_of(chip.spi0.dma_tx_req), 1);
    EXPECT_EQ(handshake_of(chip.spi1.dma_rx_req), 2);
    EXPECT_EQ(handshake_of(chip.spi1.dma_tx_req), 3);
    EXPECT_EQ(handshake_of(chip.spi_slave.dma_rx_req), 4);
    EXPECT_EQ(handshake_of(chip.spi_slave.dma_tx_req), 5);
    EXPECT_EQ(handshake_of(chip.spi3.dma_rx_req), 6);
    EXPECT_EQ(handshake_of(chip.spi3.dma_tx_req), 7);
    EXPECT_EQ(handshake_of(chip.i2c0.dma_rx_req), 8);
    EXPECT_EQ(handshake_of(chip.i2c0.dma_tx_req), 9);
    EXPECT_EQ(handshake_of(chip.i2c1.dma_rx_req), 10);
    EXPECT_EQ(handshake_of(chip.i2c1.dma_tx_req), 11);
    EXPECT_EQ(handshake_of(chip.i2c2.dma_rx_req), 12);
    EXPECT_EQ(handshake_of(chip.i2c2.dma_tx_req), 13);
    EXPECT_EQ(handshake_of(chip.uart1.dma_rx_req), 14);
    EXPECT_EQ(handshake_of(chip.uart1.dma_tx_req), 15);
    EXPECT_EQ(handshake_of(chip.uart2.dma_rx_req), 16);
    EXPECT_EQ(handshake_of(chip.uart2.dma_tx_req), 17);
    EXPECT_EQ(handshake_of(chip.uart3.dma_rx_req), 18);
    EXPECT_EQ(handshake_of(chip.uart3.dma_tx_req), 19);
    EXPECT_EQ(handshake_of(chip.aes.dma_rx_req), 20);
    EXPECT_EQ(handshake_of(chip.sha256.dma_rx_req), 21);
    EXPECT_EQ(handshake_of(chip.kpu.dma_request), 22);
    EXPECT_EQ(handshake_of(chip.fft.dma_rx_req), 23);
    EXPECT_EQ(handshake_of(chip.fft.dma_tx_req), 24);
    EXPECT_EQ(handshake_of(chip.i2s0.dma_tx_req), 25);
    EXPECT_EQ(handshake_of(chip.i2s0.dma_rx_req), 26);
    EXPECT_EQ(handshake_of(chip.i2s1.dma_tx_req), 27);
    EXPECT_EQ(handshake_of(chip.i2s1.dma_rx_req), 28);
    EXPECT_EQ(handshake_of(chip.i2s2.dma_tx_req), 29);
    EXPECT_EQ(handshake_of(chip.i2s2.dma_rx_req), 30);
}

// CLINT and PLIC, straight to mip. [doc] RISC-V privileged spec
TEST_F(SignalMapTest, EachHartHasItsOwnThreeInterrupts) {
    const auto pending = [this](unsigned hart) {
        Snapshot snapshot;
        StateSaver saver(snapshot);
        chip.harts[hart]->visit_state(saver);
        std::uint64_t mip;
        StateLoader loader(snapshot);
        const auto scope = loader.enter(fmt::format("hart{}", hart));
        loader.value("pending", mip);
        return mip;
    };
    chip.clint.software[0].set(true);
    chip.clint.timer[1].set(true);
    EXPECT_EQ(pending(0), 1u << 3);
    EXPECT_EQ(pending(1), 1u << 7);
    chip.plic.external[0].set(true);  // contexts 0 and 2 are the harts' machine modes [sdk] plic.c:27-40
    chip.plic.external[1].set(true);
    EXPECT_EQ(pending(0), 1u << 3 | 1u << 11);
    EXPECT_EQ(pending(1), 1u << 7);
    chip.plic.external[2].set(true);
    EXPECT_EQ(pending(1), 1u << 7 | 1u << 11);
}

struct ResetRow {
    unsigned bit;
    std::uint32_t address, value;  // a register of the block, and a value that it does not have after a reset
};

// [sdk] lib/drivers/include/sysctl.h:528-560
TEST_F(SignalMapTest, EveryResetBitResetsItsBlock) {
    constexpr std::uint32_t kPeriReset = 0x5044'0034;
    constexpr auto kResets = std::to_array<ResetRow>({
        {1, 0x5000'0100, 0x1230},  // dma
        {2, 0x4080'0028, 0x21},    // ai: fifo_threshold
        {3, 0x5043'0004, 0x1230},  // dvp: r_addr
        {5, 0x5020'0004, 1},       // gpio: direction
        {6, 0x5200'0014, 6},
        {7, 0x5300'0014, 6},
        {9, 0x5400'0014, 6},  // spi: baudr
        {10, 0x5025'0034, 5},
        {11, 0x5026'0034, 5},
        {12, 0x5027'0034, 5},  // i2s: tcr
        {13, 0x5028'0004, 0x21},
        {14, 0x5029'0004, 0x21},
        {15, 0x502a'0004, 0x21},  // i2c: tar
        {16, 0x5021'000c, 3},
        {17, 0x5022'000c, 3},
        {18, 0x5023'000c, 3},       // uart: lcr
        {19, 0x5045'0018, 0x1230},  // aes: iv
        {20, 0x502b'0010, 0x1f12},  // fpioa: a pad
        {21, 0x502d'0000, 0x1230},
        {22, 0x502e'0000, 0x1230},
        {23, 0x502f'0000, 0x1230},  // timer: load_count
        {24, 0x5040'0004, 0x21},
        {25, 0x5041'0004, 0x21},         // wdt: torr
        {26, 0x502c'0034, 1},            // sha: sha_function_reg_1
        {29, 0x5046'001c, 0x0020'2000},  // rtc: register_ctrl
    });
    for (const ResetRow& row : kResets) {
        write(row.address, row.value);
        ASSERT_EQ(read(row.address), row.value) << row.bit;
        write(kPeriReset, 1u << row.bit);
        write(kPeriReset, 0);
        EXPECT_NE(read(row.address), row.value) << row.bit;
    }
}

TEST_F(SignalMapTest, AResetLowersTheLinesOfItsBlock) {
    write(0x5200'0008, 1);  // spi0 enabled: its transmit FIFO is empty
    ASSERT_TRUE(chip.spi0.irq.level());
    write(0x5044'0034, 1 << 6);
    EXPECT_FALSE(chip.spi0.irq.level());
}

TEST_F(SignalMapTest, AReleasedResetBitChangesNothing) {
    write(0x5044'0034, 1 << 6);
    write(0x5200'0014, 6);
    write(0x5044'0034, 0);
    EXPECT_EQ(read(0x5200'0014), 6u);
}

// [sdk] lib/drivers/include/sysctl.h:716-724
TEST_F(SignalMapTest, TheCauseOfAResetIsInItsRegister) {
    for (const auto& [cause, bit] : {std::pair{Sysctl::ResetCause::pin, 1}, std::pair{Sysctl::ResetCause::wdt0, 2},
                                     std::pair{Sysctl::ResetCause::wdt1, 3}, std::pair{Sysctl::ResetCause::soft, 4}}) {
        chip.reset(cause);
        EXPECT_EQ(read(0x5044'0060), 1u << bit);
    }
}

TEST_F(SignalMapTest, ExecuteInPlacePutsTheFlashIntoSpi3sWindow) {
    constexpr std::uint32_t kSr = 0x5400'0028;
    EXPECT_EQ(read(kSr), 6u);
    write(0x5044'0058, 1 << 15);
    EXPECT_EQ(read(kSr), ~0u) << "the flash, which nothing selects";
    write(0x5044'0058, 1 << 14);
    EXPECT_EQ(read(kSr), 6u) << "another controller's bit";
}

TEST_F(SignalMapTest, CodeThatChangesInAnyMemoryIsNoticed) {
    for (Memory* memory : {&chip.debug, &chip.sram, &chip.ai_ram, &chip.rom}) {
        memory->mark_code(0, 4);
        const std::uint64_t before = chip.code_epoch.value;
        memory->wrote(0, 4);
        EXPECT_NE(chip.code_epoch.value, before) << memory->name();
    }
}

TEST_F(SignalMapTest, ResettingOneBlockLeavesTheOthersAlone) {
    write(0x5200'0014, 6);
    write(0x5300'0014, 8);
    write(0x5044'0034, 1 << 7);
    EXPECT_EQ(read(0x5200'0014), 6u);
    EXPECT_EQ(read(0x5300'0014), 0u);
}

// Bits of blocks without a model and without a block do no harm.
TEST_F(SignalMapTest, EveryResetBitMayBeSet) {
    write(0x5044'0034, ~0u);
    write(0x5044'0034, 0);
    EXPECT_TRUE(reset_requests.empty());
}

TEST_F(SignalMapTest, WatchdogsAndSysctlAskForAResetOfTheMachine) {
    chip.wdt0.on_reset();
    chip.wdt1.on_reset();
    write(0x5044'0030, 1);
    EXPECT_EQ(reset_requests,
              (std::vector{Sysctl::ResetCause::wdt0, Sysctl::ResetCause::wdt1, Sysctl::ResetCause::soft}));
}

struct WiringTest : testing::Test {
    DeviceBench bench;
    Stub one{"one", bench.context()}, two{"two", bench.context()};
    OutputLine irq{two, "irq"};
    Memory ram{"ram", kPageBytes};
    std::vector<Device*> devices{&one, &two};
    std::vector<Memory*> memories{&ram};
};

TEST_F(WiringTest, FindsWhatRowsName) {
    EXPECT_EQ(&find_device(devices, "two"), &two);
    EXPECT_EQ(&find_line(devices, {"two", "irq", 1}), &irq);
    EXPECT_EQ(&find_memory(memories, "ram"), &ram);
}

TEST_F(WiringTest, MisspeltRowsAreErrorsThatNameThem) {
    const auto error = [](const auto& find) -> std::string {
        try {
            find();
        } catch (const std::logic_error& e) { return e.what(); }
        return "found";
    };
    EXPECT_EQ(error([&] { find_device(devices, "tow"); }), "wiring: there is no block tow");
    EXPECT_EQ(error([&] { find_line(devices, {"tow", "irq", 1}); }), "wiring: there is no block tow");
    EXPECT_EQ(error([&] { find_line(devices, {"one", "irq", 1}); }), "wiring: one has no line irq");
    EXPECT_EQ(error([&] { find_memory(memories, "rom"); }), "wiring: there is no memory rom");
}

}  // namespace
}  // namespace k210
