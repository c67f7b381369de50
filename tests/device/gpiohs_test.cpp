#include "gpiohs/gpiohs.hpp"

#include <gtest/gtest.h>

#include "fpioa/fpioa.hpp"
#include "support/device_bench.hpp"

namespace k210 {
namespace {

struct GpiohsTest : testing::Test {
    enum : std::uint32_t {
        kInputVal = 0x00,
        kInputEn = 0x04,
        kOutputEn = 0x08,
        kOutputVal = 0x0c,
        kRiseIe = 0x18,
        kRiseIp = 0x1c,
        kFallIe = 0x20,
        kFallIp = 0x24,
        kHighIe = 0x28,
        kHighIp = 0x2c,
        kLowIe = 0x30,
        kLowIp = 0x34,
        kOutputXor = 0x40,
    };
    static constexpr std::uint32_t kGpioMode = 0x901f00;  // as fpioa_set_function leaves a GPIO pad
    static constexpr unsigned kPad = 16, kPin = 3;
    static constexpr std::uint32_t kBit = 1u << kPin;

    GpiohsTest() { fpioa.write(kPad * 4, 4, kGpioMode | (FUNC_GPIOHS0 + kPin)); }

    DeviceBench bench;
    Fpioa fpioa{bench.context()};
    Gpiohs gpiohs{bench.context(), fpioa};
};

TEST_F(GpiohsTest, OutputReachesThePadOnlyWhenEnabled) {
    gpiohs.write(kOutputVal, 4, kBit);
    EXPECT_FALSE(fpioa.pad_level(kPad));
    gpiohs.write(kOutputEn, 4, kBit);
    EXPECT_TRUE(fpioa.pad_level(kPad));
    gpiohs.write(kOutputVal, 4, 0);
    EXPECT_FALSE(fpioa.pad_level(kPad));
}

TEST_F(GpiohsTest, OutputXorInverts) {
    gpiohs.write(kOutputEn, 4, kBit);
    gpiohs.write(kOutputXor, 4, kBit);
    EXPECT_TRUE(fpioa.pad_level(kPad));
}

TEST_F(GpiohsTest, PadHearsOneChangePerToggleAndNoneForOtherPins) {
    int changes = 0;
    fpioa.on_pad(kPad, [&](bool) { ++changes; });
    gpiohs.write(kOutputEn, 4, ~0u);
    gpiohs.write(kOutputVal, 4, kBit);
    gpiohs.write(kOutputVal, 4, kBit | 0xff00);
    gpiohs.write(kOutputVal, 4, 0xff00);
    EXPECT_EQ(changes, 2);
}

TEST_F(GpiohsTest, InputIsSeenOnlyWhenEnabled) {
    fpioa.drive_pad(kPad, true);
    EXPECT_EQ(gpiohs.read(kInputVal, 4), 0u);
    gpiohs.write(kInputEn, 4, kBit);
    EXPECT_EQ(gpiohs.read(kInputVal, 4), kBit);
}

TEST_F(GpiohsTest, OutputCanBeReadBackAsInput) {
    gpiohs.write(kInputEn, 4, kBit);
    gpiohs.write(kOutputEn, 4, kBit);
    gpiohs.write(kOutputVal, 4, kBit);
    EXPECT_EQ(gpiohs.read(kInputVal, 4), kBit);
}

TEST_F(GpiohsTest, RisingEdgeInterruptsThatPinUntilCleared) {
    gpiohs.write(kInputEn, 4, kBit);
    gpiohs.write(kRiseIe, 4, kBit);
    fpioa.drive_pad(kPad, true);
    EXPECT_TRUE(gpiohs.irq[kPin].level());
    EXPECT_FALSE(gpiohs.irq[kPin + 1].level());
    fpioa.drive_pad(kPad, false);
    EXPECT_TRUE(gpiohs.irq[kPin].level());
    gpiohs.write(kRiseIp, 4, kBit);
    EXPECT_FALSE(gpiohs.irq[kPin].level());
}

TEST_F(GpiohsTest, FallingEdgeInterrupts) {
    fpioa.drive_pad(kPad, true);
    gpiohs.write(kInputEn, 4, kBit);
    gpiohs.write(kFallIe, 4, kBit);
    EXPECT_FALSE(gpiohs.irq[kPin].level());
    fpioa.drive_pad(kPad, false);
    EXPECT_TRUE(gpiohs.irq[kPin].level());
    EXPECT_EQ(gpiohs.read(kFallIp, 4), kBit);
}

TEST_F(GpiohsTest, ClearingOnePinsInterruptLeavesTheOthers) {
    fpioa.write((kPad + 1) * 4, 4, kGpioMode | (FUNC_GPIOHS0 + kPin + 1));
    const std::uint32_t both = kBit | kBit << 1;
    gpiohs.write(kInputEn, 4, both);
    for (const unsigned pad : {kPad, kPad + 1}) {
        fpioa.drive_pad(pad, true);
        fpioa.drive_pad(pad, false);
    }
    for (const std::uint32_t pending : {+kRiseIp, +kFallIp, +kHighIp, +kLowIp}) {
        EXPECT_EQ(gpiohs.read(pending, 4) & both, both) << pending;
        if (pending == kLowIp) continue;  // the level lasts
        gpiohs.write(pending, 4, kBit);
        EXPECT_EQ(gpiohs.read(pending, 4) & both, kBit << 1) << pending;
    }
}

TEST_F(GpiohsTest, EachPendingBitInterruptsThroughItsOwnEnable) {
    gpiohs.write(kInputEn, 4, kBit);
    fpioa.drive_pad(kPad, true);
    fpioa.drive_pad(kPad, false);  // all four pend
    for (const std::uint32_t enable : {+kRiseIe, +kFallIe, +kHighIe, +kLowIe}) {
        gpiohs.write(enable, 4, kBit);
        EXPECT_TRUE(gpiohs.irq[kPin].level()) << enable;
        gpiohs.write(enable, 4, 0);
        EXPECT_FALSE(gpiohs.irq[kPin].level()) << enable;
    }
    gpiohs.write(kHighIp, 4, kBit);
    gpiohs.write(kHighIe, 4, kBit);
    EXPECT_FALSE(gpiohs.irq[kPin].level());
}

TEST_F(GpiohsTest, LevelInterruptComesBackWhileTheLevelLasts) {
    gpiohs.write(kInputEn, 4, kBit);
    gpiohs.write(kHighIe, 4, kBit);
    fpioa.drive_pad(kPad, true);
    gpiohs.write(kHighIp, 4, kBit);
    EXPECT_TRUE(gpiohs.irq[kPin].level());
    fpioa.drive_pad(kPad, false);
    EXPECT_TRUE(gpiohs.irq[kPin].level());
    gpiohs.write(kHighIp, 4, kBit);
    EXPECT_FALSE(gpiohs.irq[kPin].level());
}

TEST_F(GpiohsTest, LowLevelInterrupts) {
    fpioa.drive_pad(kPad, true);
    gpiohs.write(kInputEn, 4, kBit);
    gpiohs.write(kLowIp, 4, kBit);
    gpiohs.write(kLowIe, 4, kBit);
    EXPECT_FALSE(gpiohs.irq[kPin].level());
    fpioa.drive_pad(kPad, false);
    EXPECT_TRUE(gpiohs.irq[kPin].level());
}

TEST_F(GpiohsTest, InterruptOfAnEdgeThatItsOwnHandlerUndoesIsKept) {
    gpiohs.write(kInputEn, 4, kBit);
    gpiohs.write(kRiseIe, 4, kBit);
    gpiohs.irq[kPin].connect([&](bool level) {
        if (level) fpioa.drive_pad(kPad, false);
    });
    fpioa.drive_pad(kPad, true);
    EXPECT_TRUE(gpiohs.irq[kPin].level());
    EXPECT_EQ(gpiohs.read(kInputVal, 4), 0u);
}

TEST_F(GpiohsTest, ResetReleasesPadsAndInterrupts) {
    gpiohs.write(kInputEn, 4, kBit);
    gpiohs.write(kRiseIe, 4, kBit);
    gpiohs.write(kOutputEn, 4, kBit);
    gpiohs.write(kOutputVal, 4, kBit);
    ASSERT_TRUE(gpiohs.irq[kPin].level());
    gpiohs.reset();
    gpiohs.settle();
    bench.run_for_cycles(400'000);  // it floats, and loses its charge
    EXPECT_FALSE(fpioa.pad_level(kPad));
    EXPECT_FALSE(gpiohs.irq[kPin].level());
}

TEST_F(GpiohsTest, RestoredPinsGoOnWhereTheyWere) {
    gpiohs.write(kInputEn, 4, kBit);
    gpiohs.write(kFallIe, 4, kBit);
    fpioa.drive_pad(kPad, true);
    DeviceBench other_bench;
    Fpioa other_fpioa{other_bench.context()};
    Gpiohs other{other_bench.context(), other_fpioa};
    DeviceBench::transfer_state(fpioa, other_fpioa);
    DeviceBench::transfer_state(gpiohs, other);
    EXPECT_EQ(other.read(kInputVal, 4), kBit);
    EXPECT_FALSE(other.irq[kPin].level());
    other_fpioa.drive_pad(kPad, false);
    EXPECT_TRUE(other.irq[kPin].level());
}

}  // namespace
}  // namespace k210
