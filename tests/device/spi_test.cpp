#include "spi/spi.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/device_bench.hpp"
#include "support/recording_trace.hpp"
#include "support/spi_wire.hpp"

namespace k210 {
namespace {

// clang-format off
enum : std::uint32_t {  // SDK spi.h:30-99
    kCtrlr0 = 0x00, kCtrlr1 = 0x04, kSsienr = 0x08, kSer = 0x10, kBaudr = 0x14, kTxftlr = 0x18, kRxftlr = 0x1c,
    kTxflr = 0x20, kRxflr = 0x24, kSr = 0x28, kImr = 0x2c, kIsr = 0x30, kRisr = 0x34, kTxoicr = 0x38, kRxoicr = 0x3c,
    kIcr = 0x48, kDmacr = 0x4c, kDmatdlr = 0x50, kDmardlr = 0x54, kDr = 0x60, kSpiCtrlr0 = 0xf4,
    kXipIncrInst = 0x100, kXipCtrl = 0x108, kXipSer = 0x10c, kEndian = 0x118,
};
// clang-format on
enum Tmod : std::uint32_t { kBoth, kTransmit, kReceive, kEeprom };
enum FrameFormat : std::uint32_t { kStandard, kDual, kQuad, kOctal };
enum Interrupt : std::uint32_t { kTxe = 1, kTxo = 2, kRxu = 4, kRxo = 8, kRxf = 16 };

struct SpiTest : testing::Test {
    DeviceBench bench;
    RecordingSpiBus bus;
    Spi spi{"spi0", bench.context(), bus, SpiLayout::apb_ssi};

    void write(std::uint32_t offset, std::uint32_t value) { spi.write(offset, 4, value); }
    std::uint32_t read(std::uint32_t offset) { return spi.read(offset, 4); }

