#include "gpio/gpio.hpp"

#include <gtest/gtest.h>

#include "fpioa/fpioa.hpp"
#include "support/device_bench.hpp"

namespace k210 {
namespace {

struct GpioTest : testing::Test {
    enum : std::uint32_t {
        kDataOutput = 0x00,
        kDirection = 0x04,
        kInterruptEnable = 0x30,
        kInterruptMask = 0x34,
        kInterruptLevel = 0x38,
        kInterruptPolarity = 0x3c,
        kInterruptStatus = 0x40,
        kInterruptStatusRaw = 0x44,
        kInterruptClear = 0x4c,
        kDataInput = 0x50,
        kInterruptBothedge = 0x68,
    };
    static constexpr std::uint32_t kGpioMode = 0x901f00;  // as fpioa_set_function leaves a GPIO pad
    static constexpr unsigned kPad = 12, kPin = 6;
    static constexpr std::uint32_t kBit = 1u << kPin;

    GpioTest() { fpioa.write(kPad * 4, 4, kGpioMode | (FUNC_GPIO0 + kPin)); }

    DeviceBench bench;
    Fpioa fpioa{bench.context()};
    Gpio gpio{bench.context(), fpioa};
};

TEST_F(GpioTest, OutputReachesThePadOnceItsDirectionIsOut) {
    gpio.write(kDataOutput, 4, kBit);
    EXPECT_FALSE(fpioa.pad_level(kPad));
    gpio.write(kDirection, 4, kBit);
    EXPECT_TRUE(fpioa.pad_level(kPad));
}

TEST_F(GpioTest, DataInputReadsThePadForInputsAndTheRegisterForOutputs) {
    fpioa.drive_pad(kPad, true);
    EXPECT_EQ(gpio.read(kDataInput, 4), kBit);
    gpio.write(kDirection, 4, kBit);
    EXPECT_EQ(gpio.read(kDataInput, 4), 0u);
    gpio.write(kDataOutput, 4, kBit);
    EXPECT_EQ(gpio.read(kDataInput, 4), kBit);
}

TEST_F(GpioTest, AnOutputReadsItsRegisterWithoutAPad) {
    constexpr unsigned kPadOfReset = 14;
    for (const unsigned pad : {kPad, kPadOfReset}) fpioa.write(pad * 4, 4, kGpioMode | FUNC_GPIOHS0);
    ASSERT_EQ(fpioa.pad_of(FUNC_GPIO0 + kPin), -1);
    gpio.write(kDirection, 4, kBit);
    gpio.write(kDataOutput, 4, kBit);
    EXPECT_EQ(gpio.read(kDataInput, 4), kBit);
}

TEST_F(GpioTest, RisingEdgeInterruptsUntilCleared) {
    gpio.write(kInterruptLevel, 4, kBit);
    gpio.write(kInterruptPolarity, 4, kBit);
    gpio.write(kInterruptEnable, 4, kBit);
    fpioa.drive_pad(kPad, true);
    fpioa.drive_pad(kPad, false);
    EXPECT_TRUE(gpio.irq.level());
    EXPECT_EQ(gpio.read(kInterruptStatus, 4), kBit);
    gpio.write(kInterruptClear, 4, kBit);
    EXPECT_FALSE(gpio.irq.level());
}

TEST_F(GpioTest, FallingEdgeInterruptsWithoutItsPolarity) {
    fpioa.drive_pad(kPad, true);
    gpio.write(kInterruptLevel, 4, kBit);
    gpio.write(kInterruptEnable, 4, kBit);
    EXPECT_FALSE(gpio.irq.level());
    fpioa.drive_pad(kPad, false);
    EXPECT_TRUE(gpio.irq.level());
    gpio.write(kInterruptClear, 4, kBit);
    fpioa.drive_pad(kPad, true);
    EXPECT_FALSE(gpio.irq.level());
}

TEST_F(GpioTest, ClearingOnePinsInterruptLeavesTheOthers) {
    constexpr std::uint32_t kBoth = kBit | 1;  // pin 0 is on pad 8
    gpio.write(kInterruptLevel, 4, kBoth);
    gpio.write(kInterruptPolarity, 4, kBoth);
    gpio.write(kInterruptEnable, 4, kBoth);
    fpioa.drive_pad(kPad, true);
    fpioa.drive_pad(8, true);
    EXPECT_EQ(gpio.read(kInterruptStatus, 4), kBoth);
    gpio.write(kInterruptClear, 4, kBit);
    EXPECT_EQ(gpio.read(kInterruptStatus, 4), 1u);
    EXPECT_TRUE(gpio.irq.level());
}

TEST_F(GpioTest, OutputsDoNotInterrupt) {
    gpio.write(kDirection, 4, kBit);
    gpio.write(kInterruptEnable, 4, kBit);
    EXPECT_FALSE(gpio.irq.level()) << "low level";
    gpio.write(kInterruptBothedge, 4, kBit);
    gpio.write(kDataOutput, 4, kBit);
    EXPECT_FALSE(gpio.irq.level());
}

TEST_F(GpioTest, FallingEdgeIsIgnoredByARisingEdgeInterrupt) {
    fpioa.drive_pad(kPad, true);
    gpio.write(kInterruptLevel, 4, kBit);
    gpio.write(kInterruptPolarity, 4, kBit);
    gpio.write(kInterruptEnable, 4, kBit);
    fpioa.drive_pad(kPad, false);
    EXPECT_FALSE(gpio.irq.level());
}

TEST_F(GpioTest, BothEdgesInterruptWhenAskedFor) {
    gpio.write(kInterruptBothedge, 4, kBit);
    gpio.write(kInterruptEnable, 4, kBit);
    fpioa.drive_pad(kPad, true);
    EXPECT_TRUE(gpio.irq.level());
    gpio.write(kInterruptClear, 4, kBit);
    fpioa.drive_pad(kPad, false);
    EXPECT_TRUE(gpio.irq.level());
}

TEST_F(GpioTest, LevelInterruptFollowsThePadAndItsPolarity) {
    gpio.write(kInterruptEnable, 4, kBit);
    EXPECT_TRUE(gpio.irq.level());
    fpioa.drive_pad(kPad, true);
    EXPECT_FALSE(gpio.irq.level());
    gpio.write(kInterruptPolarity, 4, kBit);
    EXPECT_TRUE(gpio.irq.level());
}

TEST_F(GpioTest, MaskHidesTheInterruptButNotItsRawStatus) {
    gpio.write(kInterruptMask, 4, kBit);
    gpio.write(kInterruptEnable, 4, kBit);
    EXPECT_FALSE(gpio.irq.level());
    EXPECT_EQ(gpio.read(kInterruptStatus, 4), 0u);
    EXPECT_EQ(gpio.read(kInterruptStatusRaw, 4), kBit);
}

TEST_F(GpioTest, ResetReleasesPadsAndInterrupts) {
    gpio.write(kDataOutput, 4, kBit);
    gpio.write(kDirection, 4, kBit);
    gpio.write(kInterruptEnable, 4, 1);
    ASSERT_TRUE(gpio.irq.level());
    gpio.reset();
    gpio.settle();
    bench.run_for_cycles(400'000);  // it floats, and loses its charge
    EXPECT_FALSE(fpioa.pad_level(kPad));
    EXPECT_FALSE(gpio.irq.level());
}

TEST_F(GpioTest, RestoredPortKeepsACaughtEdge) {
    gpio.write(kInterruptLevel, 4, kBit);
    gpio.write(kInterruptPolarity, 4, kBit);
    gpio.write(kInterruptEnable, 4, kBit);
    fpioa.drive_pad(kPad, true);
    fpioa.drive_pad(kPad, false);
    DeviceBench other_bench;
    Fpioa other_fpioa{other_bench.context()};
    Gpio other{other_bench.context(), other_fpioa};
    DeviceBench::transfer_state(fpioa, other_fpioa);
    DeviceBench::transfer_state(gpio, other);
    other.settle();
    EXPECT_TRUE(other.irq.level());
    other.write(kInterruptClear, 4, kBit);
    EXPECT_FALSE(other.irq.level());
}

}  // namespace
}  // namespace k210
