// What hangs on the chip's pins, reached through its registers as firmware reaches it.
#include <string>

#include <gtest/gtest.h>

#include "soc/chip_bench.hpp"

namespace k210 {
namespace {

struct FakeSpiTarget final : SpiTarget {
    bool selected = false;
    void select(bool active) override { selected = active; }
    std::uint32_t exchange(std::uint32_t, unsigned, unsigned) override { return 0; }
    std::uint32_t receive(unsigned, unsigned) override { return 0; }
    void dummy_clocks(unsigned) override {}
};

struct ChipPinsTest : testing::Test, ChipBench {
    static constexpr std::uint32_t kFpioa = 0x502b'0000, kUarths = 0x3800'0000;
    static constexpr std::uint32_t kTxCtrl = 0x08, kRxCtrl = 0x0c, kRxData = 0x04, kDiv = 0x18;

    // Drives and hears, as fpioa_set_function leaves a pin. [sdk] fpioa.c
    void route(unsigned pad, unsigned function) { write(kFpioa + pad * 4, 0x901f00 | function); }
};

TEST_F(ChipPinsTest, ASelectPadSelectsWhetherItsLevelIsNewOrOld) {
    FakeSpiTarget target;
    route(7, FUNC_SPI1_SS0);
    chip.on_spi(target, {.clock = 6, .select = 7});
    EXPECT_FALSE(target.selected);
    chip.pads().drive_pad(7, false);
    EXPECT_TRUE(target.selected);
    FakeSpiTarget late;
    chip.on_spi(late, {.clock = 6, .select = 7});
    EXPECT_TRUE(late.selected);
}

TEST_F(ChipPinsTest, ASerialLineIsHeardOnItsPadOnly) {
    FakeSerial on_5, on_7;
    chip.on_serial(on_5, {.rx = 4, .tx = 5});
    chip.on_serial(on_7, {.rx = 6, .tx = 7});
    route(7, FUNC_UARTHS_TX);
    route(5, FUNC_UART1_TX);
    write(kUarths + kDiv, 0);
    write(kUarths + kTxCtrl, 1);
    write(kUarths, 'x');
    bench.run_for_cycles(1000);
    EXPECT_EQ(on_5.sent, "");
    EXPECT_EQ(on_7.sent, "x");
}

TEST_F(ChipPinsTest, ABytePresentedAtAPadReachesTheUartThatReceivesThere) {
    route(6, FUNC_UARTHS_RX);
    EXPECT_FALSE(chip.send_serial(6, 'a'));  // it does not receive yet
    write(kUarths + kRxCtrl, 1);
    EXPECT_TRUE(chip.send_serial(6, 'b'));
    EXPECT_FALSE(chip.send_serial(10, 'c'));
    EXPECT_EQ(read(kUarths + kRxData), std::uint32_t{'b'});
}

}  // namespace
}  // namespace k210
