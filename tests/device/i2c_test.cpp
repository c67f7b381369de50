#include "i2c/i2c.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/device_bench.hpp"
#include "support/recording_trace.hpp"

namespace k210 {
namespace {

// One chip at 0x30 that counts upwards when read; the log shows the bus: S start, w/r direction, P stop.
struct FakeBus : I2cBus {
    std::string log;
    std::uint8_t next = 0xa0;
    bool accepts_data = true;

    bool start(std::uint8_t address, bool read) override {
        log += fmt::format("S{:02x}{}", address, read ? 'r' : 'w');
        return address == 0x30;
    }
    bool write(std::uint8_t byte) override {
        log += fmt::format(" {:02x}", byte);
        return accepts_data;
    }
    std::uint8_t read() override {
        log += fmt::format(" ({:02x})", next);
        return next++;
    }
    void stop() override { log += " P "; }
};

struct I2cTest : testing::Test {
    enum : std::uint32_t {
        kCon = 0x00,
        kTar = 0x04,
        kDataCmd = 0x10,
        kSsSclHcnt = 0x14,
        kSsSclLcnt = 0x18,
        kIntrStat = 0x2c,
        kIntrMask = 0x30,
        kRawIntrStat = 0x34,
        kRxTl = 0x38,
        kTxTl = 0x3c,
        kClrIntr = 0x40,
        kClrTxAbrt = 0x54,
        kClrStopDet = 0x60,
        kEnable = 0x6c,
        kStatus = 0x70,
        kTxflr = 0x74,
        kRxflr = 0x78,
        kTxAbrtSource = 0x80,
        kDmaCr = 0x88,
        kDmaTdlr = 0x8c,
        kDmaRdlr = 0x90,
        kEnableStatus = 0x9c,
        kFsSpklen = 0xa0,
        kCompType = 0xfc,
    };
    enum : std::uint32_t { kRead = 0x100, kStop = 0x200, kRestart = 0x400 };  // data_cmd
    enum : std::uint32_t { kRxUnder = 1, kRxOver = 2, kRxFull = 4, kTxEmpty = 0x10, kTxAbrt = 0x40, kStopDet = 0x200 };
    enum : std::uint32_t { kActivity = 1, kTfe = 4, kRfne = 8 };  // status
    static constexpr std::uint64_t kBit = 100;                    // cycles

    // As maix_i2c_init does, with counts that make a bit last a hundred cycles.
    static void configure(I2c& i2c, std::uint32_t address = 0x30) {
        i2c.write(kEnable, 4, 0);
        i2c.write(kCon, 4, 0x65);
        i2c.write(kSsSclHcnt, 4, 43);
        i2c.write(kSsSclLcnt, 4, 48);
        i2c.write(kFsSpklen, 4, 1);
        i2c.write(kTar, 4, address);
        i2c.write(kIntrMask, 4, 0);
        i2c.write(kDmaCr, 4, 3);
        i2c.write(kDmaRdlr, 4, 0);
        i2c.write(kDmaTdlr, 4, 4);
        i2c.write(kEnable, 4, 1);
    }
    void send(std::uint32_t command) { i2c.write(kDataCmd, 4, command); }
    std::uint32_t status(std::uint32_t bits) { return i2c.read(kStatus, 4) & bits; }
    std::uint32_t raw(std::uint32_t bits) { return i2c.read(kRawIntrStat, 4) & bits; }

