// The far end of a UART: bytes at the UART's own rate, wherever it is routed.
#include "machine/uart_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "soc/chip_bench.hpp"

namespace k210 {
namespace {

struct UartLineTest : testing::Test, ChipBench {
    static constexpr std::uint32_t kUart1 = 0x5021'0000;
    UartLine line{bench.events, chip.serial, UartId::uart1, "uart1", bench.log};
    FakeSerial far_end;

    UartLineTest() { line.connect(far_end); }
    void route(unsigned pad, unsigned function) { write(0x502b'0000 + 4 * pad, 0x901f00 | function); }
    // 8N1 with FIFOs.
    void set_divisor(std::uint32_t divisor) {
        write(kUart1 + 0x0c, 0x83);
        write(kUart1 + 0x04, divisor >> 8);
        write(kUart1 + 0x00, divisor & 0xff);
        write(kUart1 + 0x0c, 3);
        write(kUart1 + 0x08, 1);
    }
    std::uint64_t frame_ps() const { return 10 * chip.uart1.format().bit_ps; }
    void run_for(std::uint64_t ps) { bench.events.run_until(after(bench.events.now(), ps)); }
    std::uint32_t waiting() { return read(kUart1 + 0x84); }
};

TEST_F(UartLineTest, HearsWhatTheUartSendsOnAnyPad) {
    set_divisor(10);
    route(20, FUNC_UART1_TX);
    write(kUart1, 'x');
    run_for(frame_ps() + frame_ps() / 10);
    EXPECT_EQ(far_end.sent, "x");
}

TEST_F(UartLineTest, SendsAtTheRateThatTheUartIsSetTo) {
    route(21, FUNC_UART1_RX);
    set_divisor(100);
    line.send("ab");
    run_for(frame_ps() - frame_ps() / 20);
    EXPECT_EQ(waiting(), 0u);
    run_for(frame_ps() / 10);
    EXPECT_EQ(waiting(), 1u);
    set_divisor(1000);  // what is under way comes at the old rate
    line.send("c");
    run_for(3 * frame_ps());
    EXPECT_EQ(waiting(), 3u);
    EXPECT_FALSE(line.sending());
}

TEST_F(UartLineTest, AnotherRateCountsForWhatIsStillWaiting) {
    route(21, FUNC_UART1_RX);
    set_divisor(100);
    const std::uint64_t before = frame_ps();
    line.send("abc");
    run_for(before + before / 2);
    EXPECT_EQ(waiting(), 1u);
    set_divisor(1000);
    run_for(before);
    EXPECT_EQ(waiting(), 2u) << "it was under way";
    run_for(8 * before);
    EXPECT_EQ(waiting(), 2u);
    run_for(2 * before);
    EXPECT_EQ(waiting(), 3u);
}

TEST_F(UartLineTest, AFixedRateIsKept) {
    route(21, FUNC_UART1_RX);
    set_divisor(100);
    line.set_baud(1'000);
    line.send("a");
    run_for(kPsPerSecond / 100 - 1);
    EXPECT_EQ(waiting(), 0u);
    run_for(1);
    EXPECT_EQ(waiting(), 1u);
}

TEST_F(UartLineTest, WhatItSendsWaitsForAReceiver) {
    line.send("ab");
    run_for(kPsPerSecond / 10);
    EXPECT_TRUE(line.sending());
    set_divisor(10);
    run_for(kPsPerSecond / 10);
    EXPECT_TRUE(line.sending());
    route(21, FUNC_UART1_RX);
    run_for(kPsPerSecond / 10);
    EXPECT_FALSE(line.sending());
    EXPECT_EQ(waiting(), 2u);
}

TEST_F(UartLineTest, WhereAPartDrivesThePadItOnlyListensWhichIsTold) {
    FakeSerial part;
    chip.on_serial(part, {.rx = 4, .tx = 5});
    route(4, FUNC_UART1_RX);
    route(5, FUNC_UART1_TX);
    set_divisor(10);
    write(kUart1, 'x');
    line.send("ab");
    run_for(kPsPerSecond / 10);
    EXPECT_EQ(far_end.sent, "x");
    EXPECT_EQ(part.sent, "x");
    EXPECT_EQ(waiting(), 0u);
    EXPECT_FALSE(line.sending());
    EXPECT_EQ(bench.log.count(LogKind::host), 2u);
}

TEST_F(UartLineTest, WhatHasNotBeenSentYetIsState) {
    line.send("ab");
    Snapshot snapshot;
    StateSaver saver(snapshot);
    line.visit_state(saver);
    ChipBench other;
    UartLine restored{other.bench.events, other.chip.serial, UartId::uart1, "uart1", other.bench.log};
    StateLoader loader(snapshot);
    restored.visit_state(loader);
    EXPECT_TRUE(restored.sending());
}

}  // namespace
}  // namespace k210
