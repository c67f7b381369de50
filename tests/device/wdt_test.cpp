#include "wdt/wdt.hpp"

#include <gtest/gtest.h>

#include "support/device_bench.hpp"

namespace k210 {
namespace {

struct WdtTest : testing::Test {
    enum : std::uint32_t {
        kCr = 0x00,
        kTorr = 0x04,
        kCcvr = 0x08,
        kCrr = 0x0c,
        kStat = 0x10,
        kEoi = 0x14
    };  // [sdk] wdt.h:27-43
    enum : std::uint32_t { kEnable = 1, kInterruptMode = 2 };
    static constexpr std::uint64_t kTimeout = 1u << 18;  // top 2
    DeviceBench bench;
    Wdt wdt{bench.context(), "wdt0"};
    int resets = 0;

    WdtTest() {
        wdt.on_reset = [this] { ++resets; };
    }
    std::uint32_t read(std::uint32_t offset) { return wdt.read(offset, 4); }
    void write(std::uint32_t offset, std::uint32_t v) { wdt.write(offset, 4, v); }
    void start(std::uint32_t mode) {  // as wdt_init does
        write(kCr, read(kCr) | mode);
        write(kTorr, 2 << 4 | 2);
        write(kCrr, 0x76);
        write(kCr, read(kCr) | kEnable);
    }
};

TEST_F(WdtTest, ResetsWhenTimeIsUp) {
    start(0);
    bench.run_to_cycle(kTimeout - 1);
    EXPECT_EQ(resets, 0);
    bench.run_to_cycle(kTimeout);
    EXPECT_EQ(resets, 1);
    EXPECT_FALSE(wdt.irq.level());
}

TEST_F(WdtTest, InterruptsFirstAndResetsAtTheSecondTimeout) {
    start(kInterruptMode);
    bench.run_to_cycle(kTimeout - 1);
    EXPECT_FALSE(wdt.irq.level());
    bench.run_to_cycle(kTimeout);
    EXPECT_TRUE(wdt.irq.level());
    EXPECT_EQ(read(kStat), 1u);
    bench.run_to_cycle(2 * kTimeout - 1);
    EXPECT_EQ(resets, 0);
    bench.run_to_cycle(2 * kTimeout);
    EXPECT_EQ(resets, 1);
}

TEST_F(WdtTest, ForetellsWhenItWillReset) {
    const auto cycle = [this] { return bench.clock.cycle_at(wdt.resets_at()); };
    EXPECT_EQ(wdt.resets_at(), SimTime::never());
    start(kInterruptMode);
    EXPECT_EQ(cycle(), 2 * kTimeout);
    bench.run_to_cycle(kTimeout + 5);
    EXPECT_EQ(cycle(), 2 * kTimeout);
    write(kCrr, 0x76);
    EXPECT_EQ(cycle(), kTimeout + 5 + 2 * kTimeout);
    bench.clock.set_hz(bench.events.now(), 0);
    EXPECT_EQ(wdt.resets_at(), SimTime::never());
}

TEST_F(WdtTest, ForetellsAResetWithoutAnInterrupt) {
    start(0);
    EXPECT_EQ(bench.clock.cycle_at(wdt.resets_at()), kTimeout);
    wdt.reset();
    EXPECT_EQ(wdt.resets_at(), SimTime::never());
}

TEST_F(WdtTest, ClearingTheInterruptAvertsTheReset) {
    start(kInterruptMode);
    bench.run_to_cycle(kTimeout);
    read(kEoi);
    EXPECT_FALSE(wdt.irq.level());
    bench.run_to_cycle(2 * kTimeout);
    EXPECT_EQ(resets, 0);
    EXPECT_TRUE(wdt.irq.level());
}

TEST_F(WdtTest, FeedingRestartsTheCountAndClearsTheInterrupt) {
    start(kInterruptMode);
    bench.run_to_cycle(kTimeout + 1000);
    write(kCrr, 0x76);
    EXPECT_FALSE(wdt.irq.level());
    bench.run_to_cycle(2 * kTimeout + 999);
    EXPECT_FALSE(wdt.irq.level());
    bench.run_to_cycle(2 * kTimeout + 1000);
    EXPECT_TRUE(wdt.irq.level());
}

TEST_F(WdtTest, OnlyTheKeyFeeds) {
    start(0);
    bench.run_to_cycle(1000);
    write(kCrr, 0x75);
    bench.run_to_cycle(kTimeout);
    EXPECT_EQ(resets, 1);
}

TEST_F(WdtTest, FirstTimeoutUsesTopInitAndLaterOnesTop) {
    write(kTorr, 1 << 4 | 3);
    write(kCr, kInterruptMode | kEnable);
    bench.run_to_cycle(0x2'0000 - 1);
    EXPECT_FALSE(wdt.irq.level());
    bench.run_to_cycle(0x2'0000);
    EXPECT_TRUE(wdt.irq.level());
    bench.run_to_cycle(0x2'0000 + 0x8'0000 - 1);
    EXPECT_EQ(resets, 0);
    bench.run_to_cycle(0x2'0000 + 0x8'0000);
    EXPECT_EQ(resets, 1);
}

TEST_F(WdtTest, CannotBeDisabledOnceEnabled) {
    start(0);
    write(kCr, 0);
    EXPECT_EQ(read(kCr), 1u);
    bench.run_to_cycle(kTimeout);
    EXPECT_EQ(resets, 1);
}

TEST_F(WdtTest, CountsFromTheFirstEnableOn) {
    write(kCr, kInterruptMode);
    bench.run_to_cycle(2 * kTimeout);
    EXPECT_FALSE(wdt.irq.level()) << "it is not enabled";
    const std::uint64_t begin = 2 * kTimeout;
    start(0);
    bench.run_to_cycle(begin + kTimeout / 2);
    write(kCr, read(kCr) | kEnable);
    bench.run_to_cycle(begin + kTimeout - 1);
    EXPECT_FALSE(wdt.irq.level());
    bench.run_to_cycle(begin + kTimeout);
    EXPECT_TRUE(wdt.irq.level()) << "enabled again it does not begin anew";
}

TEST_F(WdtTest, StopsWithItsClock) {
    start(0);
    bench.run_to_cycle(1000);
    bench.clock.set_hz(bench.events.now(), 0);
    bench.events.run_until(SimTime{100 * kPsPerSecond});
    EXPECT_EQ(resets, 0);
    EXPECT_EQ(read(kCcvr), kTimeout - 1 - 1000);
}

TEST_F(WdtTest, CounterRunsDown) {
    start(0);
    EXPECT_EQ(read(kCcvr), kTimeout - 1);
    bench.run_to_cycle(1000);
    EXPECT_EQ(read(kCcvr), kTimeout - 1001);
}

TEST_F(WdtTest, PendingResetSurvivesSaveAndRestore) {
    start(kInterruptMode);
    bench.run_to_cycle(kTimeout + 500);
    DeviceBench other_bench;
    DeviceBench::transfer_state(bench.events, other_bench.events);
    Wdt other{other_bench.context(), "wdt0"};
    int other_resets = 0;
    other.on_reset = [&] { ++other_resets; };
    DeviceBench::transfer_state(wdt, other);
    EXPECT_TRUE(other.irq.level());
    other_bench.run_to_cycle(2 * kTimeout - 1);
    EXPECT_EQ(other_resets, 0);
    other_bench.run_to_cycle(2 * kTimeout);
    EXPECT_EQ(other_resets, 1);
}

TEST_F(WdtTest, BlockResetDisablesIt) {
    start(kInterruptMode);
    bench.run_to_cycle(kTimeout);
    wdt.reset();
    wdt.settle();
    EXPECT_FALSE(wdt.irq.level());
    bench.run_to_cycle(10 * kTimeout);
    EXPECT_EQ(resets, 0);
    EXPECT_EQ(read(kCr), 0u);
}

}  // namespace
}  // namespace k210
