#include "k210/sim/clock_domain.hpp"

#include <gtest/gtest.h>

#include "k210/base/error.hpp"
#include "k210/sim/state.hpp"

namespace k210 {
namespace {

constexpr SimTime kSecond{kPsPerSecond};

TEST(ClockDomainTest, ACycleAt400MHzIsExactly2500Picoseconds) {
    const ClockDomain clock("clock", 400'000'000);
    EXPECT_EQ(clock.time_of(3), SimTime{7500});
    EXPECT_EQ(clock.cycle_at({7499}), 2u);
    EXPECT_EQ(clock.cycle_at({7500}), 3u);
}

// 26 MHz is 38461.5 ps: the time of a cycle is rounded up, so that the cycle is complete then and not before.
TEST(ClockDomainTest, CyclesAreCompleteAtTheirTimeAndNotBefore) {
    const ClockDomain clock("clock", 26'000'000);
    EXPECT_EQ(clock.time_of(1), SimTime{38462});
    for (const std::uint64_t cycle : {1ull, 2ull, 3ull, 13ull, 26'000'000ull, 123'456'789'012ull}) {
        const SimTime time = clock.time_of(cycle);
        EXPECT_EQ(clock.cycle_at(time), cycle);
        EXPECT_EQ(clock.cycle_at({time.ps - 1}), cycle - 1);
    }
}

TEST(ClockDomainTest, RoundingDoesNotAccumulate) {
    const ClockDomain clock("clock", 403'333'333);
    EXPECT_EQ(clock.cycle_at({1000 * kPsPerSecond}), 403'333'333'000u);
    EXPECT_EQ(clock.time_of(403'333'333'000), SimTime{1000 * kPsPerSecond});
}

// Products beyond 64 bits are computed another way: months of a frequency without common factors.
TEST(ClockDomainTest, LongTimesAreExactToo) {
    const ClockDomain clock("clock", 1'663'999'999);
    const std::uint64_t seconds = 5'000'000;
    EXPECT_EQ(clock.cycle_at({seconds * kPsPerSecond}), seconds * 1'663'999'999);
    EXPECT_EQ(clock.time_of(seconds * 1'663'999'999), SimTime{seconds * kPsPerSecond});
    const SimTime odd = clock.time_of(8'319'999'995'000'001);
    EXPECT_EQ(clock.cycle_at(odd), 8'319'999'995'000'001u);
    EXPECT_EQ(clock.cycle_at({odd.ps - 1}), 8'319'999'995'000'000u);
}

// Around the first cycles of 39.98 GHz whose product, 50000 times theirs and rounded up, is beyond 64 bits.
TEST(ClockDomainTest, TimesAreExactWhereTheProductLeaves64Bits) {
    const ClockDomain clock("clock", 39'980'000'000);
    constexpr std::uint64_t kFirst = ~0ull / 50'000;
    for (std::uint64_t cycle = kFirst - 5; cycle < kFirst + 5; ++cycle)
        EXPECT_EQ(clock.time_of(cycle), SimTime{cycle / 1999 * 50'000 + (cycle % 1999 * 50'000 + 1998) / 1999});
}

TEST(ClockDomainTest, WhatLiesBeyondTimeIsNever) {
    const ClockDomain clock("clock", 1);
    EXPECT_EQ(clock.time_of(18'446'744), SimTime{18'446'744 * kPsPerSecond});
    EXPECT_EQ(clock.time_of(18'446'745), SimTime::never());
    EXPECT_EQ(clock.time_of(~0ull), SimTime::never());
}

TEST(ClockDomainTest, CyclesGoOnFromWhereTheyWereAtAChange) {
    ClockDomain clock("clock", 100);
    clock.set_hz(kSecond, 1000);
    EXPECT_EQ(clock.cycle_at(kSecond), 100u);
    EXPECT_EQ(clock.cycle_at({2 * kPsPerSecond}), 1100u);
    EXPECT_EQ(clock.time_of(1100), SimTime{2 * kPsPerSecond});
}

TEST(ClockDomainTest, TimesBeforeTheLastChangeCountAsThatChange) {
    ClockDomain clock("clock", 100);
    clock.set_hz(kSecond, 1000);
    EXPECT_EQ(clock.cycle_at({0}), 100u);
    EXPECT_EQ(clock.time_of(7), kSecond);
    EXPECT_EQ(clock.time_of(100), kSecond);
    EXPECT_EQ(clock.time_of(101), SimTime{kPsPerSecond + kPsPerSecond / 1000});
}

TEST(ClockDomainTest, AGatedClockStandsStillAndGoesOnLater) {
    ClockDomain clock("clock", 100);
    clock.set_hz(kSecond, 0);
    EXPECT_EQ(clock.cycle_at({9 * kPsPerSecond}), 100u);
    EXPECT_EQ(clock.time_of(100), kSecond);
    EXPECT_EQ(clock.time_of(101), SimTime::never());
    clock.set_hz({3 * kPsPerSecond}, 100);
    EXPECT_EQ(clock.cycle_at({4 * kPsPerSecond}), 200u);
}

TEST(ClockDomainTest, ListenersHearOfChangesOnlyAndSeeTheNewFrequency) {
    ClockDomain clock("clock", 100);
    std::vector<std::uint64_t> heard;
    clock.on_change([&] { heard.push_back(clock.hz()); });
    clock.set_hz({1}, 100);
    clock.set_hz({2}, 200);
    clock.set_hz({3}, 0);
    EXPECT_EQ(heard, (std::vector<std::uint64_t>{200, 0}));
}

Snapshot saved(ClockDomain& clock) {
    Snapshot snapshot;
    StateSaver saver(snapshot);
    clock.visit_state(saver);
    return snapshot;
}
void load(ClockDomain& clock, const Snapshot& snapshot) {
    StateLoader loader(snapshot);
    clock.visit_state(loader);
}

TEST(ClockDomainTest, ARestoredClockGoesOnAtItsFrequency) {
    ClockDomain clock("clock", 100), other("clock", 26'000'000);
    clock.set_hz(kSecond, 403);
    load(other, saved(clock));
    EXPECT_EQ(other.hz(), 403u);
    EXPECT_EQ(other.cycle_at({2 * kPsPerSecond}), 503u);
    EXPECT_EQ(other.time_of(503), SimTime{2 * kPsPerSecond});
}

// More cycles than picoseconds would make sums of cycles overflow.
TEST(ClockDomainTest, CyclesThatNoClockReachesAreRefused) {
    ClockDomain clock("clock", 100);
    clock.set_hz({200}, 1000);
    Snapshot snapshot = saved(clock);
    snapshot.at("clock.anchor_cycle")[0] = 200;
    load(clock, snapshot);
    snapshot.at("clock.anchor_cycle")[0] = 201;
    EXPECT_THROW(load(clock, snapshot), InputError);
}

}  // namespace
}  // namespace k210
