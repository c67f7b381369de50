#include "uart/uart.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/device_bench.hpp"
#include "support/recording_trace.hpp"

namespace k210 {
namespace {

struct UartTest : testing::Test {
    enum : std::uint32_t {
        kRbr = 0x00,
        kThr = 0x00,
        kDll = 0x00,
        kIer = 0x04,
        kDlh = 0x04,
        kIir = 0x08,
        kFcr = 0x08,
        kLcr = 0x0c,
        kMcr = 0x10,
        kLsr = 0x14,
        kMsr = 0x18,
        kSthr = 0x30,
        kUsr = 0x7c,
        kTfl = 0x80,
        kRfl = 0x84,
        kSrr = 0x88,
        kSfe = 0x98,
        kSrt = 0x9c,
        kStet = 0xa0,
        kHtx = 0xa4,
        kDlf = 0xc0,
        kCtr = 0xfc,
    };
    enum : std::uint32_t { kDlab = 0x80, kPtime = 0x80, kErbfi = 1, kEtbei = 2, kElsi = 4 };

    // As uart_configure does, with FIFOs, a receive trigger of one byte and a transmit threshold of eight.
    static void configure(Uart& uart, std::uint32_t divisor, std::uint32_t lcr = 3) {
        uart.write(kLcr, 4, kDlab);
        uart.write(kDlh, 4, divisor >> 12);
        uart.write(kDll, 4, divisor >> 4 & 0xff);
        uart.write(kDlf, 4, divisor & 15);
        uart.write(kLcr, 4, lcr);
        uart.write(kIer, 4, kPtime);
        uart.write(kFcr, 4, 3 << 4 | 1 << 3 | 1);
    }
    std::uint32_t interrupt() { return uart.read(kIir, 4) & 15; }

