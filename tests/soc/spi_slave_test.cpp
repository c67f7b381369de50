// SPI0 as a master and the SPI slave beside it, joined by wires, as the SDK's drivers set them up: spi.c:1105-1430.
// [sdk]
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "soc/chip_bench.hpp"

namespace k210 {
namespace {

using Words = std::vector<std::uint32_t>;

struct SpiSlaveTest : testing::Test, ChipBench {
    static constexpr std::uint32_t kFpioa = 0x502b'0000, kSysctl = 0x5044'0000, kDmac = 0x5000'0000,
                                   kMaster = 0x5200'0000, kSlave = 0x5024'0000;
    enum : std::uint32_t { kCtrlr0 = 0x00, kSsienr = 0x08, kSer = 0x10, kBaudr = 0x14, kRxftlr = 0x1c, kTxflr = 0x20 };
    enum : std::uint32_t { kRxflr = 0x24, kSr = 0x28, kImr = 0x2c, kRisr = 0x34, kDmacr = 0x4c, kDmardlr = 0x54 };
    enum : std::uint32_t { kDr = 0x60, kOutputOff = 1 << 10, kRxf = 1 << 4, kRxo = 1 << 3 };
    enum Pad : unsigned {
        kOut = 10,
        kIn = 11,
        kSelect = 12,
        kClock = 13,
        kSlaveData = 20,
        kSlaveSelect = 21,
        kSlaveClock = 22
    };

