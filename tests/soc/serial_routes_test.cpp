// From UARTs to parts on pads, to far ends, to each other over wires, and back.
#include "soc/serial_routes.hpp"

#include <array>
#include <string>
#include <tuple>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fpioa/fpioa.hpp"
#include "support/device_bench.hpp"

namespace k210 {
namespace {

struct FakeEnd final : SerialEnd {
    std::string heard;
    unsigned errors = 0;
    bool ready = true;
    std::uint64_t rate = 115'200;

    void receive(std::uint8_t byte) override { receive_frame(HeardByte{byte}); }
    void receive_frame(HeardByte byte) override {
        heard += static_cast<char>(byte.byte);
        errors += byte.framing_error;
    }
    bool can_receive() const override { return ready; }
    SerialFormat format() const override { return SerialFormat::of_baud(rate); }
    std::uint64_t baud() const override { return rate; }
};

struct SerialRoutesTest : testing::Test {
    static constexpr unsigned kRx = 4, kTx = 5;
    DeviceBench bench;
    Fpioa fpioa{bench.context()};
    SerialRoutes routes{fpioa, fpioa, bench.log};
    std::array<FakeEnd, kUarts> uarts;
    FakeSerial part, far_end;

    SerialRoutesTest() {
        for (std::size_t i = 0; i < kUarts; ++i) routes.connect(static_cast<UartId>(i), uarts[i]);
        routes.hang(part, {.rx = kRx, .tx = kTx});
        routes.attach(UartId::uart1, far_end);
    }
    void route(unsigned pad, unsigned function) { fpioa.write(pad * 4, 4, 0x901f00 | function); }
    void send(UartId id, std::uint8_t byte) { routes.line_of(id).receive(byte); }
    FakeEnd& uart(UartId id) { return uarts[static_cast<std::size_t>(id)]; }
};

TEST_F(SerialRoutesTest, APartHearsAUartWhileItsPadCarriesThatUart) {
    route(kTx, FUNC_UARTHS_TX);
    send(UartId::uarths, 'a');
    send(UartId::uart3, 'b');
    route(kTx, FUNC_UART3_TX);
    send(UartId::uarths, 'c');
    send(UartId::uart3, 'd');
    EXPECT_EQ(part.sent, "ad");
}

TEST_F(SerialRoutesTest, EveryUartHasFunctionsOfItsOwn) {
    const std::tuple<UartId, unsigned, unsigned> all[] = {{UartId::uarths, FUNC_UARTHS_RX, FUNC_UARTHS_TX},
                                                          {UartId::uart1, FUNC_UART1_RX, FUNC_UART1_TX},
                                                          {UartId::uart2, FUNC_UART2_RX, FUNC_UART2_TX},
                                                          {UartId::uart3, FUNC_UART3_RX, FUNC_UART3_TX}};
    for (const auto& [id, rx, tx] : all) {
        route(kRx, rx);
        route(kTx, tx);
        part.sent.clear();
        send(id, 'a');
        EXPECT_EQ(part.sent, "a") << rx;
        EXPECT_TRUE(routes.send_on(kRx, 'b'));
        EXPECT_EQ(uart(id).heard, "b") << rx;
    }
}

TEST_F(SerialRoutesTest, AFarEndHearsItsUartOnWhateverPadThatIs) {
    send(UartId::uart1, 'a');  // on none
    route(20, FUNC_UART1_TX);
    send(UartId::uart1, 'b');
    send(UartId::uart2, 'c');
    route(20, FUNC_UART2_TX);
    route(kTx, FUNC_UART1_TX);
    send(UartId::uart1, 'd');
    EXPECT_EQ(far_end.sent, "bd");
    EXPECT_EQ(part.sent, "d");
}

TEST_F(SerialRoutesTest, AFarEndReachesItsUartOnWhateverPadThatIs) {
    EXPECT_FALSE(routes.send_to(UartId::uart1, 'a'));
    route(21, FUNC_UART1_RX);
    EXPECT_TRUE(routes.send_to(UartId::uart1, 'b'));
    EXPECT_FALSE(routes.send_to(UartId::uart2, 'c'));
    uart(UartId::uart1).ready = false;
    EXPECT_FALSE(routes.send_to(UartId::uart1, 'd'));
    EXPECT_EQ(uart(UartId::uart1).heard, "b");
}

TEST_F(SerialRoutesTest, ThereIsNoPlaceForAFarEndWhereAPartOrAnotherUartDrives) {
    EXPECT_FALSE(routes.driven_by_others(UartId::uart1));
    route(21, FUNC_UART1_RX);
    EXPECT_FALSE(routes.driven_by_others(UartId::uart1));
    fpioa.join(21, 22);
    EXPECT_FALSE(routes.driven_by_others(UartId::uart1));
    route(22, FUNC_UART2_TX);
    EXPECT_TRUE(routes.driven_by_others(UartId::uart1));
    route(21, FUNC_UART3_RX);
    route(kRx, FUNC_UART1_RX);
    EXPECT_TRUE(routes.driven_by_others(UartId::uart1));
}

TEST_F(SerialRoutesTest, AWireCarriesBytesFromOneUartToAnother) {
    route(10, FUNC_UART1_TX);
    route(13, FUNC_UART2_RX);
    send(UartId::uart1, 'a');
    fpioa.join(10, 13);
    send(UartId::uart1, 'b');
    send(UartId::uart2, 'c');
    EXPECT_EQ(uart(UartId::uart2).heard, "b");
    EXPECT_EQ(uart(UartId::uart1).heard, "");
    EXPECT_EQ(bench.log.count(LogKind::guest_error), 0u);
}

TEST_F(SerialRoutesTest, WiresMayFollowOneAnotherAndEndAtAUartsOwnReceiver) {
    route(10, FUNC_UART1_TX);
    route(11, FUNC_GPIOHS0);
    route(13, FUNC_UART1_RX);
    fpioa.join(10, 11);
    fpioa.join(13, 11);
    send(UartId::uart1, 'a');
    EXPECT_EQ(uart(UartId::uart1).heard, "a");
}

TEST_F(SerialRoutesTest, AWireReachesAPartFromAnotherPad) {
    route(10, FUNC_UART1_TX);
    fpioa.join(10, kTx);
    send(UartId::uart1, 'a');
    EXPECT_EQ(part.sent, "a");
    EXPECT_EQ(routes.baud_on(kTx), 115'200u);
}

TEST_F(SerialRoutesTest, APartIsHeardByAllWhoReceiveOnItsPad) {
    route(kRx, FUNC_UART2_RX);
    route(13, FUNC_UART3_RX);
    fpioa.join(kRx, 13);
    EXPECT_TRUE(routes.send_on(kRx, 'a'));
    uart(UartId::uart3).ready = false;
    EXPECT_TRUE(routes.send_on(kRx, 'b'));
    EXPECT_EQ(uart(UartId::uart2).heard, "ab");
    EXPECT_EQ(uart(UartId::uart3).heard, "a");
}

TEST_F(SerialRoutesTest, AtAnotherRateAUartHearsGarbageWhichIsTold) {
    route(10, FUNC_UART1_TX);
    route(13, FUNC_UART2_RX);
    fpioa.join(10, 13);
    uart(UartId::uart2).rate = 9'600;
    send(UartId::uart1, 'a');
    EXPECT_EQ(uart(UartId::uart2).heard, "\xff");
    EXPECT_EQ(bench.log.count(LogKind::guest_error), 1u);
    uart(UartId::uart2).rate = 0;
    send(UartId::uart1, 'a');
    EXPECT_EQ(uart(UartId::uart2).heard, "\xff");
    EXPECT_EQ(bench.log.count(LogKind::guest_error), 1u);
}

TEST_F(SerialRoutesTest, APartIsHeardAtItsOwnRateIfItHasOne) {
    route(kRx, FUNC_UART2_RX);
    uart(UartId::uart2).rate = 57'600;
    EXPECT_TRUE(routes.send_on(kRx, 'a'));
    EXPECT_EQ(uart(UartId::uart2).heard, "a");
    routes.send_on(kRx, 0, 115'200);
    EXPECT_EQ(uart(UartId::uart2).heard, "a\xf8");
    uart(UartId::uart2).ready = false;  // its own to lose
    routes.send_on(kRx, 'b', 57'600);
    EXPECT_EQ(uart(UartId::uart2).heard,
              "a\xf8"
              "b");
    EXPECT_FALSE(routes.send_on(kRx, 'c'));
}

}  // namespace
}  // namespace k210