    DeviceBench bench;
    FakeSerial line;
    Uart uart{bench.context(), "uart3", line};
};

TEST_F(UartTest, SendsByteExactlyOneFrameAfterItsStore) {
    configure(uart, 1'693);  // 195 MHz / 115200
    uart.write(kThr, 4, 'A');
    bench.run_to_cycle(16'929);
    EXPECT_EQ(line.sent, "");
    bench.run_to_cycle(16'930);
    EXPECT_EQ(line.sent, "A");
}

TEST_F(UartTest, BaudIsItsClockOverSixteenDivisorsAndTheFraction) {
    configure(uart, 1'693);
    uart.write(kThr, 4, 'A');
    EXPECT_EQ(uart.baud(), 400'000'000u / 1'693);
}

TEST_F(UartTest, RateOfAByteInFlightSurvivesSaveAndRestore) {
    configure(uart, 1'693);
    uart.write(kThr, 4, 'A');
    DeviceBench other_bench;
    FakeSerial other_line;
    Uart other{other_bench.context(), "uart3", other_line};
    DeviceBench::transfer_state(uart, other);
    EXPECT_EQ(other.baud(), uart.baud());
}

TEST_F(UartTest, WithoutADivisorThereIsNoBaud) {
    uart.write(kThr, 4, 'A');
    EXPECT_EQ(uart.baud(), 0u);
}

TEST_F(UartTest, ParityAndStopBitsLengthenTheFrame) {
    configure(uart, 16, 3 | 4 | 8);  // eight bits, two stop bits, parity: 12 bit times
    uart.write(kThr, 4, 'A');
    bench.run_to_cycle(191);
    EXPECT_EQ(line.sent, "");
    bench.run_to_cycle(192);
    EXPECT_EQ(line.sent, "A");
}

TEST_F(UartTest, FiveBitFramesTakeOneAndAHalfStopBits) {
    configure(uart, 16, 4);
    uart.write(kThr, 4, 0xff);
    bench.run_to_cycle(119);
    EXPECT_EQ(line.sent, "");
    bench.run_to_cycle(120);
    EXPECT_EQ(line.sent, "\x1f");
}

TEST_F(UartTest, SendsNothingWithoutADivisor) {
    uart.write(kThr, 4, 'A');
    bench.run_to_cycle(10'000'000);
    EXPECT_EQ(line.sent, "");
}

TEST_F(UartTest, DivisorLatchesAreSeparateFromDataAndInterruptEnable) {
    configure(uart, 0x12345);
    uart.write(kLcr, 4, kDlab | 3);
    EXPECT_EQ(uart.read(kDll, 4), 0x34u);
    EXPECT_EQ(uart.read(kDlh, 4), 0x12u);
    uart.write(kLcr, 4, 3);
    EXPECT_EQ(uart.read(kIer, 4), std::uint32_t{kPtime});
    EXPECT_EQ(uart.read(kTfl, 4), 0u);
}

TEST_F(UartTest, LsrBit5MeansFifoFullInThreMode) {
    configure(uart, 1'693);
    for (int i = 0; i < 16; ++i) {
        EXPECT_EQ(uart.read(kLsr, 4) & 0x20, 0u) << i;
        uart.write(kThr, 4, 'x');
    }
    EXPECT_EQ(uart.read(kLsr, 4) & 0x20, 0u);  // one byte has moved on to the shift register
    uart.write(kThr, 4, 'x');
    EXPECT_EQ(uart.read(kLsr, 4) & 0x20, 0x20u);
    bench.run_to_cycle(16'930);
    EXPECT_EQ(uart.read(kLsr, 4) & 0x20, 0u);
}

TEST_F(UartTest, LsrBit5MeansHoldingRegisterEmptyOtherwise) {
    configure(uart, 1'693);
    uart.write(kIer, 4, 0);
    EXPECT_EQ(uart.read(kLsr, 4) & 0x20, 0x20u);
    uart.write(kThr, 4, 'x');
    uart.write(kThr, 4, 'x');
    EXPECT_EQ(uart.read(kLsr, 4) & 0x20, 0u);
}

TEST_F(UartTest, LsrBit6WaitsForTheLastStopBit) {
    configure(uart, 1'693);
    EXPECT_EQ(uart.read(kLsr, 4) & 0x40, 0x40u);
    uart.write(kThr, 4, 'x');
    EXPECT_EQ(uart.read(kUsr, 4) & 1, 1u);
    bench.run_to_cycle(16'929);
    EXPECT_EQ(uart.read(kLsr, 4) & 0x40, 0u);
    bench.run_to_cycle(16'930);
    EXPECT_EQ(uart.read(kLsr, 4) & 0x40, 0x40u);
    EXPECT_EQ(uart.read(kUsr, 4) & 1, 0u);
}

TEST_F(UartTest, ByteBeyondAFullFifoIsLostAndReported) {
    configure(uart, 16);
    for (int i = 0; i < 18; ++i) uart.write(kThr, 4, static_cast<std::uint32_t>('a' + i));
    bench.run_to_cycle(100'000);
    EXPECT_EQ(line.sent, "abcdefghijklmnopq");
    EXPECT_EQ(bench.log.count(LogKind::guest_error), 1u);
}

TEST_F(UartTest, ShadowTransmitRegisterSendsToo) {
    configure(uart, 16);
    uart.write(kSthr + 4, 4, 'S');
    bench.run_to_cycle(160);
    EXPECT_EQ(line.sent, "S");
}

TEST_F(UartTest, ReceivedBytesAreReadInOrder) {
    configure(uart, 16);
    EXPECT_EQ(uart.read(kLsr, 4) & 1, 0u);
    uart.receive('x');
    uart.receive('y');
    EXPECT_EQ(uart.read(kRfl, 4), 2u);
    EXPECT_EQ(uart.read(kRbr, 4), std::uint32_t{'x'});
    EXPECT_EQ(uart.read(kRbr, 4), std::uint32_t{'y'});
    EXPECT_EQ(uart.read(kLsr, 4) & 1, 0u);
}

TEST_F(UartTest, EachDoorToTheReceiveRegisterTakesAByteOut) {
    configure(uart, 1'693);
    for (unsigned door = 0; door < 16; ++door) uart.receive(static_cast<std::uint8_t>('a' + door));
    for (unsigned door = 0; door < 16; ++door) EXPECT_EQ(uart.read(kSthr + 4 * door, 4), 'a' + door);
    EXPECT_EQ(uart.read(kRfl, 4), 0u);
}

TEST_F(UartTest, UsrSaysHowFullTheFifosAre) {
    constexpr std::uint32_t kBusy = 1, kRoom = 2, kSent = 4, kThere = 8, kFull = 16;
    configure(uart, 1'693);
    EXPECT_EQ(uart.read(kUsr, 4), kRoom | kSent);
    uart.write(kThr, 4, 'x');  // moves on to the shift register at once
    EXPECT_EQ(uart.read(kUsr, 4), kBusy | kRoom | kSent);
    for (int i = 0; i < 15; ++i) uart.write(kThr, 4, 'x');
    EXPECT_EQ(uart.read(kUsr, 4), kBusy | kRoom);
    uart.write(kThr, 4, 'x');
    EXPECT_EQ(uart.read(kUsr, 4), kBusy);
    for (int i = 0; i < 15; ++i) uart.receive('r');
    EXPECT_EQ(uart.read(kUsr, 4), kBusy | kThere);
    uart.receive('r');
    EXPECT_EQ(uart.read(kUsr, 4), kBusy | kThere | kFull);
}

// DesignWare: it fills the FIFO by hand, so it has no effect without FIFOs.
TEST_F(UartTest, AHaltedTransmitterKeepsWhatItsFifoHolds) {
    configure(uart, 16);
    uart.write(kHtx, 4, 1);
    uart.write(kThr, 4, 'h');
    bench.run_to_cycle(10'000);
    EXPECT_EQ(line.sent, "");
    uart.write(kHtx, 4, 0);
    bench.run_to_cycle(20'000);
    EXPECT_EQ(line.sent, "h");
    uart.write(kSfe, 4, 0);
    uart.write(kHtx, 4, 1);
    uart.write(kThr, 4, 'i');
    bench.run_to_cycle(30'000);
    EXPECT_EQ(line.sent, "hi");
}

TEST_F(UartTest, SeventeenthUnreadByteIsAnOverrunUntilLsrIsRead) {
    configure(uart, 16);
    uart.write(kIer, 4, kPtime | kElsi);
    for (int i = 0; i < 16; ++i) uart.receive('x');
    EXPECT_FALSE(uart.can_receive());
    EXPECT_FALSE(uart.irq.level());
    uart.receive('x');
    EXPECT_TRUE(uart.irq.level());
    EXPECT_EQ(interrupt(), 6u);
    EXPECT_EQ(uart.read(kLsr, 4) & 2, 2u);
    EXPECT_EQ(uart.read(kLsr, 4) & 2, 0u);
    EXPECT_FALSE(uart.irq.level());
}

TEST_F(UartTest, InterruptsOnlyFromTheReceiveTriggerOn) {
    configure(uart, 16);
    uart.write(kIer, 4, kPtime | kErbfi);
    uart.write(kSrt, 4, 1);  // four bytes
    for (int i = 0; i < 3; ++i) uart.receive('x');
    EXPECT_FALSE(uart.irq.level());
    uart.receive('x');
    EXPECT_TRUE(uart.irq.level());
    EXPECT_EQ(interrupt(), 4u);
    uart.read(kRbr, 4);
    EXPECT_FALSE(uart.irq.level());
}

// [sdk] uart.h:166-180
TEST_F(UartTest, TriggersHaveTheSdksLevels) {
    const std::size_t receive[] = {1, 4, 8, 14}, transmit[] = {0, 2, 4, 8};
    for (std::uint32_t i = 0; i < 4; ++i) {
        configure(uart, 0);  // no divisor: nothing leaves
        uart.write(kFcr, 4, 1 | 6);
        uart.write(kStet, 4, i);
        for (std::size_t n = 0; n <= transmit[i]; ++n) {
            EXPECT_TRUE(uart.dma_tx_req.level()) << i << ' ' << n;
            uart.write(kThr, 4, 'x');
        }
        EXPECT_FALSE(uart.dma_tx_req.level()) << i;

        configure(uart, 16);
        uart.write(kFcr, 4, 1 | 6);
        uart.write(kIer, 4, kErbfi);
        uart.write(kSrt, 4, i);
        for (std::size_t n = 0; n < receive[i]; ++n) {
            EXPECT_FALSE(uart.irq.level()) << i << ' ' << n;
            uart.receive('x');
        }
        EXPECT_TRUE(uart.irq.level()) << i;
    }
}

TEST_F(UartTest, FcrClearsWhatItsBitsSayAndSwitchingFifosClearsBoth) {
    const auto fill = [this] {
        configure(uart, 16);
        uart.write(kFcr, 4, 7);
        uart.receive('x');
        for (int i = 0; i < 3; ++i) uart.write(kThr, 4, 'x');
    };
    const auto held = [this] { return std::pair{uart.read(kRfl, 4) != 0, uart.read(kTfl, 4) != 0}; };
    fill();
    EXPECT_EQ(held(), std::pair(true, true));
    uart.write(kFcr, 4, 1);
    EXPECT_EQ(held(), std::pair(true, true));
    uart.write(kFcr, 4, 1 | 2);
    EXPECT_EQ(held(), std::pair(false, true));
    fill();
    uart.write(kFcr, 4, 1 | 4);
    EXPECT_EQ(held(), std::pair(true, false));
    fill();
    uart.write(kFcr, 4, 0);
    EXPECT_EQ(held(), std::pair(false, false));
}

TEST_F(UartTest, WithoutFifosOneByteIsAllThereIsRoomFor) {
    configure(uart, 16);
    uart.write(kFcr, 4, 0);
    uart.write(kIer, 4, kErbfi);
    EXPECT_EQ(uart.read(kUsr, 4) & 0x18, 0u);
    uart.receive('x');
    EXPECT_EQ(uart.read(kUsr, 4) & 0x18, 0x18u) << "not empty, full";
    EXPECT_EQ(interrupt(), 4u);
    EXPECT_FALSE(uart.can_receive());
    bench.run_for_cycles(10'000);
    EXPECT_EQ(interrupt(), 4u) << "no time-out without FIFOs";
    EXPECT_EQ(uart.read(kIir, 4) & 0xc0, 0u);
    uart.receive('y');
    EXPECT_EQ(uart.read(kLsr, 4) & 2, 2u) << "overrun";
    EXPECT_EQ(uart.read(kRbr, 4), std::uint32_t{'x'});
    EXPECT_EQ(uart.read(kUsr, 4) & 8, 0u);
    uart.write(kFcr, 4, 1);
    EXPECT_EQ(uart.read(kIir, 4) & 0xc0, 0xc0u);
}

TEST_F(UartTest, BitsThatItsFrameLacksAreNotHeard) {
    configure(uart, 16, 2);  // seven
    uart.receive(0xff);
    EXPECT_EQ(uart.read(kRbr, 4), 0x7fu);
}

TEST_F(UartTest, AnOverrunInterruptsOnlyWhereLineStatusMay) {
    configure(uart, 16);
    uart.write(kIer, 4, kErbfi);
    for (int i = 0; i < 17; ++i) uart.receive('x');
    EXPECT_EQ(interrupt(), 4u);
    uart.write(kIer, 4, kErbfi | kElsi);
    EXPECT_EQ(interrupt(), 6u) << "before data";
}

TEST_F(UartTest, EveryModemInputHasItsOutputInLoopback) {
    configure(uart, 16);
    struct {
        std::uint32_t output, input;
    } const wires[] = {{1, 0x20}, {2, 0x10}, {4, 0x40}, {8, 0x80}};  // dtr dsr, rts cts, out1 ri, out2 dcd
    for (const auto& wire : wires) {
        uart.write(kMcr, 4, 0x10 | wire.output);
        EXPECT_EQ(uart.read(kMsr, 4), wire.input);
        uart.write(kMcr, 4, wire.output);
        EXPECT_EQ(uart.read(kMsr, 4), 0u);
    }
}

TEST_F(UartTest, TimedOutBytesAreOfferedToDmaUntilTheyAreRead) {
    configure(uart, 16);
    uart.write(kIer, 4, kPtime | kErbfi);
    uart.write(kSrt, 4, 3);
    uart.receive('x');
    uart.receive('y');
    EXPECT_FALSE(uart.dma_rx_req.level());
    bench.run_for_cycles(640);
    EXPECT_TRUE(uart.dma_rx_req.level());
    EXPECT_EQ(interrupt(), 12u);
    uart.read(kRbr, 4);
    EXPECT_FALSE(uart.dma_rx_req.level());
    EXPECT_EQ(interrupt(), 1u);
    bench.run_for_cycles(639);
    EXPECT_FALSE(uart.dma_rx_req.level()) << "the second one waits anew";
    bench.run_for_cycles(1);
    EXPECT_TRUE(uart.dma_rx_req.level());
}

TEST_F(UartTest, ReadingAnotherInterruptLeavesTheTransmitOne) {
    configure(uart, 16);
    uart.write(kIer, 4, kPtime | kErbfi | kEtbei);
    uart.receive('x');
    EXPECT_EQ(interrupt(), 4u);
    uart.read(kRbr, 4);
    EXPECT_EQ(interrupt(), 2u);
}

TEST_F(UartTest, WaitingBytesTimeOutAfterFourFrames) {
    configure(uart, 16);
    uart.write(kIer, 4, kPtime | kErbfi);
    uart.write(kSrt, 4, 3);
    uart.receive('x');
    bench.run_to_cycle(639);
    EXPECT_FALSE(uart.irq.level());
    bench.run_to_cycle(640);
    EXPECT_TRUE(uart.irq.level());
    EXPECT_EQ(interrupt(), 12u);
    uart.write(kIer, 4, kPtime);
    EXPECT_EQ(interrupt(), 1u) << "it is one of received data";
    uart.write(kIer, 4, kPtime | kErbfi);
    uart.read(kRbr, 4);
    EXPECT_FALSE(uart.irq.level());
}

TEST_F(UartTest, TransmitInterruptComesAtTheThresholdAndGoesWhenReported) {
    configure(uart, 16);
    uart.write(kStet, 4, 1);                               // two bytes
    for (int i = 0; i < 4; ++i) uart.write(kThr, 4, 'x');  // one moves on at once
    uart.write(kIer, 4, kPtime | kEtbei);
    EXPECT_FALSE(uart.irq.level());
    bench.run_to_cycle(159);
    EXPECT_FALSE(uart.irq.level());
    bench.run_to_cycle(160);
    EXPECT_TRUE(uart.irq.level());
    EXPECT_EQ(interrupt(), 2u);
    EXPECT_FALSE(uart.irq.level());
    EXPECT_EQ(interrupt(), 1u);
}

TEST_F(UartTest, EnablingTheTransmitInterruptOfAnIdleLineRaisesIt) {
    configure(uart, 16);
    uart.write(kIer, 4, kPtime | kEtbei);
    EXPECT_EQ(interrupt(), 2u);
    EXPECT_FALSE(uart.irq.level());
}

TEST_F(UartTest, AsksDmaForMoreAtOrBelowTheTransmitThreshold) {
    configure(uart, 16);
    uart.write(kStet, 4, 2);  // four bytes
    for (int i = 0; i < 5; ++i) uart.write(kThr, 4, 'x');
    EXPECT_TRUE(uart.dma_tx_req.level());
    uart.write(kThr, 4, 'x');
    EXPECT_FALSE(uart.dma_tx_req.level());
}

TEST_F(UartTest, OffersDmaReceivedBytesFromTheTriggerOn) {
    configure(uart, 16);
    uart.write(kSrt, 4, 1);
    for (int i = 0; i < 3; ++i) uart.receive('x');
    EXPECT_FALSE(uart.dma_rx_req.level());
    uart.receive('x');
    EXPECT_TRUE(uart.dma_rx_req.level());
}

TEST_F(UartTest, LoopbackReceivesWhatItSendsAndNothingElse) {
    configure(uart, 16);
    uart.write(kMcr, 4, 0x10 | 2);
    uart.write(kThr, 4, 'L');
    uart.receive('x');
    bench.run_to_cycle(160);
    EXPECT_EQ(line.sent, "");
    EXPECT_EQ(uart.read(kRbr, 4), std::uint32_t{'L'});
    EXPECT_EQ(uart.read(kMsr, 4), 0x10u);
}

TEST_F(UartTest, NamesItself) {
    EXPECT_EQ(uart.read(kCtr, 4), 0x44570110u);
}

TEST_F(UartTest, ByteInFlightAndBytesWaitingSurviveSaveAndRestore) {
    configure(uart, 16);
    uart.write(kThr, 4, 'C');
    uart.write(kThr, 4, 'D');
    uart.receive('r');
    DeviceBench other_bench;
    FakeSerial other_line;
    Uart other{other_bench.context(), "uart3", other_line};
    DeviceBench::transfer_state(uart, other);
    other_bench.run_to_cycle(159);
    EXPECT_EQ(other_line.sent, "");
    other_bench.run_to_cycle(320);
    EXPECT_EQ(other_line.sent, "CD");
    EXPECT_EQ(other.read(kRbr, 4), std::uint32_t{'r'});
}

TEST_F(UartTest, ATransmitInterruptThatWaitsSurvivesSaveAndRestore) {
    configure(uart, 16);
    uart.write(kIer, 4, kPtime | kEtbei);
    DeviceBench other_bench;
    FakeSerial other_line;
    Uart other{other_bench.context(), "uart3", other_line};
    DeviceBench::transfer_state(uart, other);
    EXPECT_EQ(other.read(kIir, 4) & 15, 2u);
}

TEST_F(UartTest, SoftwareResetForgetsEverything) {
    configure(uart, 16);
    uart.write(kThr, 4, 'D');
    uart.receive('r');
    uart.write(kSrr, 4, 1);
    bench.run_to_cycle(10'000);
    EXPECT_EQ(line.sent, "");
    EXPECT_EQ(uart.read(kLsr, 4), 0x60u);
    EXPECT_EQ(uart.read(kIer, 4), 0u);
}

TEST_F(UartTest, TellsTheTraceItsBytes) {
    RecordingTrace trace(bench);
    configure(uart, 100);
    uart.write(kThr, 4, 'A');
    uart.write(kThr, 4, 'B');
    bench.run_to_cycle(3000);
    EXPECT_THAT(trace.seen, testing::ElementsAre("0 to 1000 uart3: send 1 bytes", "1000 to 2000 uart3: send 1 bytes"));
}

TEST_F(UartTest, ErrorsOfAByteShowOnceItIsNextAndUntilTheyAreRead) {
    configure(uart, 1'693);
    enum : std::uint32_t { kParityError = 1u << 2, kFramingError = 1u << 3, kErrorInFifo = 1u << 7 };
    constexpr std::uint32_t kErrors = kParityError | kFramingError | kErrorInFifo;
    uart.receive('a');
    uart.receive_frame(HeardByte{.byte = 'b', .framing_error = true});
    uart.receive_frame(HeardByte{.byte = 'c', .parity_error = true});
    EXPECT_EQ(uart.read(kLsr, 4) & kErrors, kErrorInFifo);
    EXPECT_EQ(uart.read(kRbr, 4), std::uint32_t{'a'});
    EXPECT_EQ(uart.read(kLsr, 4) & kErrors, kFramingError | kErrorInFifo);
    EXPECT_EQ(uart.read(kLsr, 4) & kErrors, kErrorInFifo);
    EXPECT_EQ(uart.read(kRbr, 4), std::uint32_t{'b'});
    EXPECT_EQ(uart.read(kLsr, 4) & kErrors, kParityError | kErrorInFifo);
    EXPECT_EQ(uart.read(kSthr, 4), std::uint32_t{'c'});
    EXPECT_EQ(uart.read(kLsr, 4) & kErrors, 0u);
}

TEST_F(UartTest, AnErrorInterruptsWhileLineStatusMay) {
    configure(uart, 1'693);
    uart.receive_frame(HeardByte{.byte = 'b', .framing_error = true});
    EXPECT_EQ(interrupt(), 1u);
    uart.write(kIer, 4, kElsi);
    EXPECT_EQ(interrupt(), 6u);
    uart.read(kLsr, 4);
    EXPECT_EQ(interrupt(), 1u);
}

TEST_F(UartTest, ItsFormatIsWhatLcrAndTheDivisorSay) {
    using Parity = SerialFormat::Parity;
    EXPECT_EQ(uart.format().bit_ps, 0u);
    configure(uart, 1'600);
    EXPECT_EQ(uart.format().bit_ps, 1'600u * 2'500);
    EXPECT_EQ(uart.format().data_bits, 8u);
    EXPECT_EQ(uart.format().parity, Parity::none);
    EXPECT_EQ(uart.format().stop_halves, 2u);
    const std::pair<std::uint32_t, Parity> parities[] = {
        {0x08, Parity::odd}, {0x18, Parity::even}, {0x28, Parity::mark}, {0x38, Parity::space}};
    for (const auto& [bits, parity] : parities) {
        uart.write(kLcr, 4, bits | 4);
        EXPECT_EQ(uart.format().parity, parity) << bits;
        EXPECT_EQ(uart.format().data_bits, 5u);
        EXPECT_EQ(uart.format().stop_halves, 3u);
    }
}

}  // namespace
}  // namespace k210