    // As spi_init does, baudr 10.
    void init(FrameFormat format, unsigned bits, Tmod tmod) {
        write(kBaudr, 10);
        write(kImr, 0);
        write(kDmacr, 0);
        write(kDmatdlr, 0x10);
        write(kDmardlr, 0);
        write(kSer, 0);
        write(kSsienr, 0);
        write(kCtrlr0, (bits - 1) << 16 | format << 21 | tmod << 8);
        write(kSpiCtrlr0, 0);
        write(kEndian, 0);
    }
    // As spi_init_non_standard does; instruction length by its code: 0, 1, 2, 3 for 0, 4, 8, 16 bits.
    void init_non_standard(unsigned inst_l, unsigned address_bits, unsigned wait_cycles, unsigned trans_type) {
        write(kSpiCtrlr0, wait_cycles << 11 | inst_l << 8 | (address_bits / 4) << 2 | trans_type);
    }
    bool busy() { return read(kSr) & 1; }
};

TEST_F(SpiTest, SendsFramesUnderOneSelect) {
    init(kStandard, 8, kTransmit);
    write(kSsienr, 1);
    write(kSer, 1 << 3);
    for (std::uint32_t byte : {0x01u, 0xa5u, 0xffu}) write(kDr, byte);
    bench.run_to_cycle(1000);
    EXPECT_EQ(bus.seen, "+3 1/8 a5/8 ff/8 -3");
}

TEST_F(SpiTest, FrameTakesItsBitsTimesBaudr) {
    init(kStandard, 8, kTransmit);
    write(kSsienr, 1);
    write(kSer, 1);
    write(kDr, 0x12);
    bench.run_to_cycle(79);
    EXPECT_EQ(bus.seen, "+0");
    EXPECT_EQ(read(kSr) & 5u, 5u);  // busy, though the FIFO is empty
    bench.run_to_cycle(80);
    EXPECT_EQ(bus.seen, "+0 12/8 -0");
    EXPECT_EQ(read(kSr) & 5u, 4u);
}

TEST_F(SpiTest, OddBaudrCountsAsTheEvenOneBelow) {
    init(kStandard, 8, kTransmit);
    write(kBaudr, 9);
    write(kSsienr, 1);
    write(kSer, 1);
    write(kDr, 0x12);
    bench.run_to_cycle(63);
    EXPECT_TRUE(busy());
    bench.run_to_cycle(64);
    EXPECT_FALSE(busy());
}

TEST_F(SpiTest, NothingMovesWithoutAClockDivider) {
    init(kStandard, 8, kTransmit);
    write(kBaudr, 0);
    write(kSsienr, 1);
    write(kSer, 1);
    write(kDr, 0x12);
    bench.run_to_cycle(1'000'000);
    EXPECT_EQ(bus.seen, "");
    EXPECT_EQ(read(kTxflr), 1u);
}

TEST_F(SpiTest, WaitsForASelectedChip) {
    init(kStandard, 8, kTransmit);
    write(kSsienr, 1);
    write(kDr, 0x12);
    bench.run_to_cycle(1000);
    EXPECT_EQ(bus.seen, "");
    write(kSer, 1);
    bench.run_for_cycles(80);
    EXPECT_EQ(bus.seen, "+0 12/8 -0");
}

TEST_F(SpiTest, FifoLevelFallsAsFramesLeaveIt) {
    init(kStandard, 8, kTransmit);
    write(kSsienr, 1);
    for (unsigned i = 0; i < 4; ++i) write(kDr, i);
    EXPECT_EQ(read(kTxflr), 4u);
    write(kSer, 1);  // the first word goes straight to the wire
    EXPECT_EQ(read(kTxflr), 3u);
    bench.run_to_cycle(79);
    EXPECT_EQ(read(kTxflr), 3u);
    bench.run_to_cycle(80);
    EXPECT_EQ(read(kTxflr), 2u);
}

TEST_F(SpiTest, FullDuplexReturnsAFrameForEachSent) {
    init(kStandard, 16, kBoth);
    bus.answers = {0xbeef, 0xcafe};
    write(kSsienr, 1);
    write(kSer, 1);
    write(kDr, 0x1234);
    write(kDr, 0x5678);
    bench.run_to_cycle(320);
    EXPECT_EQ(bus.seen, "+0 1234/16 5678/16 -0");
    EXPECT_EQ(read(kRxflr), 2u);
    EXPECT_EQ(read(kDr), 0xbeefu);
    EXPECT_EQ(read(kDr), 0xcafeu);
    EXPECT_EQ(read(kRxflr), 0u);
}

TEST_F(SpiTest, ReceiveOnlyRepeatsItsFirstWord) {  // MaixPy's SD card driver holds MOSI high with 0xffffffff
    init(kStandard, 8, kReceive);
    bus.answers = {0x11, 0x22, 0x33};
    write(kCtrlr1, 2);
    write(kSsienr, 1);
    write(kDr, 0xffffffff);
    write(kSer, 1);
    bench.run_to_cycle(240);
    EXPECT_EQ(bus.seen, "+0 ff/8 ff/8 ff/8 -0");
    EXPECT_EQ(read(kDr), 0x11u);
    EXPECT_EQ(read(kDr), 0x22u);
    EXPECT_EQ(read(kDr), 0x33u);
}

TEST_F(SpiTest, EepromReadSendsItsCommandThenReceives) {
    init(kStandard, 8, kEeprom);
    bus.answers = {0, 0, 0xc8, 0x17};
    write(kCtrlr1, 1);
    write(kSsienr, 1);
    write(kDr, 0x90);
    write(kDr, 0x01);
    write(kSer, 1);
    bench.run_to_cycle(320);
    EXPECT_EQ(bus.seen, "+0 90/8 1/8 0/8 0/8 -0");
    EXPECT_EQ(read(kRxflr), 2u);
    EXPECT_EQ(read(kDr), 0xc8u);
    EXPECT_EQ(read(kDr), 0x17u);
}

TEST_F(SpiTest, QuadReadHasInstructionAddressAndWaitOfTheirOwn) {  // w25qxx.c, W25QXX_QUAD_FAST
    init(kQuad, 8, kEeprom);
    init_non_standard(2, 32, 4, 1);
    bus.answers = {0, 0, 0xab, 0xcd};
    write(kCtrlr1, 1);
    write(kSsienr, 1);
    write(kDr, 0xeb);
    write(kDr, 0x123456 << 8);
    write(kSer, 1);
    bench.run_to_cycle((8 + 8 + 4 + 4) * 10 - 1);
    EXPECT_TRUE(busy());
    bench.run_for_cycles(1);
    EXPECT_FALSE(busy());
    EXPECT_EQ(bus.seen, "+0 eb/8 12345600/32x4 w4 r8x4 r8x4 -0");
    EXPECT_EQ(read(kDr), 0xabu);
    EXPECT_EQ(read(kDr), 0xcdu);
}

TEST_F(SpiTest, EnhancedTransferStartsOnceItsHeaderIsComplete) {
    init(kQuad, 8, kEeprom);
    init_non_standard(2, 24, 8, 0);
    write(kCtrlr1, 0);
    write(kSsienr, 1);
    write(kSer, 1);
    write(kDr, 0x6b);
    bench.run_to_cycle(1000);
    EXPECT_EQ(bus.seen, "");
    write(kDr, 0x1000);
    bench.run_to_cycle(3000);
    EXPECT_EQ(bus.seen, "+0 6b/8 1000/24 w8 r8x4 -0");
}

TEST_F(SpiTest, HeaderlessReadStartsWithTheSelectAndOnlyOnce) {  // spi_receive_data_multiple without a command
    init(kOctal, 8, kReceive);
    write(kCtrlr1, 1);
    write(kSsienr, 1);
    write(kSer, 1);
    bench.run_to_cycle(1000);
    EXPECT_EQ(bus.seen, "+0 r8x8 r8x8 -0");
}

TEST_F(SpiTest, OctalWriteTakesItsFirstWordAsInstruction) {  // tft_write_command
    init(kOctal, 8, kTransmit);
    init_non_standard(2, 0, 0, 2);
    write(kSsienr, 1);
    write(kDr, 0x2a);
    write(kSer, 1 << 3);
    bench.run_to_cycle(10);
    EXPECT_EQ(bus.seen, "+3 2a/8x8 -3");
}

TEST_F(SpiTest, OctalWriteTakesItsFirstWordAsAddress) {  // tft_write_word
    init(kOctal, 32, kTransmit);
    init_non_standard(0, 32, 0, 2);
    write(kSsienr, 1);
    write(kDr, 0x11223344);
    write(kDr, 0x55667788);
    write(kSer, 1 << 3);
    bench.run_to_cycle(2 * 4 * 10 - 1);
    EXPECT_TRUE(busy());
    bench.run_for_cycles(1);
    EXPECT_EQ(bus.seen, "+3 11223344/32x8 55667788/32x8 -3");
}

TEST_F(SpiTest, DualAddressOnTwoLines) {
    init(kDual, 8, kEeprom);
    init_non_standard(2, 32, 0, 1);
    write(kCtrlr1, 0);
    write(kSsienr, 1);
    write(kDr, 0xbb);
    write(kDr, 0x100);
    write(kSer, 1);
    bench.run_to_cycle(1000);
    EXPECT_EQ(bus.seen, "+0 bb/8 100/32x2 r8x2 -0");
}

TEST_F(SpiTest, Spi3HasItsOwnLayout) {
    RecordingSpiBus wire;
    Spi spi3("spi3", bench.context(), wire, SpiLayout::dwc_ssi);
    spi3.write(kBaudr, 4, 10);
    spi3.write(kCtrlr0, 4, (16 - 1) | kOctal << 22 | kTransmit << 10);
    spi3.write(kSsienr, 4, 1);
    spi3.write(kSer, 4, 1);
    spi3.write(kDr, 4, 0xabcd);
    bench.run_to_cycle(20);
    EXPECT_EQ(wire.seen, "+0 abcd/16x8 -0");
}

TEST_F(SpiTest, EveryDataRegisterIsTheSame) {
    init(kStandard, 8, kTransmit);
    write(kSsienr, 1);
    write(0xec, 1);
    spi.write(0x64, 1, 2);
    EXPECT_EQ(read(kTxflr), 2u);
}

TEST_F(SpiTest, BigEndianSwapsTheBytesOfWords) {  // lichee sd_card reads bytes as words so
    init(kStandard, 32, kBoth);
    write(kEndian, 1);
    bus.answers = {0x01020304};
    write(kSsienr, 1);
    write(kSer, 1);
    write(kDr, 0x0a0b0c0d);
    bench.run_to_cycle(320);
    EXPECT_EQ(bus.seen, "+0 d0c0b0a/32 -0");
    EXPECT_EQ(read(kDr), 0x04030201u);
}

TEST_F(SpiTest, BigEndianSwapsHalfwordsAndLeavesOtherLengthsAlone) {
    for (const unsigned bits : {16u, 8u, 24u}) {
        bus.seen.clear();
        init(kStandard, bits, kTransmit);
        write(kEndian, 1);
        write(kSsienr, 1);
        write(kSer, 1);
        write(kDr, 0x0a0b'0c0d);
        bench.run_for_cycles(1000);
        EXPECT_EQ(bus.seen, bits == 16 ? "+0 d0c/16 -0" : bits == 8 ? "+0 d/8 -0" : "+0 b0c0d/24 -0");
    }
}

TEST_F(SpiTest, SetUpIsRefusedWhileEnabled) {
    init(kStandard, 8, kTransmit);
    write(kSsienr, 1);
    for (const std::uint32_t offset : {+kCtrlr0, +kCtrlr1, 0x0cu, +kBaudr, +kSpiCtrlr0}) {
        const std::uint32_t before = read(offset);
        write(offset, before ^ 2);
        EXPECT_EQ(read(offset), before) << std::hex << offset;
    }
}

TEST_F(SpiTest, DisablingEmptiesTheFifosAndReleasesTheChip) {
    init(kStandard, 8, kTransmit);
    write(kSsienr, 1);
    write(kSer, 1);
    write(kDr, 1);
    write(kDr, 2);
    bench.run_to_cycle(80);
    write(kSsienr, 0);
    EXPECT_EQ(bus.seen, "+0 1/8 -0");
    EXPECT_EQ(read(kTxflr), 0u);
    EXPECT_FALSE(busy());
}

TEST_F(SpiTest, DisablingDropsWhatWasReceived) {
    init(kStandard, 8, kBoth);
    write(kSsienr, 1);
    write(kSer, 1);
    write(kDr, 1);
    bench.run_to_cycle(80);
    ASSERT_EQ(read(kRxflr), 1u);
    write(kSsienr, 0);
    EXPECT_EQ(read(kRxflr), 0u);
}

TEST_F(SpiTest, ReleasingTheChipStopsTheTransfer) {
    init(kStandard, 8, kTransmit);
    write(kSsienr, 1);
    write(kSer, 1);
    write(kDr, 1);
    write(kDr, 2);
    bench.run_to_cycle(79);
    write(kSer, 0);
    bench.run_to_cycle(1000);
    EXPECT_EQ(bus.seen, "+0 -0");
}

TEST_F(SpiTest, TransmitOverflowIsLatchedUntilItsClearRegisterIsRead) {
    init(kStandard, 8, kTransmit);
    write(kImr, kTxo);
    write(kSsienr, 1);
    for (unsigned i = 0; i < 32; ++i) write(kDr, i);
    EXPECT_EQ(read(kRisr) & kTxo, 0u);
    write(kDr, 32);
    EXPECT_EQ(read(kRisr) & kTxo, kTxo);
    EXPECT_EQ(read(kIsr), kTxo);
    EXPECT_TRUE(spi.irq.level());
    EXPECT_EQ(read(kTxoicr), 1u);
    EXPECT_EQ(read(kRisr) & kTxo, 0u);
    EXPECT_FALSE(spi.irq.level());
}

TEST_F(SpiTest, EachClearRegisterClearsItsOwnError) {
    const auto fail = [this] {
        init(kStandard, 8, kBoth);
        write(kSsienr, 1);
        read(kDr);                                        // rxu
        for (unsigned i = 0; i < 33; ++i) write(kDr, i);  // txo
        write(kSer, 1);
        bench.run_for_cycles(33 * 80);
        for (unsigned i = 0; i < 2; ++i) write(kDr, i);  // rxo
        bench.run_for_cycles(3 * 80);
        return read(kRisr) & (kTxo | kRxu | kRxo);
    };
    struct {
        std::uint32_t offset, error;
    } const clears[] = {{kTxoicr, kTxo}, {kRxoicr, kRxo}, {0x40, kRxu}, {kIcr, kTxo | kRxu | kRxo}};
    for (const auto& clear : clears) {
        ASSERT_EQ(fail(), kTxo | kRxu | kRxo);
        EXPECT_EQ(read(clear.offset), 1u) << clear.offset;
        EXPECT_EQ(read(kRisr) & (kTxo | kRxu | kRxo), (kTxo | kRxu | kRxo) & ~clear.error) << clear.offset;
        EXPECT_EQ(read(clear.offset), 0u) << clear.offset;
        read(kIcr);
    }
}

TEST_F(SpiTest, DisabledItNeitherInterruptsNorAsksForDma) {
    init(kStandard, 8, kTransmit);
    write(kImr, 0x3f);
    write(kDmacr, 3);
    EXPECT_FALSE(spi.irq.level());
    EXPECT_FALSE(spi.dma_tx_req.level());
    EXPECT_EQ(read(kRisr), 0u);
    write(kSsienr, 1);
    EXPECT_TRUE(spi.irq.level());
    EXPECT_TRUE(spi.dma_tx_req.level());
    EXPECT_EQ(read(kRisr), kTxe);
}

TEST_F(SpiTest, ReceiveUnderflowIsReported) {
    init(kStandard, 8, kBoth);
    write(kSsienr, 1);
    EXPECT_EQ(read(kDr), 0u);
    EXPECT_EQ(read(kRisr) & kRxu, kRxu);
    read(kIcr);
    EXPECT_EQ(read(kRisr) & kRxu, 0u);
}

TEST_F(SpiTest, FramesBeyondAFullReceiveFifoAreLost) {
    init(kStandard, 8, kReceive);
    for (std::uint32_t i = 0; i < 40; ++i) bus.answers.push_back(i);
    write(kCtrlr1, 39);
    write(kImr, kRxo);
    write(kSsienr, 1);
    write(kDr, 0xff);
    write(kSer, 1);
    bench.run_to_cycle(33 * 80 - 1);
    EXPECT_FALSE(spi.irq.level());
    bench.run_to_cycle(33 * 80);
    EXPECT_TRUE(spi.irq.level());
    bench.run_to_cycle(40 * 80);
    EXPECT_FALSE(busy());
    EXPECT_EQ(read(kRxflr), 32u);
    for (std::uint32_t i = 0; i < 32; ++i) EXPECT_EQ(read(kDr), i);
    EXPECT_EQ(read(kRxoicr), 1u);
}

TEST_F(SpiTest, TransmitEmptyInterruptComesWithItsThreshold) {
    init(kStandard, 8, kTransmit);
    write(kTxftlr, 2);
    write(kSsienr, 1);
    for (unsigned i = 0; i < 5; ++i) write(kDr, i);
    write(kImr, kTxe);
    write(kSer, 1);  // four words left
    bench.run_to_cycle(159);
    EXPECT_FALSE(spi.irq.level());
    bench.run_to_cycle(160);
    EXPECT_TRUE(spi.irq.level());
}

TEST_F(SpiTest, ReceiveFullInterruptComesAboveItsThreshold) {
    init(kStandard, 8, kReceive);
    write(kRxftlr, 2);
    write(kImr, kRxf);
    write(kCtrlr1, 9);
    write(kSsienr, 1);
    write(kDr, 0xff);
    write(kSer, 1);
    bench.run_to_cycle(239);
    EXPECT_FALSE(spi.irq.level());
    bench.run_to_cycle(240);
    EXPECT_TRUE(spi.irq.level());
}

TEST_F(SpiTest, AsksForTransmitDataUpToItsDmaLevel) {
    init(kStandard, 8, kTransmit);
    write(kDmatdlr, 2);
    write(kDmacr, 2);
    EXPECT_FALSE(spi.dma_tx_req.level());
    write(kSsienr, 1);
    EXPECT_TRUE(spi.dma_tx_req.level());
    for (unsigned i = 0; i < 2; ++i) write(kDr, i);
    EXPECT_TRUE(spi.dma_tx_req.level());
    write(kDr, 2);
    EXPECT_FALSE(spi.dma_tx_req.level());
    write(kSer, 1);
    EXPECT_TRUE(spi.dma_tx_req.level());
}

TEST_F(SpiTest, RefillRequestComesWellBeforeTheFifoRunsDry) {
    init(kStandard, 8, kTransmit);
    write(kDmacr, 2);
    write(kSsienr, 1);
    for (unsigned i = 0; i < 20; ++i) write(kDr, i);
    write(kSer, 1);
    EXPECT_FALSE(spi.dma_tx_req.level());
    bench.run_to_cycle(12 * 80);
    EXPECT_TRUE(spi.dma_tx_req.level());
    EXPECT_GE(read(kTxflr), 4u);
}

TEST_F(SpiTest, AsksToBeDrainedBeforeTheReceiveFifoIsFull) {
    init(kStandard, 8, kReceive);
    write(kCtrlr1, 99);
    write(kDmacr, 1);
    write(kSsienr, 1);
    write(kDr, 0xff);
    write(kSer, 1);
    EXPECT_FALSE(spi.dma_rx_req.level());
    bench.run_to_cycle(24 * 80);
    EXPECT_TRUE(spi.dma_rx_req.level());
    EXPECT_EQ(read(kRisr) & kRxo, 0u);
}

TEST_F(SpiTest, LastFramesAreOfferedToDmaAtOnce) {
    init(kStandard, 8, kReceive);
    write(kCtrlr1, 1);
    write(kDmacr, 1);
    write(kSsienr, 1);
    write(kDr, 0xff);
    write(kSer, 1);
    bench.run_to_cycle(159);
    EXPECT_FALSE(spi.dma_rx_req.level());
    bench.run_to_cycle(160);
    EXPECT_TRUE(spi.dma_rx_req.level());
    read(kDr);
    EXPECT_TRUE(spi.dma_rx_req.level());
    read(kDr);
    EXPECT_FALSE(spi.dma_rx_req.level());
}

TEST_F(SpiTest, TransferFollowsAClockChange) {
    init(kStandard, 8, kTransmit);
    write(kSsienr, 1);
    write(kSer, 1);
    write(kDr, 1);
    bench.run_to_cycle(40);
    bench.clock.set_hz(bench.events.now(), 100'000'000);
    bench.run_for_cycles(39);
    EXPECT_TRUE(busy());
    bench.run_for_cycles(1);
    EXPECT_EQ(bus.seen, "+0 1/8 -0");
}

TEST_F(SpiTest, PolledRegistersAreSteadyUntilTheFrameEnds) {
    init(kStandard, 8, kTransmit);
    EXPECT_EQ(spi.steady_until(kSr), SimTime::never());
    EXPECT_LE(spi.steady_until(kDr), bench.events.now());
    write(kSsienr, 1);
    write(kSer, 1);
    write(kDr, 1);
    EXPECT_EQ(spi.steady_until(kSr), bench.clock.time_of(80));
}

TEST_F(SpiTest, XipWindowReadsTheFlash) {  // as Kboot programs it
    write(kXipCtrl, 1u << 29 | 2u << 26 | 1u << 23 | 1u << 22 | 4u << 13 | 1u << 12 | 2u << 9 | 6u << 4 | 1u << 2 | 2u);
    write(kXipIncrInst, 0xeb);
    write(kXipSer, 1);
    spi.set_xip(true);
    bus.answers = {0, 0, 0, 0x5aa5d0c1};
    EXPECT_EQ(spi.read(0x4000, 4), 0x5aa5d0c1u);
    EXPECT_EQ(bus.seen, "+0 eb/8 4000/24x4 0/8x4 w4 r32x4 -0");
    bus.answers = {0, 0, 0, 0x5a};
    EXPECT_EQ(spi.read(0x4000, 1), 0x5au);
    spi.set_xip(false);
    EXPECT_EQ(read(kXipIncrInst), 0xebu);
}

TEST_F(SpiTest, XipSendsInstructionAndAddressOnTheLinesOfItsTransferType) {
    const char* const expected[] = {"+0 eb/8 4000/24 r32x4 -0", "+0 eb/8 4000/24x4 r32x4 -0",
                                    "+0 eb/8x4 4000/24x4 r32x4 -0"};
    write(kXipIncrInst, 0xeb);
    write(kXipSer, 1);
    for (const std::uint32_t trans_type : {0u, 1u, 2u}) {
        bus.seen.clear();
        write(kXipCtrl, 1u << 22 | 2u << 9 | 6u << 4 | trans_type << 2 | 2u);
        spi.set_xip(true);
        spi.read(0x4000, 4);
        spi.set_xip(false);
        EXPECT_EQ(bus.seen, expected[trans_type]);
    }
}

TEST_F(SpiTest, TransferInFlightSurvivesSaveAndRestore) {
    init(kStandard, 8, kEeprom);
    write(kCtrlr1, 1);
    write(kSsienr, 1);
    write(kDr, 0x9f);
    write(kSer, 1);
    bench.run_to_cycle(100);
    DeviceBench other_bench;
    RecordingSpiBus other_bus;
    Spi other("spi0", other_bench.context(), other_bus, SpiLayout::apb_ssi);
    DeviceBench::transfer_state(spi, other);
    other_bus.answers = {0xc8, 0x60};
    other_bench.run_to_cycle(239);
    EXPECT_TRUE(other.read(kSr, 4) & 1);
    other_bench.run_to_cycle(240);
    EXPECT_EQ(other_bus.seen, "0/8 0/8 -0");
    EXPECT_EQ(other.read(kDr, 4), 0xc8u);
    EXPECT_EQ(other.read(kDr, 4), 0x60u);
}

TEST_F(SpiTest, ResetStopsTheTransferAndReleasesTheChipInItsSecondPhase) {
    init(kStandard, 8, kTransmit);
    write(kSsienr, 1);
    write(kSer, 1);
    write(kDr, 1);
    spi.reset();
    EXPECT_EQ(bus.seen, "+0");
    spi.settle();
    bench.run_to_cycle(1000);
    EXPECT_EQ(bus.seen, "+0 -0");
    EXPECT_EQ(read(kSr), 6u);
    EXPECT_EQ(read(kSsienr), 0u);
}

TEST_F(SpiTest, TellsTheTraceItsTransfers) {
    RecordingTrace trace(bench);
    init(kStandard, 8, kTransmit);
    write(kSsienr, 1);
    write(kSer, 1);
    for (std::uint32_t byte : {0x01u, 0xa5u, 0xffu}) write(kDr, byte);
    bench.run_to_cycle(1000);
    init(kQuad, 32, kReceive);
    init_non_standard(2, 32, 4, 1);
    write(kCtrlr1, 1);
    write(kSsienr, 1);
    write(kDr, 0xeb);
    write(kDr, 0x123400);
    write(kSer, 1);
    bench.run_to_cycle(2000);
    EXPECT_THAT(trace.seen, testing::ElementsAre("0 to 240 spi0: write 3 bytes", "1000 to 1360 spi0: read 13 bytes"));
}

}  // namespace
}  // namespace k210
