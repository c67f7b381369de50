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

TEST_F(FpioaTest, AnOpenDrainOutputOutsidePullsAPadDownWhoeverElseDrivesIt) {
    fpioa.drive_pad(16, true);  // a button that is not pressed
    EXPECT_FALSE(fpioa.held_low(16));
    fpioa.pull_low(16, true);
    EXPECT_FALSE(fpioa.pad_level(16));
    EXPECT_TRUE(fpioa.held_low(16));
    fpioa.write(io(16), 4, FUNC_GPIOHS0 | kOeEn);
    fpioa.drive(FUNC_GPIOHS0, true, true);
    EXPECT_FALSE(fpioa.pad_level(16));
    fpioa.pull_low(16, false);
    EXPECT_TRUE(fpioa.pad_level(16));
}

TEST_F(FpioaTest, APadThatNobodyHoldsIsNotHeldLow) {
    EXPECT_FALSE(fpioa.pad_level(16));
    EXPECT_FALSE(fpioa.held_low(16));
    fpioa.drive_pad(16, false);
    EXPECT_TRUE(fpioa.held_low(16));
}

TEST_F(FpioaTest, ReroutedPadFollowsItsNewFunctionAtOnce) {
    fpioa.drive(FUNC_UART1_TX, true, true);
    fpioa.drive(FUNC_UART2_TX, false, true);
    fpioa.write(io(7), 4, FUNC_UART1_TX | kOeEn);
    fpioa.write(io(7), 4, FUNC_UART2_TX | kOeEn);
    EXPECT_FALSE(fpioa.pad_level(7));
    EXPECT_EQ(fpioa.pad_function(7), unsigned{FUNC_UART2_TX});
    EXPECT_EQ(fpioa.pad_of(FUNC_UART1_TX), -1);
    EXPECT_EQ(fpioa.pad_of(FUNC_UART2_TX), 7);
}

TEST_F(FpioaTest, PadIsNotDrivenWithoutOeEnOrWithoutTheFunctionsOwnEnable) {
    fpioa.write(io(7), 4, FUNC_GPIOHS0 | kPd);
    fpioa.drive(FUNC_GPIOHS0, true, true);
    EXPECT_FALSE(fpioa.pad_level(7));
    fpioa.write(io(7), 4, FUNC_GPIOHS0 | kOeEn | kPd);
    EXPECT_TRUE(fpioa.pad_level(7));
    fpioa.drive(FUNC_GPIOHS0, true, false);
    EXPECT_FALSE(fpioa.pad_level(7));
}

TEST_F(FpioaTest, OeInvInvertsTheFunctionsEnable) {
    fpioa.write(io(7), 4, FUNC_GPIOHS0 | kOeEn | kOeInv | kPd);
    fpioa.drive(FUNC_GPIOHS0, true, false);
    EXPECT_TRUE(fpioa.pad_level(7));
    fpioa.drive(FUNC_GPIOHS0, true, true);
    EXPECT_FALSE(fpioa.pad_level(7));
}

