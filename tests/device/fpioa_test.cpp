#include "fpioa/fpioa.hpp"

#include <gtest/gtest.h>

#include "support/device_bench.hpp"

namespace k210 {
namespace {

struct FpioaTest : testing::Test {
    static constexpr std::uint32_t kOeEn = 1u << 12, kOeInv = 1u << 13, kDoSel = 1u << 14, kDoInv = 1u << 15,
                                   kPu = 1u << 16, kPd = 1u << 17, kIeEn = 1u << 20, kDiInv = 1u << 22,
                                   kPadDi = 1u << 31;
    static constexpr std::uint32_t io(unsigned pad) { return pad * 4; }
    static constexpr std::uint32_t tie_en(unsigned function) { return 0xc0 + function / 32 * 4; }
    static constexpr std::uint32_t tie_val(unsigned function) { return 0xe0 + function / 32 * 4; }

    DeviceBench bench;
    Fpioa fpioa{bench.context()};
};

TEST_F(FpioaTest, FunctionReachesEveryPadRoutedToIt) {
    fpioa.write(io(7), 4, FUNC_GPIOHS0 | kOeEn);
    fpioa.write(io(40), 4, FUNC_GPIOHS0 | kOeEn);
    fpioa.drive(FUNC_GPIOHS0, true, true);
    EXPECT_TRUE(fpioa.pad_level(7));
    EXPECT_TRUE(fpioa.pad_level(40));
    EXPECT_FALSE(fpioa.pad_level(8));
}

TEST_F(FpioaTest, ReroutedPadFollowsItsNewFunctionAtOnce) {
    fpioa.drive(FUNC_GPIOHS0, true, true);
    fpioa.drive(FUNC_GPIO0, false, true);
    fpioa.write(io(7), 4, FUNC_GPIOHS0 | kOeEn);
    fpioa.write(io(7), 4, FUNC_GPIO0 | kOeEn);
    EXPECT_FALSE(fpioa.pad_level(7));
    EXPECT_EQ(fpioa.pad_function(7), unsigned{FUNC_GPIO0});
    EXPECT_EQ(fpioa.pad_of(FUNC_GPIOHS0), -1);
    EXPECT_EQ(fpioa.pad_of(FUNC_GPIO0), 7);
}

TEST_F(FpioaTest, PadIsNotDrivenWithoutOeEnOrWithoutTheFunctionsOwnEnable) {
    fpioa.write(io(7), 4, FUNC_GPIOHS0);
    fpioa.drive(FUNC_GPIOHS0, true, true);
    EXPECT_FALSE(fpioa.pad_level(7));
    fpioa.write(io(7), 4, FUNC_GPIOHS0 | kOeEn);
    EXPECT_TRUE(fpioa.pad_level(7));
    fpioa.drive(FUNC_GPIOHS0, true, false);
    EXPECT_FALSE(fpioa.pad_level(7));
}

TEST_F(FpioaTest, OeInvInvertsTheFunctionsEnable) {
    fpioa.write(io(7), 4, FUNC_GPIOHS0 | kOeEn | kOeInv);
    fpioa.drive(FUNC_GPIOHS0, true, false);
    EXPECT_TRUE(fpioa.pad_level(7));
    fpioa.drive(FUNC_GPIOHS0, true, true);
    EXPECT_FALSE(fpioa.pad_level(7));
}

TEST_F(FpioaTest, SpiDataIsDrivenAsTheSdkConfiguresIt) {
    fpioa.write(io(7), 4, FUNC_SPI0_D0 | kOeEn | kOeInv);
    fpioa.drive(FUNC_SPI0_D0, true, true);
    EXPECT_TRUE(fpioa.pad_level(7));
    fpioa.drive(FUNC_SPI0_D0, true, false);
    EXPECT_FALSE(fpioa.pad_level(7));
}

TEST_F(FpioaTest, DoInvInvertsTheDataAndDoSelPutsOutTheEnable) {
    fpioa.write(io(7), 4, FUNC_GPIOHS0 | kOeEn | kDoInv);
    fpioa.drive(FUNC_GPIOHS0, false, true);
    EXPECT_TRUE(fpioa.pad_level(7));
    fpioa.write(io(7), 4, FUNC_GPIOHS0 | kOeEn | kDoSel);
    EXPECT_TRUE(fpioa.pad_level(7));
}

TEST_F(FpioaTest, UndrivenPadFollowsItsPull) {
    fpioa.write(io(7), 4, FUNC_GPIOHS0 | kIeEn | kPu);
    EXPECT_TRUE(fpioa.pad_level(7));
    EXPECT_TRUE(fpioa.level_of(FUNC_GPIOHS0));
    fpioa.write(io(7), 4, FUNC_GPIOHS0 | kIeEn | kPd);
    EXPECT_FALSE(fpioa.pad_level(7));
}

TEST_F(FpioaTest, OutsideDriveOverridesThePullUntilReleased) {
    fpioa.write(io(16), 4, FUNC_GPIOHS0 | kIeEn | kPu);
    fpioa.drive_pad(16, false);
    EXPECT_FALSE(fpioa.level_of(FUNC_GPIOHS0));
    fpioa.release_pad(16);
    EXPECT_TRUE(fpioa.level_of(FUNC_GPIOHS0));
}

TEST_F(FpioaTest, OneSideLowHoldsADoublyDrivenPadLow) {
    fpioa.write(io(7), 4, FUNC_GPIOHS0 | kOeEn);
    fpioa.drive(FUNC_GPIOHS0, true, true);
    fpioa.drive_pad(7, false);
    EXPECT_FALSE(fpioa.pad_level(7));
    fpioa.drive_pad(7, true);
    EXPECT_TRUE(fpioa.pad_level(7));
}

TEST_F(FpioaTest, InputNeedsIeEnAndObeysDiInv) {
    fpioa.drive_pad(7, true);
    fpioa.write(io(7), 4, FUNC_GPIOHS0);
    EXPECT_FALSE(fpioa.level_of(FUNC_GPIOHS0));
    fpioa.write(io(7), 4, FUNC_GPIOHS0 | kIeEn);
    EXPECT_TRUE(fpioa.level_of(FUNC_GPIOHS0));
    fpioa.write(io(7), 4, FUNC_GPIOHS0 | kIeEn | kDiInv);
    EXPECT_FALSE(fpioa.level_of(FUNC_GPIOHS0));
}

TEST_F(FpioaTest, FunctionLosesItsInputWhenItsPadIsRoutedAway) {
    fpioa.drive_pad(7, true);
    fpioa.write(io(7), 4, FUNC_GPIOHS0 | kIeEn);
    fpioa.write(io(7), 4, 120);
    EXPECT_FALSE(fpioa.level_of(FUNC_GPIOHS0));
}

TEST_F(FpioaTest, PadDiShowsThePadAndCannotBeWritten) {
    fpioa.write(io(7), 4, kPadDi | FUNC_GPIOHS0);
    EXPECT_EQ(fpioa.read(io(7), 4), std::uint32_t{FUNC_GPIOHS0});
    fpioa.drive_pad(7, true);
    EXPECT_EQ(fpioa.read(io(7), 4), kPadDi | FUNC_GPIOHS0);
}

TEST_F(FpioaTest, TieReplacesTheInputWhileEnabled) {
    fpioa.write(tie_val(FUNC_UART1_RX), 4, 1u << FUNC_UART1_RX % 32);
    EXPECT_FALSE(fpioa.level_of(FUNC_UART1_RX));
    fpioa.write(tie_en(FUNC_UART1_RX), 4, 1u << FUNC_UART1_RX % 32);
    EXPECT_TRUE(fpioa.level_of(FUNC_UART1_RX));
    fpioa.write(tie_en(FUNC_UART1_RX), 4, 0);
    EXPECT_FALSE(fpioa.level_of(FUNC_UART1_RX));
}

TEST_F(FpioaTest, ListenersHearChangesOnly) {
    std::string heard;
    fpioa.on_pad(7, [&](bool level) { heard += level ? 'P' : 'p'; });
    fpioa.on_input(FUNC_GPIOHS0, [&](bool level) { heard += level ? 'F' : 'f'; });
    fpioa.write(io(7), 4, FUNC_GPIOHS0 | kOeEn | kIeEn);
    fpioa.drive(FUNC_GPIOHS0, true, true);
    fpioa.drive(FUNC_GPIOHS0, true, true);
    fpioa.write(io(7), 4, FUNC_GPIOHS0 | kOeEn | kIeEn | kPu);
    fpioa.drive(FUNC_GPIOHS0, false, true);
    EXPECT_EQ(heard, "PFpf");
}

TEST_F(FpioaTest, ListenerThatChangesThePadLeavesEveryoneWithTheLastLevel) {
    fpioa.write(io(7), 4, FUNC_GPIOHS0 | kOeEn);
    fpioa.on_pad(7, [&](bool level) {
        if (level) fpioa.drive_pad(7, false);
    });
    bool last = true;
    fpioa.on_pad(7, [&](bool level) { last = level; });
    fpioa.drive(FUNC_GPIOHS0, true, true);
    EXPECT_FALSE(last);
}

TEST_F(FpioaTest, ResetRoutesJtagAndUarthsAndTiesSpiArbitrationHigh) {
    EXPECT_EQ(fpioa.pad_function(0), 0u);
    EXPECT_EQ(fpioa.pad_function(3), 3u);
    EXPECT_EQ(fpioa.pad_function(4), unsigned{FUNC_UARTHS_RX});
    EXPECT_EQ(fpioa.pad_function(5), unsigned{FUNC_UARTHS_TX});
    EXPECT_EQ(fpioa.pad_function(16), 120u);
    EXPECT_TRUE(fpioa.level_of(FUNC_SPI0_ARB));
    EXPECT_TRUE(fpioa.level_of(FUNC_SPI1_ARB));
}

TEST_F(FpioaTest, ResetRestoresRoutingAndKeepsWhatTheBoardDrives) {
    fpioa.write(io(5), 4, FUNC_GPIOHS0 | kIeEn);
    fpioa.drive_pad(5, true);
    EXPECT_TRUE(fpioa.level_of(FUNC_GPIOHS0));
    fpioa.reset();
    fpioa.settle();
    EXPECT_EQ(fpioa.pad_function(5), unsigned{FUNC_UARTHS_TX});
    EXPECT_TRUE(fpioa.pad_level(5));
    EXPECT_FALSE(fpioa.level_of(FUNC_GPIOHS0));
}

TEST_F(FpioaTest, RestoredCrossbarRoutesAsBeforeWithoutTellingAnyone) {
    fpioa.write(io(7), 4, FUNC_GPIOHS0 | kOeEn | kIeEn);
    fpioa.drive(FUNC_GPIOHS0, true, true);
    fpioa.drive_pad(20, true);
    DeviceBench other_bench;
    Fpioa other{other_bench.context()};
    int calls = 0;
    other.on_input(FUNC_GPIOHS0, [&](bool) { ++calls; });
    DeviceBench::transfer_state(fpioa, other);
    EXPECT_EQ(calls, 0);
    EXPECT_TRUE(other.pad_level(7));
    EXPECT_TRUE(other.pad_level(20));
    EXPECT_TRUE(other.level_of(FUNC_GPIOHS0));
    other.drive(FUNC_GPIOHS0, false, true);
    EXPECT_EQ(calls, 1);
    EXPECT_FALSE(other.pad_level(7));
}

}  // namespace
}  // namespace k210
