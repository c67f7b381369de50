#include "cpu/miss_windows.hpp"

#include <functional>

#include <gtest/gtest.h>

#include "k210/sim/cost_model.hpp"

namespace k210 {
namespace {

constexpr std::uint64_t kPc = 0x8000'1000, kPeriod = MissWindows::kPeriod;
constexpr unsigned kBlock = 8;  // cycles

struct MissWindowsTest : testing::Test {
    MissWindows windows;
    std::uint64_t cycle = 12'345, own = 0;

    // Blocks of code up to so many cycles of their own; `misses` tells how many the cache seems to have in one.
    // Returns what is paid.
    std::uint64_t run(std::uint64_t cycles, const std::function<unsigned()>& misses) {
        std::uint64_t paid = 0;
        for (const std::uint64_t end = own + cycles; own < end; own += kBlock, cycle += kBlock) {
            if (cycle < windows.due(cycle)) continue;
            const unsigned now = windows.pay(cycle);
            paid += now;
            cycle += now;
            const unsigned seen = windows.looks(cycle) ? misses() : 0;
            if (seen != 0) windows.count(cycle, kPc, seen);
        }
        return paid;
    }
};

TEST_F(MissWindowsTest, LookAtASmallPartOfAllBlocks) {
    unsigned looks = 0;
    run(100 * kPeriod, [&] { return ++looks, 0; });
    EXPECT_NEAR(looks, 100 * MissWindows::kWindow / kBlock, 100);
}

TEST_F(MissWindowsTest, WithoutAMissNothingIsPaidAndNothingChanges) {
    EXPECT_EQ(run(100 * kPeriod, [] { return 0; }), 0u);
    EXPECT_TRUE(windows.quiet());
    EXPECT_EQ(windows.payment_due(), MissWindows::kNever);
}

TEST_F(MissWindowsTest, SteadyMissesArePaidWhole) {
    constexpr std::uint64_t kCycles = 400 * kPeriod;
    const std::uint64_t missed = kCycles / kBlock * 2 * cost::kCacheMiss;
    EXPECT_NEAR(static_cast<double>(run(kCycles, [] { return 2; })), static_cast<double>(missed), 0.05 * missed);
}

TEST_F(MissWindowsTest, SeldomMissesArePaidOnAverage) {
    constexpr std::uint64_t kCycles = 4000 * kPeriod;
    unsigned block = 0;
    const std::uint64_t missed = kCycles / kBlock / 16 * cost::kCacheMiss;
    const auto paid = static_cast<double>(run(kCycles, [&] { return ++block % 16 == 0 ? 1 : 0; }));
    EXPECT_NEAR(paid, static_cast<double>(missed), 0.1 * static_cast<double>(missed));
}

// As when short looks come upon lines that they have not seen yet.
TEST_F(MissWindowsTest, MissesThatOnlyShortWindowsSeeAreHardlyPaid) {
    constexpr std::uint64_t kCycles = 400 * kPeriod;
    unsigned in_a_row = 0;
    std::uint64_t last = 0;
    const auto misses = [&] {
        in_a_row = cycle - last < 2 * kBlock ? in_a_row + 1 : 0;
        last = cycle;
        return in_a_row < 100 ? 1 : 0;
    };
    EXPECT_LT(run(kCycles, misses), kCycles / kBlock * cost::kCacheMiss / 4);
}

// As when short looks find lines that have left long ago.
TEST_F(MissWindowsTest, MissesThatOnlyLongWindowsSeeArePaid) {
    constexpr std::uint64_t kCycles = 4000 * kPeriod;
    unsigned in_a_row = 0;
    std::uint64_t last = 0;
    const auto misses = [&] {
        in_a_row = cycle - last < 200 ? in_a_row + 1 : 0;
        last = cycle;
        return in_a_row < 100 ? in_a_row % 4 == 0 : 1;
    };
    const auto missed = static_cast<double>(kCycles / kBlock * cost::kCacheMiss);
    EXPECT_NEAR(static_cast<double>(run(kCycles, misses)), missed, 0.2 * missed);
}

TEST_F(MissWindowsTest, WhatWasSeenIsPaidUntilTheNextWindowAndNoLonger) {
    run(40 * kPeriod, [] { return 1; });
    while (!windows.quiet()) run(kBlock, [] { return 0; });
    run(2 * kPeriod, [] { return 0; });
    EXPECT_EQ(run(100 * kPeriod, [] { return 0; }), 0u);
}

TEST_F(MissWindowsTest, SumsAreSmall) {
    unsigned most = 0;
    for (int i = 0; i < 40'000; ++i) {
        const auto paid = static_cast<unsigned>(run(kBlock, [] { return 1; }));
        most = std::max(most, paid);
    }
    EXPECT_LT(most, 10'000u);
}

TEST_F(MissWindowsTest, SleepIsNotPaidFor) {
    run(40 * kPeriod, [] { return 1; });
    while (windows.payment_due() == MissWindows::kNever) run(kBlock, [] { return 1; });
    cycle += 1000 * kPeriod;
    windows.leave_out(1000 * kPeriod);
    EXPECT_LT(run(kBlock, [] { return 1; }), 10'000u);
}

TEST_F(MissWindowsTest, GoOnAfterARestore) {
    run(100 * kPeriod, [] { return 1; });
    Snapshot snapshot;
    StateSaver saver(snapshot);
    windows.visit_state(saver);
    const std::uint64_t cycle_then = cycle, own_then = own, paid = run(10 * kPeriod, [] { return 1; });
    cycle = cycle_then;
    own = own_then;
    windows.clear();
    StateLoader loader(snapshot);
    windows.visit_state(loader);
    EXPECT_EQ(run(10 * kPeriod, [] { return 1; }), paid);
}

}  // namespace
}  // namespace k210
