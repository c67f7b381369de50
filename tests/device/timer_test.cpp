#include "timer/timer.hpp"

#include <gtest/gtest.h>

#include "support/device_bench.hpp"

namespace k210 {
namespace {

struct TimerTest : testing::Test {
    enum : std::uint32_t {  // of channel 0; [sdk] timer.h:25-62
        kLoadCount = 0x00,
        kCurrentValue = 0x04,
        kControl = 0x08,
        kChannelEoi = 0x0c,
        kChannelIntrStat = 0x10,
        kChannelStride = 0x14,
        kIntrStat = 0xa0,
        kEoi = 0xa4,
        kRawIntrStat = 0xa8,
        kLoadCount2 = 0xb0
    };
    enum : std::uint32_t { kEnable = 1, kUserMode = 2, kMasked = 4, kPwm = 8 };
    DeviceBench bench;
    Timer timer{bench.context(), "timer1"};

    std::uint32_t read(std::uint32_t offset) { return timer.read(offset, 4); }
    void write(std::uint32_t offset, std::uint32_t v) { timer.write(offset, 4, v); }
    // timer_set_interval and timer_set_enable
    void start(unsigned channel, std::uint32_t count) {
        write(channel * kChannelStride + kLoadCount, count);
        write(channel * kChannelStride + kControl, kUserMode | kEnable);
    }
};

TEST_F(TimerTest, InterruptsInTheCycleAfterReachingZero) {
    start(0, 1000);
    bench.run_to_cycle(1000);
    EXPECT_EQ(read(kCurrentValue), 0u);
    EXPECT_FALSE(timer.irq[0].level());
    bench.run_to_cycle(1001);
    EXPECT_TRUE(timer.irq[0].level());
    EXPECT_EQ(read(kCurrentValue), 1000u);
}

TEST_F(TimerTest, PeriodDoesNotDrift) {
    start(0, 999);
    for (unsigned n = 1; n <= 5; ++n) {
        bench.run_to_cycle(n * 1000 - 1);
        EXPECT_FALSE(timer.irq[0].level());
        bench.run_to_cycle(n * 1000 + 7);
        EXPECT_TRUE(timer.irq[0].level());
        read(kChannelEoi);
        EXPECT_FALSE(timer.irq[0].level());
    }
}

TEST_F(TimerTest, UnacknowledgedInterruptKeepsCounting) {
    start(0, 99);
    bench.run_to_cycle(1'000'050);
    EXPECT_TRUE(timer.irq[0].level());
    EXPECT_EQ(read(kCurrentValue), 49u);
    read(kChannelEoi);
    bench.run_to_cycle(1'000'099);
    EXPECT_FALSE(timer.irq[0].level());
    bench.run_to_cycle(1'000'100);
    EXPECT_TRUE(timer.irq[0].level());
}

TEST_F(TimerTest, UpperChannelsUseTheSecondLine) {
    start(2, 10);
    bench.run_to_cycle(11);
    EXPECT_FALSE(timer.irq[0].level());
    EXPECT_TRUE(timer.irq[1].level());
    EXPECT_EQ(read(kIntrStat), 1u << 2);
}

TEST_F(TimerTest, ChannelEoiLeavesTheOthersAlone) {
    start(0, 10);
    start(1, 10);
    bench.run_to_cycle(11);
    EXPECT_EQ(read(kIntrStat), 3u);
    EXPECT_EQ(read(kChannelStride + kChannelEoi), 0u);
    EXPECT_EQ(read(kIntrStat), 1u);
    EXPECT_TRUE(timer.irq[0].level());
}

TEST_F(TimerTest, CommonEoiClearsAll) {
    start(1, 10);
    start(3, 10);
    bench.run_to_cycle(11);
    read(kEoi);
    EXPECT_EQ(read(kRawIntrStat), 0u);
    EXPECT_FALSE(timer.irq[0].level());
    EXPECT_FALSE(timer.irq[1].level());
}

TEST_F(TimerTest, MaskedChannelShowsInTheRawStatusOnly) {
    write(kLoadCount, 10);
    write(kControl, kUserMode | kEnable | kMasked);
    bench.run_to_cycle(11);
    EXPECT_FALSE(timer.irq[0].level());
    EXPECT_EQ(read(kChannelIntrStat), 0u);
    EXPECT_EQ(read(kIntrStat), 0u);
    EXPECT_EQ(read(kRawIntrStat), 1u);
    write(kControl, kUserMode | kEnable);
    EXPECT_TRUE(timer.irq[0].level());
}

TEST_F(TimerTest, FreeRunningReloadsTheMaximum) {
    write(kLoadCount, 10);
    write(kControl, kEnable);
    bench.run_to_cycle(12);
    EXPECT_TRUE(timer.irq[0].level());
    EXPECT_EQ(read(kCurrentValue), 0xffff'fffeu);
}

TEST_F(TimerTest, NewLoadCountTakesEffectAtTheNextReload) {
    start(0, 100);
    bench.run_to_cycle(50);
    write(kLoadCount, 10);
    EXPECT_EQ(read(kCurrentValue), 50u);
    bench.run_to_cycle(101);
    EXPECT_EQ(read(kCurrentValue), 10u);
}

TEST_F(TimerTest, DisabledChannelReadsZeroAndRestartsFromItsLoadCount) {
    start(0, 100);
    bench.run_to_cycle(50);
    write(kControl, kMasked);
    EXPECT_EQ(read(kCurrentValue), 0u);
    bench.run_to_cycle(500);
    EXPECT_EQ(read(kRawIntrStat), 0u);
    write(kControl, kUserMode | kEnable);
    EXPECT_EQ(read(kCurrentValue), 100u);
}

TEST_F(TimerTest, CountFollowsAClockChange) {
    start(0, 999);
    bench.run_to_cycle(500);
    bench.clock.set_hz(bench.events.now(), 13'000'000);
    bench.run_for_cycles(499);
    EXPECT_FALSE(timer.irq[0].level());
    bench.run_for_cycles(1);
    EXPECT_TRUE(timer.irq[0].level());
}

TEST_F(TimerTest, PwmIsLowForLoadCountThenHighForLoadCount2) {
    write(kLoadCount, 299);
    write(kLoadCount2, 99);
    write(kControl, kMasked | kPwm | kUserMode | kEnable);  // pwm_set_enable
    for (const std::uint64_t period : {0u, 400u}) {
        bench.run_to_cycle(period + 299);
        EXPECT_FALSE(timer.toggle[0].level());
        bench.run_to_cycle(period + 300);
        EXPECT_TRUE(timer.toggle[0].level());
        bench.run_to_cycle(period + 399);
        EXPECT_TRUE(timer.toggle[0].level());
        bench.run_to_cycle(period + 400);
        EXPECT_FALSE(timer.toggle[0].level());
    }
    EXPECT_FALSE(timer.irq[0].level());
}

TEST_F(TimerTest, RunningChannelsSurviveSaveAndRestore) {
    start(0, 999);
    write(kChannelStride + kLoadCount, 10);
    write(kChannelStride + kControl, kUserMode | kEnable | kMasked);
    bench.run_to_cycle(500);
    DeviceBench other_bench;
    DeviceBench::transfer_state(bench.events, other_bench.events);
    Timer other{other_bench.context(), "timer1"};
    DeviceBench::transfer_state(timer, other);
    EXPECT_EQ(other.read(kCurrentValue, 4), 499u);
    EXPECT_EQ(other.read(kRawIntrStat, 4), 2u);
    other_bench.run_to_cycle(999);
    EXPECT_FALSE(other.irq[0].level());
    other_bench.run_to_cycle(1000);
    EXPECT_TRUE(other.irq[0].level());
}

TEST_F(TimerTest, ResetStopsEverything) {
    start(0, 10);
    start(3, 10);
    bench.run_to_cycle(11);
    timer.reset();
    timer.settle();
    EXPECT_FALSE(timer.irq[0].level());
    EXPECT_FALSE(timer.irq[1].level());
    bench.run_to_cycle(1'000'000);
    EXPECT_EQ(read(kRawIntrStat), 0u);
    EXPECT_EQ(read(kLoadCount), 0u);
}

}  // namespace
}  // namespace k210
