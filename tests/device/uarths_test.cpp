#include "uarths/uarths.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/device_bench.hpp"
#include "support/recording_trace.hpp"

namespace k210 {
namespace {

struct UarthsTest : testing::Test {
    enum : std::uint32_t {
        kTxData = 0x00,
        kRxData = 0x04,
        kTxCtrl = 0x08,
        kRxCtrl = 0x0c,
        kIe = 0x10,
        kIp = 0x14,
        kDiv = 0x18
    };
    DeviceBench bench;
    FakeSerial line;
    Uarths uart{bench.context(), line};
};

TEST_F(UarthsTest, SendsByteExactlyOneFrameAfterByteWideStore) {
    uart.write(kDiv, 4, 3471);  // 400 MHz / 115200 - 1, as uarths_init computes it
    uart.write(kTxCtrl, 4, 1);
    uart.write(kTxData, 1, 'A');
    bench.run_to_cycle(34'719);
    EXPECT_EQ(line.sent, "");
    bench.run_to_cycle(34'720);
    EXPECT_EQ(line.sent, "A");
}

TEST_F(UarthsTest, BaudIsItsClockOverDivPlusOneWhenAByteIsStored) {
    uart.write(kDiv, 4, 3471);
    uart.write(kTxData, 4, 'A');
    EXPECT_EQ(uart.baud(), 115'207u);
}

TEST_F(UarthsTest, AClockChangeOnTheWayLeavesTheRateThatWasSet) {
    uart.write(kDiv, 4, 3471);
    uart.write(kTxData, 4, 'A');
    bench.clock.set_hz(bench.events.now(), 26'000'000);
    EXPECT_EQ(uart.baud(), 115'207u);
    uart.write(kTxData, 4, 'B');
    EXPECT_EQ(uart.baud(), 26'000'000u / 3472);
}

TEST_F(UarthsTest, FrameFollowsAClockChangeInMidByte) {
    uart.write(kDiv, 4, 99);
    uart.write(kTxCtrl, 4, 1);
    uart.write(kTxData, 4, 'B');
    bench.run_to_cycle(500);
    bench.clock.set_hz(bench.events.now(), 200'000'000);
    bench.run_for_cycles(499);
    EXPECT_EQ(line.sent, "");
    bench.run_for_cycles(1);
    EXPECT_EQ(line.sent, "B");
}

TEST_F(UarthsTest, RaisesIrqOnlyAboveRxWatermark) {
    uart.write(kRxCtrl, 4, 1 | (1u << 16));
    uart.write(kIe, 4, 2);
    uart.receive('x');
    EXPECT_FALSE(uart.irq.level());
    uart.receive('y');
    EXPECT_TRUE(uart.irq.level());
    EXPECT_EQ(uart.read(kRxData, 4), std::uint32_t{'x'});
    EXPECT_FALSE(uart.irq.level());
}

TEST_F(UarthsTest, RaisesIrqOnlyBelowTxWatermark) {
    uart.write(kTxCtrl, 4, 2u << 16);  // not enabled: bytes stay
    uart.write(kIe, 4, 1);
    EXPECT_TRUE(uart.irq.level());
    uart.write(kTxData, 4, 'x');
    EXPECT_TRUE(uart.irq.level());
    EXPECT_EQ(uart.read(kIp, 4), 1u);
    uart.write(kTxData, 4, 'x');
    EXPECT_FALSE(uart.irq.level());
    EXPECT_EQ(uart.read(kIp, 4), 0u);
}

// xv6-k210 never turns it on, and takes what is typed by it.
TEST_F(UarthsTest, TheBootRomLeavesTheReceiveInterruptOn) {
    uart.write(kRxCtrl, 4, 1);
    EXPECT_FALSE(uart.irq.level());
    uart.receive('x');
    EXPECT_TRUE(uart.irq.level());
}

TEST_F(UarthsTest, EachWatermarkInterruptsThroughItsOwnEnable) {
    uart.write(kTxCtrl, 4, 1u << 16);
    uart.write(kRxCtrl, 4, 1);
    uart.receive('x');
    EXPECT_EQ(uart.read(kIp, 4), 3u);
    uart.write(kIe, 4, 0);
    EXPECT_FALSE(uart.irq.level());
    for (const std::uint32_t enable : {1u, 2u}) {
        uart.write(kIe, 4, enable);
        EXPECT_TRUE(uart.irq.level()) << enable;
    }
    uart.read(kRxData, 4);
    EXPECT_FALSE(uart.irq.level());
}

TEST_F(UarthsTest, ASecondStopBitLengthensTheFrame) {
    uart.write(kDiv, 4, 99);
    uart.write(kTxCtrl, 4, 3);
    uart.write(kTxData, 4, 'A');
    bench.run_to_cycle(1099);
    EXPECT_EQ(line.sent, "");
    bench.run_to_cycle(1100);
    EXPECT_EQ(line.sent, "A");
}

TEST_F(UarthsTest, OnlyAStoreToTheLowestByteSends) {
    uart.write(kDiv, 4, 1);
    uart.write(kTxCtrl, 4, 1);
    uart.write(kTxData + 1, 1, 'A');
    uart.write(kTxData + 2, 2, 'A');
    bench.run_to_cycle(1000);
    EXPECT_EQ(line.sent, "");
}

TEST_F(UarthsTest, EightBytesFitEitherFifo) {
    uart.write(kRxCtrl, 4, 1);
    for (char c = 'a'; c <= 'i'; ++c) {
        EXPECT_EQ(uart.read(kTxData, 4) >> 31, c == 'i' ? 1u : 0u);
        EXPECT_EQ(uart.can_receive(), c != 'i');
        uart.write(kTxData, 4, static_cast<std::uint32_t>(c));
        uart.receive(static_cast<std::uint8_t>(c));
    }
    EXPECT_EQ(bench.log.count(LogKind::guest_error), 1u) << "the ninth is lost";
    for (char c = 'a'; c <= 'h'; ++c) EXPECT_EQ(uart.read(kRxData, 4), static_cast<std::uint32_t>(c));
    EXPECT_EQ(uart.read(kRxData, 4) >> 31, 1u);
}

TEST_F(UarthsTest, ADisabledReceiverHearsNothing) {
    uart.receive('x');
    EXPECT_EQ(uart.read(kRxData, 4) >> 31, 1u);
}

TEST_F(UarthsTest, ReportsEmptyWhenNothingWasReceived) {
    EXPECT_EQ(uart.read(kRxData, 4), 0x8000'0000u);
}

TEST_F(UarthsTest, ByteInFlightSurvivesSaveAndRestore) {
    uart.write(kDiv, 4, 99);
    uart.write(kTxCtrl, 4, 1);
    uart.write(kTxData, 4, 'C');
    DeviceBench other_bench;
    FakeSerial other_line;
    Uarths other{other_bench.context(), other_line};
    DeviceBench::transfer_state(uart, other);
    other_bench.run_to_cycle(999);
    EXPECT_EQ(other_line.sent, "");
    other_bench.run_to_cycle(1000);
    EXPECT_EQ(other_line.sent, "C");
}

TEST_F(UarthsTest, RateOfAByteInFlightSurvivesSaveAndRestore) {
    uart.write(kDiv, 4, 3471);
    uart.write(kTxData, 4, 'C');
    DeviceBench other_bench;
    FakeSerial other_line;
    Uarths other{other_bench.context(), other_line};
    DeviceBench::transfer_state(uart, other);
    EXPECT_EQ(other.baud(), 115'207u);
}

TEST_F(UarthsTest, ResetDropsWhatWasQueued) {
    uart.write(kTxCtrl, 4, 1);
    uart.write(kTxData, 4, 'D');
    uart.reset();
    bench.run_to_cycle(10'000'000);
    EXPECT_EQ(line.sent, "");
}

TEST_F(UarthsTest, TellsTheTraceItsBytes) {
    RecordingTrace trace(bench);
    uart.write(kDiv, 4, 99);
    uart.write(kTxCtrl, 4, 1);
    uart.write(kTxData, 4, 'A');
    EXPECT_THAT(trace.seen, testing::ElementsAre("0 to 1000 uarths: send 1 bytes"));
}

}  // namespace
}  // namespace k210
