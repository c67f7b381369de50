// FPIOA's function numbers against the SDK's, stated again.
#include <cstdint>

#include <gtest/gtest.h>

#include "soc/chip_bench.hpp"

namespace k210 {
namespace {

// [sdk] lib/drivers/include/fpioa.h:322-523
TEST(PinFunctionTest, NumbersAreTheSdks) {
    EXPECT_EQ(FUNC_SPI0_D0, 4);
    EXPECT_EQ(FUNC_SPI0_SS0, 12);
    EXPECT_EQ(FUNC_SPI0_ARB, 16);
    EXPECT_EQ(FUNC_SPI0_SCLK, 17);
    EXPECT_EQ(FUNC_UARTHS_RX, 18);
    EXPECT_EQ(FUNC_UARTHS_TX, 19);
    EXPECT_EQ(FUNC_CLK_SPI1, 22);
    EXPECT_EQ(FUNC_CLK_I2C1, 23);
    EXPECT_EQ(FUNC_GPIOHS0, 24);
    EXPECT_EQ(FUNC_GPIO0, 56);
    EXPECT_EQ(FUNC_UART1_RX, 64);
    EXPECT_EQ(FUNC_UART1_TX, 65);
    EXPECT_EQ(FUNC_UART2_RX, 66);
    EXPECT_EQ(FUNC_UART2_TX, 67);
    EXPECT_EQ(FUNC_UART3_RX, 68);
    EXPECT_EQ(FUNC_UART3_TX, 69);
    EXPECT_EQ(FUNC_SPI1_D0, 70);
    EXPECT_EQ(FUNC_SPI1_SS0, 78);
    EXPECT_EQ(FUNC_SPI1_ARB, 82);
    EXPECT_EQ(FUNC_SPI1_SCLK, 83);
    EXPECT_EQ(FUNC_I2S0_OUT_D0, 94);
    EXPECT_EQ(FUNC_I2S1_OUT_D0, 105);
    EXPECT_EQ(FUNC_I2S2_OUT_D0, 116);
    EXPECT_EQ(FUNC_I2C0_SCLK, 126);
    EXPECT_EQ(FUNC_I2C0_SDA, 127);
    EXPECT_EQ(FUNC_I2C1_SCLK, 128);
    EXPECT_EQ(FUNC_I2C1_SDA, 129);
    EXPECT_EQ(FUNC_I2C2_SCLK, 130);
    EXPECT_EQ(FUNC_I2C2_SDA, 131);
    EXPECT_EQ(FUNC_CMOS_XCLK, 132);
    EXPECT_EQ(FUNC_CMOS_RST, 133);
    EXPECT_EQ(FUNC_CMOS_PWDN, 134);
    EXPECT_EQ(FUNC_CMOS_VSYNC, 135);
    EXPECT_EQ(FUNC_CMOS_HREF, 136);
    EXPECT_EQ(FUNC_CMOS_PCLK, 137);
    EXPECT_EQ(FUNC_CMOS_D0, 138);
    EXPECT_EQ(FUNC_SCCB_SCLK, 146);
    EXPECT_EQ(FUNC_SCCB_SDA, 147);
    EXPECT_EQ(FUNC_TIMER0_TOGGLE1, 190);
}

struct PinFunctionsOfBlocksTest : testing::Test, ChipBench {
    static constexpr unsigned kPad = 30;
    // Whether raising the line raises a pad that carries that function.
    bool drives(OutputLine& line, unsigned function) {
        write(0x502b'0000 + 4 * kPad, 0x901f00 | function);
        line.set(true);  // a line that has not changed yet drives nothing
        line.set(false);
        const bool low = !chip.fpioa.pad_level(kPad);
        line.set(true);
        return low && chip.fpioa.pad_level(kPad);
    }
};

TEST_F(PinFunctionsOfBlocksTest, TimersDriveTheirTogglesInOrder) {
    unsigned function = 190;
    for (Timer* timer : {&chip.timer0, &chip.timer1, &chip.timer2})
        for (OutputLine& line : timer->toggle) {
            EXPECT_TRUE(drives(line, function)) << function;
            ++function;
        }
    EXPECT_EQ(function, 202u);
}

TEST_F(PinFunctionsOfBlocksTest, I2sChannelsDriveTheirDataOutputsInOrder) {
    bool level = false;
    chip.fpioa.on_pad(kPad, [&](bool now) { level = now; });
    unsigned function = 94;
    for (const std::uint32_t base : {0x5025'0000u, 0x5026'0000u, 0x5027'0000u}) {
        for (unsigned channel = 0; channel < 4; ++channel) {
            write(0x502b'0000 + 4 * kPad, 0x1f00 | (function + channel));
            write(base + 0x08, 1);     // iter
            write(base + 0x10, 0x80);  // ccr: left-justified words
            write(base + 0x00, 1);
            write(base + 0x20 + 0x40 * channel, 0x8000'0000);
            write(base + 0x24 + 0x40 * channel, 0);
            EXPECT_FALSE(level) << function + channel;
            write(base + 0x34 + 0x40 * channel, 5);  // tcr: 32 bits
            write(base + 0x0c, 1);
            EXPECT_TRUE(level) << function + channel;
            write(base + 0x0c, 0);
            EXPECT_FALSE(level) << function + channel;
        }
        function += 11;
    }
}

TEST_F(PinFunctionsOfBlocksTest, TheCameraPortDrivesResetAndPowerDown) {
    EXPECT_TRUE(drives(chip.dvp.cmos_rst, 133));
    EXPECT_TRUE(drives(chip.dvp.cmos_pwdn, 134));
}

TEST_F(PinFunctionsOfBlocksTest, APadHearsTheUartThatIsRoutedToIt) {
    FakeSerial heard;
    chip.on_serial(heard, {.rx = kPad - 1, .tx = kPad});
    const std::pair<std::uint32_t, unsigned> uarts[] = {
        {0x5021'0000, 65}, {0x5022'0000, 67}, {0x5023'0000, 69}};  // and the function that they send on
    constexpr std::uint32_t kUarths = 0x3800'0000;
    constexpr unsigned kUarthsTx = 19;
    write(kUarths + 0x18, 0);
    write(kUarths + 0x08, 1);
    for (const auto& [base, own] : uarts) {
        write(base + 0x0c, 0x83);
        write(base, 1);
        write(base + 0x0c, 3);
    }
    for (const unsigned function : {kUarthsTx, 65u, 67u, 69u}) {
        write(0x502b'0000 + 4 * kPad, 0x1f00 | function);
        heard.sent.clear();
        write(kUarths, kUarthsTx);
        for (const auto& [base, own] : uarts) write(base, own);
        bench.run_for_cycles(100'000);
        EXPECT_EQ(heard.sent, std::string(1, static_cast<char>(function)));
    }
}

TEST_F(PinFunctionsOfBlocksTest, GpioAndGpiohsDriveTheirPins) {
    for (unsigned pin = 0; pin < 32; ++pin) {
        write(0x502b'0000 + 4 * kPad, 0x901f00 | (24 + pin));
        write(0x3800'1008, 1u << pin);  // output_en
        write(0x3800'100c, 0);
        EXPECT_FALSE(chip.fpioa.pad_level(kPad)) << pin;
        write(0x3800'100c, 1u << pin);  // output_val
        EXPECT_TRUE(chip.fpioa.pad_level(kPad)) << pin;
    }
    for (unsigned pin = 0; pin < 8; ++pin) {
        write(0x502b'0000 + 4 * kPad, 0x901f00 | (56 + pin));
        write(0x5020'0004, 1u << pin);  // direction
        write(0x5020'0000, 0);
        EXPECT_FALSE(chip.fpioa.pad_level(kPad)) << pin;
        write(0x5020'0000, 1u << pin);  // data_output
        EXPECT_TRUE(chip.fpioa.pad_level(kPad)) << pin;
    }
}

}  // namespace
}  // namespace k210