TEST_F(FpioaTest, SpiDataIsDrivenAsTheSdkConfiguresIt) {
    fpioa.write(io(7), 4, FUNC_SPI0_D0 | kOeEn | kOeInv | kPd);
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

TEST_F(FpioaTest, TiedLowAnInputHearsNoPad) {
    fpioa.write(io(7), 4, FUNC_UART1_RX | kIeEn);
    fpioa.drive_pad(7, true);
    ASSERT_TRUE(fpioa.level_of(FUNC_UART1_RX));
    fpioa.write(tie_en(FUNC_UART1_RX), 4, 1u << FUNC_UART1_RX % 32);
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

TEST_F(FpioaTest, AFunctionIsHeardWhereSomethingListensOnAPadOrItsWires) {
    fpioa.write(io(9), 4, FUNC_I2S0_OUT_D0 | kOeEn);
    EXPECT_FALSE(fpioa.heard(FUNC_I2S0_OUT_D0));
    fpioa.on_pad(7, [](bool) {});
    EXPECT_FALSE(fpioa.heard(FUNC_I2S0_OUT_D0));
    fpioa.join(7, 9);
    EXPECT_TRUE(fpioa.heard(FUNC_I2S0_OUT_D0));
    EXPECT_FALSE(fpioa.heard(FUNC_I2S1_OUT_D0));
    fpioa.write(io(9), 4, FUNC_GPIOHS0 | kOeEn);
    EXPECT_FALSE(fpioa.heard(FUNC_I2S0_OUT_D0));
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

TEST_F(FpioaTest, FloatingPadKeepsItsLevelForAMillisecond) {
    fpioa.write(io(7), 4, FUNC_GPIOHS0 | kOeEn | kIeEn);
    fpioa.drive(FUNC_GPIOHS0, true, true);
    fpioa.drive(FUNC_GPIOHS0, true, false);
    bench.run_for_cycles(399'999);
    EXPECT_TRUE(fpioa.level_of(FUNC_GPIOHS0));
    bench.run_for_cycles(1);
    EXPECT_FALSE(fpioa.level_of(FUNC_GPIOHS0));
}

TEST_F(FpioaTest, PadThatNobodyHeldFloatsLow) {
    fpioa.write(io(7), 4, FUNC_GPIOHS0 | kOeEn | kIeEn);
    EXPECT_FALSE(fpioa.level_of(FUNC_GPIOHS0));
}

TEST_F(FpioaTest, PadKeepsLowLevelsToo) {
    fpioa.write(io(7), 4, FUNC_GPIOHS0 | kOeEn | kIeEn);
    fpioa.drive(FUNC_GPIOHS0, true, true);
    fpioa.drive(FUNC_GPIOHS0, false, true);
    fpioa.drive(FUNC_GPIOHS0, true, false);
    EXPECT_FALSE(fpioa.level_of(FUNC_GPIOHS0));
}

TEST_F(FpioaTest, PullDownTakesAFloatingPadsChargeAtOnce) {
    fpioa.write(io(7), 4, FUNC_GPIOHS0 | kOeEn | kIeEn | kPd);
    fpioa.drive(FUNC_GPIOHS0, true, true);
    EXPECT_TRUE(fpioa.level_of(FUNC_GPIOHS0));
    fpioa.drive(FUNC_GPIOHS0, true, false);
    EXPECT_FALSE(fpioa.level_of(FUNC_GPIOHS0));
}

TEST_F(FpioaTest, PullUpHoldsForGoodAndWinsOverAPullDown) {
    fpioa.write(io(7), 4, FUNC_GPIOHS0 | kIeEn | kPu | kPd);
    bench.run_for_cycles(800'000);
    EXPECT_TRUE(fpioa.level_of(FUNC_GPIOHS0));
}

TEST_F(FpioaTest, PadThatTheBoardLetsGoFloatsToo) {
    fpioa.write(io(7), 4, FUNC_GPIOHS0 | kIeEn);
    fpioa.drive_pad(7, true);
    fpioa.release_pad(7);
    EXPECT_TRUE(fpioa.level_of(FUNC_GPIOHS0));
    bench.run_for_cycles(400'000);
    EXPECT_FALSE(fpioa.level_of(FUNC_GPIOHS0));
}

TEST_F(FpioaTest, DrivingAPadAgainRenewsItsCharge) {
    fpioa.write(io(7), 4, FUNC_GPIOHS0 | kOeEn | kIeEn);
    fpioa.drive(FUNC_GPIOHS0, true, true);
    fpioa.drive(FUNC_GPIOHS0, true, false);
    bench.run_for_cycles(300'000);
    fpioa.drive(FUNC_GPIOHS0, true, true);
    bench.run_for_cycles(300'000);
    EXPECT_TRUE(fpioa.level_of(FUNC_GPIOHS0));
    fpioa.drive(FUNC_GPIOHS0, true, false);
    bench.run_for_cycles(399'999);
    EXPECT_TRUE(fpioa.level_of(FUNC_GPIOHS0));
    bench.run_for_cycles(1);
    EXPECT_FALSE(fpioa.level_of(FUNC_GPIOHS0));
}

TEST_F(FpioaTest, PadsLoseTheirChargeEachInItsTime) {
    fpioa.drive_pad(7, true);
    fpioa.drive_pad(9, true);
    fpioa.release_pad(9);
    bench.run_for_cycles(100'000);
    fpioa.release_pad(7);
    bench.run_for_cycles(300'000);
    EXPECT_FALSE(fpioa.pad_level(9));
    EXPECT_TRUE(fpioa.pad_level(7));
    bench.run_for_cycles(100'000);
    EXPECT_FALSE(fpioa.pad_level(7));
}

TEST_F(FpioaTest, RestoredPadLosesItsChargeWhenTheSavedOneDoes) {
    fpioa.drive_pad(7, true);
    fpioa.release_pad(7);
    bench.run_for_cycles(100'000);
    DeviceBench other_bench;
    other_bench.run_for_cycles(100'000);
    Fpioa other{other_bench.context()};
    DeviceBench::transfer_state(fpioa, other);
    other_bench.run_for_cycles(299'999);
    EXPECT_TRUE(other.pad_level(7));
    other_bench.run_for_cycles(1);
    EXPECT_FALSE(other.pad_level(7));
}

// [doc] riscv-rust/k210-hal src/fpioa.rs:121-168
TEST_F(FpioaTest, ResetRoutesEveryPadToItsFirstFunction) {
    for (unsigned pad = 0; pad < 4; ++pad) EXPECT_EQ(fpioa.pad_function(pad), pad) << "JTAG";
    EXPECT_EQ(fpioa.pad_function(4), unsigned{FUNC_UARTHS_RX});
    EXPECT_EQ(fpioa.pad_function(5), unsigned{FUNC_UARTHS_TX});
    EXPECT_EQ(fpioa.pad_function(6), 120u);
    EXPECT_EQ(fpioa.pad_function(7), 120u);
    for (unsigned pin = 0; pin < 8; ++pin) EXPECT_EQ(fpioa.pad_function(8 + pin), FUNC_GPIO0 + pin);
    for (unsigned pin = 0; pin < 32; ++pin) EXPECT_EQ(fpioa.pad_function(16 + pin), FUNC_GPIOHS0 + pin);
}

// As the SDK sets such functions: [sdk] lib/drivers/fpioa.c:71-1000.
TEST_F(FpioaTest, PadsWakeUpAsTheirFunctionsNeedThem) {
    EXPECT_EQ(fpioa.read(io(0), 4), 0x0090'0000u);
    EXPECT_EQ(fpioa.read(io(2), 4), 0x0090'0002u);
    EXPECT_EQ(fpioa.read(io(3), 4), 0x0000'1f03u);
    EXPECT_EQ(fpioa.read(io(4), 4), 0x0090'0012u);
    EXPECT_EQ(fpioa.read(io(5), 4), 0x0000'1f13u);
    EXPECT_EQ(fpioa.read(io(7), 4), 0x0000'0078u);
    EXPECT_EQ(fpioa.read(io(8), 4), 0x0090'1f38u);
    EXPECT_EQ(fpioa.read(io(15), 4), 0x0090'1f3fu);
    EXPECT_EQ(fpioa.read(io(16), 4), 0x0090'1f18u);
    EXPECT_EQ(fpioa.read(io(47), 4), 0x0090'1f37u);
}

TEST_F(FpioaTest, GpiosReachTheirPadsWithoutAnyRouting) {
    fpioa.drive(FUNC_GPIOHS0 + 8, true, true);
    EXPECT_TRUE(fpioa.pad_level(24));
    fpioa.drive_pad(15, true);
    EXPECT_TRUE(fpioa.level_of(FUNC_GPIO0 + 7));
}

TEST_F(FpioaTest, ResetTiesSpiArbitrationHigh) {
    for (unsigned word = 0; word < 8; ++word) {
        const std::uint32_t tied = word == 0 ? 1u << FUNC_SPI0_ARB : word == 2 ? 1u << FUNC_SPI1_ARB % 32 : 0;
        EXPECT_EQ(fpioa.read(0xc0 + word * 4, 4), tied) << word;
        EXPECT_EQ(fpioa.read(0xe0 + word * 4, 4), tied) << word;
    }
    EXPECT_TRUE(fpioa.level_of(FUNC_SPI0_ARB));
    EXPECT_TRUE(fpioa.level_of(FUNC_SPI1_ARB));
}

TEST_F(FpioaTest, EveryFieldButPadDiKeepsWhatIsWritten) {
    for (const unsigned pad : {0u, 7u, 47u}) {
        fpioa.write(io(pad), 4, 0x7f'fb'ef'78);
        EXPECT_EQ(fpioa.read(io(pad), 4) & ~kPadDi, 0x00fb'ef78u) << pad;
    }
}

TEST_F(FpioaTest, PadsAreWrittenByByteAndHalfToo) {
    fpioa.write(io(7), 1, FUNC_GPIOHS0);
    EXPECT_EQ(fpioa.pad_function(7), unsigned{FUNC_GPIOHS0});
    fpioa.write(io(7) + 2, 2, kIeEn >> 16);
    EXPECT_EQ(fpioa.read(io(7), 4), FUNC_GPIOHS0 | kIeEn);
    fpioa.drive_pad(7, true);
    EXPECT_EQ(fpioa.read(io(7) + 3, 1), 0x80u);
}

TEST_F(FpioaTest, DisabledInputReadsZeroBeforeItIsInverted) {
    fpioa.drive_pad(7, true);
    fpioa.write(io(7), 4, FUNC_GPIOHS0 | kDiInv);
    EXPECT_TRUE(fpioa.level_of(FUNC_GPIOHS0));
}

TEST_F(FpioaTest, FunctionOnSeveralPadsHearsTheLowest) {
    fpioa.write(io(40), 4, FUNC_UART1_RX | kIeEn);
    fpioa.write(io(9), 4, FUNC_UART1_RX | kIeEn);
    fpioa.drive_pad(40, true);
    EXPECT_FALSE(fpioa.level_of(FUNC_UART1_RX));
    fpioa.drive_pad(9, true);
    fpioa.drive_pad(40, false);
    EXPECT_TRUE(fpioa.level_of(FUNC_UART1_RX));
    EXPECT_EQ(fpioa.pad_of(FUNC_UART1_RX), 9);
}

TEST_F(FpioaTest, SpiDataAndSccbBringAnActiveLowEnable) {
    for (const unsigned function : {FUNC_SPI0_D0 + 0u, FUNC_SPI0_D0 + 7u, FUNC_SPI1_D0 + 0u, FUNC_SPI1_D0 + 7u,
                                    FUNC_SCCB_SCLK + 0u, FUNC_SCCB_SDA + 0u}) {
        fpioa.write(io(7), 4, function | kOeEn);
        fpioa.drive(function, true, false);
        EXPECT_TRUE(fpioa.pad_level(7)) << function;
        fpioa.drive(function, false, false);
    }
    for (const unsigned function : {FUNC_SPI0_D0 - 1u, FUNC_SPI0_D0 + 8u, FUNC_SPI1_D0 - 1u, FUNC_SPI1_D0 + 8u,
                                    FUNC_SCCB_SCLK - 1u, FUNC_SCCB_SDA + 1u}) {
        fpioa.write(io(7), 4, function | kOeEn);
        fpioa.drive(function, true, false);
        EXPECT_FALSE(fpioa.pad_level(7)) << function;
    }
}

TEST_F(FpioaTest, TieBitsOfOneFunctionLeaveItsNeighboursAlone) {
    fpioa.write(tie_val(FUNC_UART1_RX), 4, ~0u);
    fpioa.write(tie_en(FUNC_UART1_RX), 4, 1u << FUNC_UART1_RX % 32);
    EXPECT_TRUE(fpioa.level_of(FUNC_UART1_RX));
    EXPECT_FALSE(fpioa.level_of(FUNC_UART1_RX + 1));
    EXPECT_FALSE(fpioa.level_of(FUNC_UART1_RX - 1));
    EXPECT_FALSE(fpioa.level_of(FUNC_UART1_RX + 32));
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

TEST_F(FpioaTest, AWireCarriesALevelToTheOtherPadAndWhatListensThere) {
    fpioa.write(io(10), 4, FUNC_GPIOHS0 | kOeEn);
    fpioa.write(io(11), 4, (FUNC_GPIOHS0 + 1) | kIeEn);
    std::vector<bool> heard;
    fpioa.on_input(FUNC_GPIOHS0 + 1, [&](bool level) { heard.push_back(level); });
    fpioa.drive(FUNC_GPIOHS0, true, true);
    fpioa.join(10, 11);
    EXPECT_TRUE(fpioa.pad_level(11));
    EXPECT_TRUE(fpioa.read(io(11), 4) & kPadDi);
    fpioa.drive(FUNC_GPIOHS0, false, true);
    EXPECT_FALSE(fpioa.pad_level(11));
    EXPECT_EQ(heard, (std::vector<bool>{true, false}));
}

TEST_F(FpioaTest, AWireWorksBothWaysAndEndsNowhereElse) {
    fpioa.join(10, 11);
    fpioa.drive_pad(11, true);
    EXPECT_TRUE(fpioa.pad_level(10));
    EXPECT_FALSE(fpioa.pad_level(12));
    fpioa.drive_pad(11, false);
    EXPECT_FALSE(fpioa.pad_level(10));
    EXPECT_EQ(fpioa.joined(10), std::uint64_t{3} << 10);
    EXPECT_EQ(fpioa.joined(12), std::uint64_t{1} << 12);
}

TEST_F(FpioaTest, PadsThatAWireJoinsAreLowUnlessAllThatDriveThemDriveHigh) {
    fpioa.write(io(10), 4, FUNC_GPIOHS0 | kOeEn);
    fpioa.write(io(11), 4, (FUNC_GPIOHS0 + 1) | kOeEn);
    fpioa.join(10, 11);
    for (const bool a : {false, true})
        for (const bool b : {false, true}) {
            fpioa.drive(FUNC_GPIOHS0, a, true);
            fpioa.drive(FUNC_GPIOHS0 + 1, b, true);
            EXPECT_EQ(fpioa.pad_level(10), a && b);
            EXPECT_EQ(fpioa.pad_level(11), a && b);
        }
}

TEST_F(FpioaTest, APullReachesOverAWireAndAnyDriverIsStronger) {
    fpioa.write(io(10), 4, FUNC_GPIOHS0 | kOeEn);
    fpioa.write(io(11), 4, (FUNC_GPIOHS0 + 1) | kIeEn | kPu);
    fpioa.join(10, 11);
    EXPECT_TRUE(fpioa.pad_level(10));
    fpioa.drive(FUNC_GPIOHS0, false, true);
    EXPECT_FALSE(fpioa.pad_level(11));
    fpioa.drive(FUNC_GPIOHS0, false, false);
    EXPECT_TRUE(fpioa.pad_level(11));
}

TEST_F(FpioaTest, PadsThatAWireJoinsKeepAndLoseTheirChargeTogether) {
    constexpr std::uint64_t kMillisecondCycles = 400'000;
    fpioa.write(io(10), 4, FUNC_GPIOHS0 | kOeEn);
    fpioa.join(10, 11);
    fpioa.drive_pad(11, true);
    fpioa.release_pad(11);
    bench.run_for_cycles(kMillisecondCycles / 2);
    EXPECT_TRUE(fpioa.pad_level(10));
    fpioa.drive(FUNC_GPIOHS0, true, true);
    fpioa.drive(FUNC_GPIOHS0, true, false);
    bench.run_for_cycles(kMillisecondCycles - 1);
    EXPECT_TRUE(fpioa.pad_level(11));
    bench.run_for_cycles(1);
    EXPECT_FALSE(fpioa.pad_level(10));
    EXPECT_FALSE(fpioa.pad_level(11));
}

TEST_F(FpioaTest, ASnapshotOfOtherWiresLosesItsChargesToo) {
    DeviceBench elsewhere;
    Fpioa apart{elsewhere.context()};
    apart.drive_pad(11, true);
    apart.release_pad(11);
    fpioa.join(10, 11);
    DeviceBench::transfer_state(apart, fpioa);
    bench.run_for_cycles(1'000'000);
    EXPECT_FALSE(fpioa.pad_level(11));
}

}  // namespace
}  // namespace k210