    DeviceBench bench;
    FakeBus bus;
    I2c i2c{bench.context(), "i2c0", bus};
};

TEST_F(I2cTest, WritesBytesAndStopsWhenTheFifoRunsEmpty) {
    configure(i2c);
    send(0x11);
    send(0x22);
    bench.run_to_cycle(100 * kBit);
    EXPECT_EQ(bus.log, "S30w 11 22 P ");
}

TEST_F(I2cTest, TransferTakesTheProgrammedSclTimes) {
    configure(i2c);
    send(0x11);
    bench.run_to_cycle(19 * kBit - 1);
    EXPECT_EQ(bus.log, "S30w");
    bench.run_to_cycle(19 * kBit);
    EXPECT_EQ(bus.log, "S30w 11");
    bench.run_to_cycle(20 * kBit - 1);
    EXPECT_EQ(status(kActivity), std::uint32_t{kActivity});
    bench.run_to_cycle(20 * kBit);
    EXPECT_EQ(bus.log, "S30w 11 P ");
    EXPECT_EQ(status(kActivity | kTfe), std::uint32_t{kTfe});
}

TEST_F(I2cTest, DirectionChangeRestarts) {
    configure(i2c);
    send(0x11);
    send(kRead);
    send(kRead);
    bench.run_to_cycle(100 * kBit);
    EXPECT_EQ(bus.log, "S30w 11S30r (a0) (a1) P ");
    EXPECT_EQ(i2c.read(kRxflr, 4), 2u);
    EXPECT_EQ(i2c.read(kDataCmd, 4), 0xa0u);
    EXPECT_EQ(i2c.read(kDataCmd, 4), 0xa1u);
    EXPECT_EQ(status(kRfne), 0u);
}

TEST_F(I2cTest, DirectionChangeStopsFirstWithoutRestartEnable) {
    configure(i2c);
    i2c.write(kCon, 4, 0x45);
    send(0x11);
    send(kRead);
    bench.run_to_cycle(100 * kBit);
    EXPECT_EQ(bus.log, "S30w 11 P S30r (a0) P ");
}

TEST_F(I2cTest, StopAndRestartCommandsAreObeyed) {
    configure(i2c);
    send(0x11 | kStop);
    send(0x22);
    send(0x33 | kRestart);
    bench.run_to_cycle(100 * kBit);
    EXPECT_EQ(bus.log, "S30w 11 P S30w 22S30w 33 P ");
}

TEST_F(I2cTest, CommandWrittenInTimeContinuesTheTransfer) {
    configure(i2c);
    send(0x11);
    bench.run_to_cycle(19 * kBit - 1);
    send(0x22);
    bench.run_to_cycle(100 * kBit);
    EXPECT_EQ(bus.log, "S30w 11 22 P ");
}

TEST_F(I2cTest, ByteWideStoreAfterAReadCommandIsAWrite) {
    configure(i2c);
    send(kRead);
    i2c.write(kDataCmd, 1, 0x11);
    bench.run_to_cycle(100 * kBit);
    EXPECT_EQ(bus.log, "S30r (a0)S30w 11 P ");
}

TEST_F(I2cTest, MissingChipAbortsWhileTheStopIsStillUnderWay) {
    configure(i2c, 0x31);
    send(0x11);
    send(0x22);
    EXPECT_EQ(i2c.read(kTxAbrtSource, 4), 0u);
    bench.run_to_cycle(10 * kBit);
    EXPECT_EQ(i2c.read(kTxAbrtSource, 4), 1u);
    EXPECT_EQ(raw(kTxAbrt), std::uint32_t{kTxAbrt});
    EXPECT_EQ(status(kActivity | kTfe), std::uint32_t{kActivity | kTfe});
    bench.run_to_cycle(11 * kBit);
    EXPECT_EQ(bus.log, "S31w P ");
    EXPECT_EQ(status(kActivity), 0u);
}

TEST_F(I2cTest, AbortKeepsTheFifoEmptyUntilItIsCleared) {
    configure(i2c, 0x31);
    send(0x11);
    bench.run_to_cycle(100 * kBit);
    send(0x22);
    EXPECT_EQ(i2c.read(kTxflr, 4), 0u);
    i2c.read(kClrTxAbrt, 4);
    EXPECT_EQ(i2c.read(kTxAbrtSource, 4), 0u);
    send(0x33);
    EXPECT_EQ(i2c.read(kTxflr, 4), 1u);
}

TEST_F(I2cTest, NewAddressIsUsedAfterAnAbort) {
    configure(i2c, 0x31);
    send(kRead);
    bench.run_to_cycle(10 * kBit);
    i2c.read(kClrTxAbrt, 4);
    i2c.write(kEnable, 4, 0);
    i2c.write(kTar, 4, 0x30);
    i2c.write(kEnable, 4, 1);
    send(kRead);  // while the stop condition is still being sent
    bench.run_to_cycle(100 * kBit);
    EXPECT_EQ(bus.log, "S31r P S30r (a0) P ");
}

TEST_F(I2cTest, RefusedByteAborts) {
    configure(i2c);
    bus.accepts_data = false;
    send(0x11);
    send(0x22);
    bench.run_to_cycle(100 * kBit);
    EXPECT_EQ(bus.log, "S30w 11 P ");
    EXPECT_EQ(i2c.read(kTxAbrtSource, 4), 8u);
}

TEST_F(I2cTest, DisablingEndsTheTransferAfterTheCurrentByte) {
    configure(i2c);
    send(0x11);
    send(0x22);
    bench.run_to_cycle(15 * kBit);
    i2c.write(kEnable, 4, 0);
    EXPECT_EQ(i2c.read(kEnableStatus, 4), 1u);
    bench.run_to_cycle(100 * kBit);
    EXPECT_EQ(bus.log, "S30w 11 P ");
    EXPECT_EQ(i2c.read(kEnableStatus, 4), 0u);
}

TEST_F(I2cTest, UserAbortIsReported) {
    configure(i2c);
    send(0x11);
    send(0x22);
    i2c.write(kEnable, 4, 3);
    bench.run_to_cycle(100 * kBit);
    EXPECT_EQ(bus.log, "S30w P ");
    EXPECT_EQ(i2c.read(kTxAbrtSource, 4), 0x10000u);
}

TEST_F(I2cTest, NinthUnreadByteIsLost) {
    configure(i2c);
    for (int i = 0; i < 8; ++i) send(kRead);
    bench.run_to_cycle(50 * kBit);
    send(kRead);
    bench.run_to_cycle(200 * kBit);
    EXPECT_EQ(raw(kRxOver), std::uint32_t{kRxOver});
    EXPECT_EQ(i2c.read(kRxflr, 4), 8u);
}

TEST_F(I2cTest, ReadingAnEmptyFifoIsAnUnderflow) {
    configure(i2c);
    EXPECT_EQ(i2c.read(kDataCmd, 4), 0u);
    EXPECT_EQ(raw(kRxUnder), std::uint32_t{kRxUnder});
    i2c.read(kClrIntr, 4);
    EXPECT_EQ(raw(kRxUnder), 0u);
}

TEST_F(I2cTest, InterruptsOnlyAboveTheReceiveThreshold) {
    configure(i2c);
    i2c.write(kRxTl, 4, 1);
    i2c.write(kIntrMask, 4, kRxFull);
    send(kRead);
    send(kRead);
    bench.run_to_cycle(19 * kBit);
    EXPECT_FALSE(i2c.irq.level());
    bench.run_to_cycle(28 * kBit);
    EXPECT_TRUE(i2c.irq.level());
    EXPECT_EQ(i2c.read(kIntrStat, 4), std::uint32_t{kRxFull});
    i2c.read(kDataCmd, 4);
    EXPECT_FALSE(i2c.irq.level());
}

TEST_F(I2cTest, TransmitFifoCountsAsEmptyUpToItsThreshold) {
    configure(i2c);
    i2c.write(kEnable, 4, 5);  // tx_cmd_block: commands wait
    i2c.write(kTxTl, 4, 2);
    for (unsigned queued = 0; queued < 4; ++queued) {
        EXPECT_EQ(raw(kTxEmpty), queued <= 2 ? std::uint32_t{kTxEmpty} : 0u) << queued;
        send(0x11);
    }
}

TEST_F(I2cTest, TransmitOverflowIsReported) {
    configure(i2c);
    i2c.write(kEnable, 4, 5);
    for (unsigned i = 0; i < 8; ++i) send(0x11);
    EXPECT_EQ(raw(8), 0u);
    send(0x11);
    EXPECT_EQ(raw(8), 8u);
    EXPECT_EQ(i2c.read(kTxflr, 4), 8u);
}

// [sdk] i2c.h: clr_rx_under at 0x44 to clr_gen_call at 0x68, and the bits of raw_intr_stat.
TEST_F(I2cTest, EachClearRegisterClearsItsOwnInterrupt) {
    struct {
        std::uint32_t offset, bit;
    } const clears[] = {{0x44, 1u << 0}, {0x48, 1u << 1}, {0x4c, 1u << 3},  {0x54, 1u << 6},
                        {0x5c, 1u << 8}, {0x60, 1u << 9}, {0x64, 1u << 10}, {0x40, 0}};
    for (const auto& clear : clears) {
        i2c.reset();
        configure(i2c);
        for (unsigned i = 0; i < 12; ++i) send(kRead);  // tx_over
        bench.run_for_cycles(200 * kBit);               // start, stop, activity
        for (unsigned i = 0; i < 4; ++i) send(kRead);
        bench.run_for_cycles(200 * kBit);                        // rx_over
        for (unsigned i = 0; i < 9; ++i) i2c.read(kDataCmd, 4);  // rx_under
        i2c.write(kTar, 4, 0x31);
        send(0x11);
        bench.run_for_cycles(200 * kBit);  // tx_abrt
        const std::uint32_t all = raw(~0u);
        ASSERT_EQ(all, 0x75bu) << std::hex << all;
        EXPECT_EQ(i2c.read(clear.offset, 4), 1u) << std::hex << clear.offset;
        EXPECT_EQ(raw(~0u), clear.bit ? all & ~clear.bit : std::uint32_t{kTxEmpty}) << std::hex << clear.offset;
        EXPECT_EQ(i2c.read(clear.offset, 4), 0u) << std::hex << clear.offset;
    }
}

TEST_F(I2cTest, StopIsReportedUntilCleared) {
    configure(i2c);
    i2c.write(kIntrMask, 4, kStopDet);
    send(0x11);
    bench.run_to_cycle(20 * kBit - 1);
    EXPECT_FALSE(i2c.irq.level());
    bench.run_to_cycle(20 * kBit);
    EXPECT_TRUE(i2c.irq.level());
    EXPECT_EQ(i2c.read(kClrStopDet, 4), 1u);
    EXPECT_FALSE(i2c.irq.level());
}

TEST_F(I2cTest, TransmitFifoIsReportedEmptyOnlyWhileEnabled) {
    configure(i2c);
    EXPECT_EQ(raw(kTxEmpty), std::uint32_t{kTxEmpty});
    i2c.write(kEnable, 4, 0);
    EXPECT_EQ(raw(kTxEmpty), 0u);
    i2c.write(kEnable, 4, 1);
    EXPECT_EQ(raw(kTxEmpty), std::uint32_t{kTxEmpty});
}

TEST_F(I2cTest, DisabledTransmitFifoIsReportedEmptyUntilTheTransferEnds) {
    configure(i2c);
    send(0x11);
    i2c.write(kEnable, 4, 0);
    EXPECT_EQ(raw(kTxEmpty), std::uint32_t{kTxEmpty});
    EXPECT_EQ(i2c.read(kEnableStatus, 4) & 1, 1u);
    bench.run_to_cycle(100 * kBit);
    EXPECT_EQ(raw(kTxEmpty), 0u);
    EXPECT_EQ(i2c.read(kEnableStatus, 4) & 1, 0u);
}

TEST_F(I2cTest, AsksDmaForCommandsUpToItsLevelAndOffersBytes) {
    configure(i2c);
    for (int i = 0; i < 4; ++i) send(kRead);
    EXPECT_TRUE(i2c.dma_tx_req.level());
    send(kRead);
    EXPECT_FALSE(i2c.dma_tx_req.level());
    EXPECT_FALSE(i2c.dma_rx_req.level());
    bench.run_to_cycle(19 * kBit);
    EXPECT_TRUE(i2c.dma_rx_req.level());
}

TEST_F(I2cTest, SlaveModeIsReportedAsMissing) {
    i2c.write(kCon, 4, 0x82);
    i2c.write(kEnable, 4, 1);
    EXPECT_EQ(bench.log.count(LogKind::unimplemented), 1u);
}

TEST_F(I2cTest, NamesItself) {
    EXPECT_EQ(i2c.read(kCompType, 4), 0x44570140u);
}

TEST_F(I2cTest, TransferUnderWaySurvivesSaveAndRestore) {
    configure(i2c);
    send(0x11);
    send(kRead);
    bench.run_to_cycle(15 * kBit);
    DeviceBench other_bench;
    FakeBus other_bus;
    I2c other{other_bench.context(), "i2c0", other_bus};
    DeviceBench::transfer_state(i2c, other);
    other_bench.run_to_cycle(100 * kBit);
    EXPECT_EQ(other_bus.log, " 11S30r (a0) P ");
    EXPECT_EQ(other.read(kDataCmd, 4), 0xa0u);
}

TEST_F(I2cTest, ResetDropsTheTransfer) {
    configure(i2c);
    send(0x11);
    i2c.reset();
    i2c.settle();
    bench.run_to_cycle(100 * kBit);
    EXPECT_EQ(bus.log, "");
    EXPECT_EQ(status(kActivity), 0u);
    EXPECT_FALSE(i2c.dma_tx_req.level());
}

TEST_F(I2cTest, TellsTheTraceItsTransfers) {
    RecordingTrace trace(bench);
    configure(i2c);
    send(0x11);
    send(kRead | kRestart);
    bench.run_to_cycle(100 * kBit);
    EXPECT_THAT(trace.seen, testing::ElementsAre("0 begin i2c0: address 0x30", "3900 end i2c0"));
}

}  // namespace
}  // namespace k210
