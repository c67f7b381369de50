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

TEST_F(TimerTest, ReloadsBeforeAWriteHadTheOldCount) {
    write(kLoadCount, 9);
    write(kControl, kUserMode | kEnable | kMasked);  // nothing looks at it meanwhile
    bench.run_to_cycle(25);
    write(kLoadCount, 99);
    EXPECT_EQ(read(kCurrentValue), 4u);
    bench.run_to_cycle(30);
    EXPECT_EQ(read(kCurrentValue), 99u);
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
    write(kLoadCount, 29'999);
    write(kLoadCount2, 9'999);
    write(kControl, kMasked | kPwm | kUserMode | kEnable);  // pwm_set_enable
    for (const std::uint64_t period : {0u, 40'000u}) {
        bench.run_to_cycle(period + 29'999);
        EXPECT_FALSE(timer.toggle[0].level());
        bench.run_to_cycle(period + 30'000);
        EXPECT_TRUE(timer.toggle[0].level());
        bench.run_to_cycle(period + 39'999);
        EXPECT_TRUE(timer.toggle[0].level());
        bench.run_to_cycle(period + 40'000);
        EXPECT_FALSE(timer.toggle[0].level());
    }
    EXPECT_FALSE(timer.irq[0].level());
}

TEST_F(TimerTest, EachChannelHasItsOwnOutput) {
    for (unsigned channel = 0; channel < 4; ++channel) {
        write(kLoadCount2 + channel * 4, 999'999);
        write(channel * kChannelStride + kLoadCount, 9'999 + 10'000 * channel);
        write(channel * kChannelStride + kControl, kMasked | kPwm | kUserMode | kEnable);
    }
    for (unsigned channel = 0; channel < 4; ++channel) {
        bench.run_to_cycle(10'000 * (channel + 1) - 1);
        EXPECT_FALSE(timer.toggle[channel].level()) << channel;
        bench.run_to_cycle(10'000 * (channel + 1));
        EXPECT_TRUE(timer.toggle[channel].level()) << channel;
    }
}

TEST_F(TimerTest, PwmOutputFallsWhenItsChannelStops) {
    write(kLoadCount, 9'999);
    write(kLoadCount2, 29'999);
    write(kControl, kMasked | kPwm | kUserMode | kEnable);
    bench.run_to_cycle(10'000);
    ASSERT_TRUE(timer.toggle[0].level());
    write(kControl, kMasked | kPwm | kUserMode);
    EXPECT_FALSE(timer.toggle[0].level());
}

TEST_F(TimerTest, FastPwmCountsExactlyThroughLongStretches) {
    write(kLoadCount, 6);
    write(kLoadCount2, 2);
    write(kControl, kMasked | kPwm | kUserMode | kEnable);
    // Ten cycles a period: 6 to 0 low, then 2 to 0 high.
    constexpr std::uint32_t kCounts[] = {6, 5, 4, 3, 2, 1, 0, 2, 1, 0};
    for (const std::uint64_t from : {0ull, 10ull, 123'456'780ull})
        for (unsigned i = 0; i < 10; ++i) {
            bench.run_to_cycle(from + i);
            EXPECT_EQ(read(kCurrentValue), kCounts[i]) << from << " + " << i;
            EXPECT_EQ(timer.toggle[0].level(), i >= 7) << from << " + " << i;
        }
}

// A guest must not be able to keep the host busy with edges that nobody sees.
TEST_F(TimerTest, FastPwmIsLookedAtEvery25Microseconds) {
    constexpr std::uint64_t kLook = 10'000;  // cycles
    write(kLoadCount, 6);
    write(kLoadCount2, 5);
    bench.run_to_cycle(3);
    write(kControl, kMasked | kPwm | kUserMode | kEnable);
    EXPECT_EQ(bench.events.next_deadline(), bench.clock.time_of(kLook));
    bench.run_to_cycle(kLook);
    EXPECT_EQ(timer.toggle[0].level(), (kLook - 3) % 13 >= 7);
    EXPECT_EQ(bench.events.next_deadline(), bench.clock.time_of(2 * kLook));
}

TEST_F(TimerTest, PwmIsFollowedEdgeByEdgeFromAPeriodOf50Microseconds) {
    for (const std::uint32_t period : {19'999u, 20'000u}) {
        write(kControl, 0);
        const std::uint64_t begin = bench.clock.cycle_at(bench.events.now());
        write(kLoadCount, 4'999);
        write(kLoadCount2, period - 5'001);
        write(kControl, kMasked | kPwm | kUserMode | kEnable);
        const SimTime edge = bench.clock.time_of(begin + 5'000);
        EXPECT_EQ(bench.events.next_deadline() == edge, period == 20'000) << period;
        bench.run_for_cycles(33'333);
    }
}

TEST_F(TimerTest, InterruptsOfAFastPwmComeInTheirCycle) {
    write(kLoadCount, 6);
    write(kLoadCount2, 2);
    write(kControl, kPwm | kUserMode | kEnable);
    bench.run_to_cycle(6);
    EXPECT_FALSE(timer.irq[0].level());
    bench.run_to_cycle(7);
    EXPECT_TRUE(timer.irq[0].level());
    read(kChannelEoi);
    bench.run_to_cycle(9);
    EXPECT_FALSE(timer.irq[0].level());
    bench.run_to_cycle(10);
    EXPECT_TRUE(timer.irq[0].level());
}

TEST_F(TimerTest, StatusAndCountsCannotBeWritten) {
    start(0, 100);
    for (const std::uint32_t offset :
         {+kCurrentValue, +kChannelEoi, +kChannelIntrStat, +kIntrStat, +kEoi, +kRawIntrStat, 0xacu})
        write(offset, ~0u);
    EXPECT_EQ(read(kCurrentValue), 100u);
    EXPECT_EQ(read(kRawIntrStat), 0u);
    EXPECT_EQ(read(kChannelIntrStat), 0u);
    EXPECT_EQ(read(0xac), 0u);
}

TEST_F(TimerTest, ControlKeepsItsFourBits) {
    write(kControl, ~1u);
    EXPECT_EQ(read(kControl), 0xeu);
    write(kLoadCount2 + 12, 0xffff'ffff);
    EXPECT_EQ(read(kLoadCount2 + 12), 0xffff'ffffu);
}

TEST_F(TimerTest, ChannelStatusShowsItsOwnInterruptOnly) {
    start(1, 10);
    bench.run_to_cycle(11);
    EXPECT_EQ(read(kChannelIntrStat), 0u);
    EXPECT_EQ(read(kChannelStride + kChannelIntrStat), 1u);
    EXPECT_EQ(read(kRawIntrStat), 2u);
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