    SpiSlaveTest() {
        write(kSysctl + 0x28, ~0u);
        write(kSysctl + 0x2c, ~0u);
        route(kOut, FUNC_SPI0_D0);
        route(kIn, FUNC_SPI0_D0 + 1);
        route(kSelect, FUNC_SPI0_SS0);
        route(kClock, FUNC_SPI0_SCLK);
        route(kSlaveData, FUNC_SPI_SLAVE_D0);
        route(kSlaveSelect, FUNC_SPI_SLAVE_SS);
        route(kSlaveClock, FUNC_SPI_SLAVE_SCLK);
        chip.fpioa.join(kClock, kSlaveClock);
        chip.fpioa.join(kSelect, kSlaveSelect);
        write(kDmac + 0x10, 3);
    }
    // Outputs enabled, inputs enabled.
    void route(unsigned pad, unsigned function) { write(kFpioa + 4 * pad, function | 1 << 12 | 1 << 20); }
    void set_up_master(std::uint32_t bits, std::uint32_t dmacr = 0) {
        write(kMaster + kSsienr, 0);
        write(kMaster + kCtrlr0, (bits - 1) << 16);
        write(kMaster + kBaudr, 4);
        write(kMaster + kDmacr, dmacr);
        write(kMaster + kDmardlr, 3);
        write(kMaster + kSsienr, 1);
    }
    void set_up_slave(std::uint32_t bits, std::uint32_t more = 0, std::uint32_t dmacr = 0) {
        write(kSlave + kSsienr, 0);
        write(kSlave + kCtrlr0, (bits - 1) << 16 | more);
        write(kSlave + kDmardlr, 3);
        write(kSlave + kDmacr, dmacr);
        write(kSlave + kSsienr, 1);
    }
    void run() { bench.run_for_cycles(100'000); }
    // A transfer of the master's: what came back.
    Words transfer(const Words& out) {
        for (const std::uint32_t word : out) write(kMaster + kDr, word);
        write(kMaster + kSer, 1);
        run();
        write(kMaster + kSer, 0);
        return fetch(kMaster);
    }
    Words fetch(std::uint32_t spi) {
        Words words;
        while (read(spi + kRxflr)) words.push_back(read(spi + kDr));
        return words;
    }
    // Words of 32 bits on the channel of that number, as dmac_set_single_mode has it.
    void start_dma(std::uint32_t channel, std::uint32_t handshake, std::uint32_t from, std::uint32_t to,
                   std::uint32_t words) {
        const bool to_device = to < 0x8000'0000;
        const std::uint32_t base = kDmac + 0x100 + channel * 0x100, burst4 = 1;
        chip.dmac.select_handshake(channel, handshake);
        write(base + 0x20, 0);
        write(base + 0x24, (to_device ? 1u : 2u) | channel << 7 | channel << 12);
        write(base + 0x00, from);
        write(base + 0x08, to);
        write(base + 0x18, (to_device ? 1u << 6 : 1u << 4) | 2u << 8 | 2u << 11 | burst4 << 14 | burst4 << 18);
        write(base + 0x10, words - 1);
        write(kDmac + 0x18, 0x101u << channel);
    }
    bool dma_is_done(unsigned channel) { return !(read(kDmac + 0x18) >> channel & 1); }
};

TEST_F(SpiSlaveTest, ReceivesWhatAMasterSends) {
    chip.fpioa.join(kOut, kSlaveData);
    set_up_master(8);
    set_up_slave(8, kOutputOff);
    const Words command{1, 0x10, 0, 0, 0, 4, 0, 0x15};
    EXPECT_EQ(transfer(command), Words(8, 0xff)) << "nobody drives its data in";
    EXPECT_EQ(read(kSlave + kRxflr), 8u);
    EXPECT_EQ(fetch(kSlave), command);
}

TEST_F(SpiSlaveTest, SendsWhatAMasterClocksOut) {
    chip.fpioa.join(kIn, kSlaveData);
    set_up_master(8);
    set_up_slave(8);
    for (const std::uint32_t byte : {0xa5u, 0x5au, 0x01u}) write(kSlave + kDr, byte);
    EXPECT_EQ(transfer(Words(4, 0)), (Words{0xa5, 0x5a, 0x01, 0x00}));
    EXPECT_EQ(read(kSlave + kTxflr), 0u);
}

TEST_F(SpiSlaveTest, KeepsOffTheLineWhereItsOutputIsOff) {
    chip.fpioa.join(kIn, kSlaveData);
    set_up_master(8);
    set_up_slave(8, kOutputOff);
    write(kSlave + kDr, 0x00);
    EXPECT_EQ(transfer({0}), (Words{0xff}));
}

TEST_F(SpiSlaveTest, FramesNeedNotBeAsWideOnBothSides) {
    chip.fpioa.join(kOut, kSlaveData);
    set_up_master(8);
    set_up_slave(32, kOutputOff);
    transfer({0x12, 0x34, 0x56, 0x78, 0x9a});
    EXPECT_EQ(fetch(kSlave), (Words{0x1234'5678})) << "the last one is cut off";
    transfer({1, 2, 3, 4});
    EXPECT_EQ(fetch(kSlave), (Words{0x0102'0304}));
}

TEST_F(SpiSlaveTest, HearsNothingUnlessWiredAndSelected) {
    chip.fpioa.join(kOut, kSlaveData);
    set_up_master(8);
    set_up_slave(8, kOutputOff);
    write(kSlave + kSsienr, 0);
    transfer({1});
    EXPECT_EQ(read(kSlave + kRxflr), 0u) << "while it is disabled";
    write(kSlave + kSsienr, 1);
    route(kSlaveSelect, FUNC_GPIOHS0);
    transfer({1});
    EXPECT_EQ(read(kSlave + kRxflr), 0u) << "without a select";
    route(kSlaveSelect, FUNC_SPI_SLAVE_SS);
    route(kSlaveClock, FUNC_GPIOHS0);
    transfer({1});
    EXPECT_EQ(read(kSlave + kRxflr), 0u) << "without a clock";
    route(kSlaveClock, FUNC_SPI_SLAVE_SCLK);
    transfer({1});
    EXPECT_EQ(read(kSlave + kRxflr), 1u);
}

TEST_F(SpiSlaveTest, InterruptsAboveItsLevelAndTellsWhatIsLost) {
    chip.fpioa.join(kOut, kSlaveData);
    set_up_master(8);
    write(kSlave + kRxftlr, 1);
    set_up_slave(8, kOutputOff);
    write(kSlave + kImr, kRxf);
    transfer({1});
    EXPECT_FALSE(chip.spi_slave.irq.level());
    transfer({2});
    EXPECT_TRUE(chip.spi_slave.irq.level());
    write(kSlave + kImr, 0);
    EXPECT_FALSE(chip.spi_slave.irq.level());
    for (int i = 0; i < 3; ++i) transfer(Words(30, 7));
    EXPECT_TRUE(read(kSlave + kRisr) & kRxo);
    read(kSlave + 0x3c);  // rxoicr
    EXPECT_FALSE(read(kSlave + kRisr) & kRxo);
}

TEST_F(SpiSlaveTest, DmaPutsABlockIntoMemory) {
    constexpr std::uint32_t kWords = 400, kFrom = 0x8010'0000, kTo = 0x8020'0000;
    chip.fpioa.join(kOut, kSlaveData);
    for (std::uint32_t i = 0; i < kWords; ++i) write(kFrom + 4 * i, i * 0x0101'0101);
    set_up_master(32, 2);
    set_up_slave(32, kOutputOff, 1);
    start_dma(1, 4, kSlave + kDr, kTo, kWords);
    start_dma(0, 1, kFrom, kMaster + kDr, kWords);
    write(kMaster + kSer, 1);
    bench.run_for_cycles(2'000'000);
    write(kMaster + kSer, 0);
    ASSERT_TRUE(dma_is_done(0));
    ASSERT_TRUE(dma_is_done(1));
    for (std::uint32_t i = 0; i < kWords; ++i) ASSERT_EQ(read(kTo + 4 * i), i * 0x0101'0101) << i;
}

TEST_F(SpiSlaveTest, DmaFetchesABlockFromMemory) {
    constexpr std::uint32_t kWords = 400, kFrom = 0x8010'0000, kTo = 0x8020'0000, kZeros = 0x8030'0000;
    chip.fpioa.join(kIn, kSlaveData);
    for (std::uint32_t i = 0; i < kWords; ++i) write(kFrom + 4 * i, i * 0x0101'0101);
    set_up_slave(32, 0, 2);
    start_dma(1, 5, kFrom, kSlave + kDr, kWords);
    bench.run_for_cycles(10'000);
    set_up_master(32, 3);
    start_dma(2, 0, kMaster + kDr, kTo, kWords);
    start_dma(0, 1, kZeros, kMaster + kDr, kWords);
    write(kMaster + kSer, 1);
    bench.run_for_cycles(2'000'000);
    write(kMaster + kSer, 0);
    ASSERT_TRUE(dma_is_done(1));
    ASSERT_TRUE(dma_is_done(2));
    EXPECT_EQ(read(kSlave + kTxflr), 0u);
    for (std::uint32_t i = 0; i < kWords; ++i) ASSERT_EQ(read(kTo + 4 * i), i * 0x0101'0101) << i;
}

}  // namespace
}  // namespace k210
