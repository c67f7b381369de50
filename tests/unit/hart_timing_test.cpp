// What a hart's time is under the approximate model: a stretch of code is timed by mcycle, in a loop until caches and
// predictors know it.
#include <tuple>

#include <gtest/gtest.h>

#include "support/hart_bench.hpp"
#include "support/rv_asm.hpp"

namespace k210 {
namespace {

using namespace rvasm;

constexpr std::uint32_t kDevice = 0x5000'0000, kResult = 0x2000;  // the latter an offset in RAM
constexpr int kRounds = 5;
constexpr std::uint64_t kPatience = 100'000;  // cycles

struct SteadyTarget final : BusTarget {
    unsigned reads = 0;
    std::uint32_t read(std::uint32_t, unsigned) override {
        ++reads;
        return 0;
    }
    void write(std::uint32_t, unsigned, std::uint32_t) override {}
    SimTime steady_until(std::uint32_t) const override { return SimTime::never(); }
};

struct HartTimingTest : testing::Test, HartBench {
    SteadyTarget device;

    HartTimingTest() { bus.map("device", device, kDevice, 0x1000); }

    // Cycles of `code` in the last of kRounds. There a1 points to cached memory, a2 to its alias, a3 to the device,
    // a4 counts rounds down, and a5 is 1.
    std::uint64_t time(std::initializer_list<std::uint32_t> code, TimingModel model = TimingModel::approximate) {
        put(0, {auipc(a1, 2), lui(a2, 0x40002), lui(a3, kDevice >> 12), addi(a4, zero, kRounds), addi(a5, zero, 1),
                j(44)});
        put(64, {csrr(a6, mcycle)});
        put(68, code);
        const int behind = static_cast<int>(68 + 4 * code.size());
        put(static_cast<std::uint32_t>(behind),
            {csrr(a7, mcycle), sub(a7, a7, a6), sd(a7, 0, a1), addi(a4, a4, -1), bne(a4, zero, 64 - behind - 16), wfi});
        const auto hart = make(0, model);
        hart->reset(kRam);
        run_to_cycle(kPatience, *hart);
        EXPECT_TRUE(hart->in_wfi());
        return double_word(kResult);
    }
};

// The engine of Debian 12 cannot tell uncached memory apart.
struct UncachedTimingTest : HartTimingTest {
    void SetUp() override {
        if (cpu_engine_version().starts_with("Unicorn 2.0")) GTEST_SKIP() << cpu_engine_version();
    }
};

TEST_F(UncachedTimingTest, LoadsAndStoresBeyondTheCacheTakeLonger) {
    EXPECT_EQ(time({lw(a0, 64, a2)}), time({lw(a0, 64, a1)}) + cost::kUncachedLoad);
    EXPECT_EQ(time({sw(a0, 64, a2)}), time({sw(a0, 64, a1)}) + cost::kUncachedStore);
}

TEST_F(UncachedTimingTest, DoubleWordsOfMemoryGoAtOnce) {
    EXPECT_EQ(time({ld(a0, 64, a2)}), time({ld(a0, 64, a1)}) + cost::kUncachedLoad);
    EXPECT_EQ(time({sd(a0, 64, a2)}), time({sd(a0, 64, a1)}) + cost::kUncachedStore);
    EXPECT_EQ(time({ld(a0, 64, a2), ld(a0, 72, a2)}), time({ld(a0, 64, a1), ld(a0, 72, a1)}) + 2 * cost::kUncachedLoad);
}

TEST_F(UncachedTimingTest, OnlyWordsSideBySideAreOneDoubleWord) {
    EXPECT_EQ(time({lw(a0, 64, a2), lb(a0, 68, a2)}), time({lw(a0, 64, a1), lb(a0, 68, a1)}) + 2 * cost::kUncachedLoad);
    EXPECT_EQ(time({lw(a0, 64, a2), j(4), lw(a0, 68, a2)}),
              time({lw(a0, 64, a1), j(4), lw(a0, 68, a1)}) + 2 * cost::kUncachedLoad);
}

TEST_F(UncachedTimingTest, AWordOfMemoryIsNoHalfOfADevices) {
    EXPECT_EQ(time({lw(a0, 64, a3), lw(a0, 68, a2)}),
              time({lw(a0, 64, a1), lw(a0, 68, a1)}) + cost::kDeviceLoad + cost::kUncachedLoad);
}

TEST_F(HartTimingTest, DevicesTakeLongerThanMemoryAndADoubleWordTwice) {
    EXPECT_EQ(time({lw(a0, 64, a3)}), time({lw(a0, 64, a1)}) + cost::kDeviceLoad);
    EXPECT_EQ(time({sw(a0, 64, a3)}), time({sw(a0, 64, a1)}) + cost::kDeviceStore);
    EXPECT_EQ(time({ld(a0, 64, a3)}), time({ld(a0, 64, a1)}) + 2 * cost::kDeviceLoad);
}

TEST_F(HartTimingTest, WhatIsTakenCostsAJump) {
    const std::uint64_t not_taken = time({bne(zero, zero, 8), nop});
    EXPECT_EQ(time({beq(zero, zero, 8), nop}), not_taken - 1 + cost::kJump);
    EXPECT_EQ(time({j(8), nop}), not_taken - 1 + cost::kJump);
}

TEST_F(HartTimingTest, ABranchThatWasNotForeseenCostsMore) {
    // Taken in the last round only, and in all of them.
    EXPECT_EQ(time({beq(a4, a5, 8), nop}), time({beq(zero, zero, 8), nop}) + cost::kMispredict);
}

TEST_F(HartTimingTest, AnIndirectJumpIsForeseenWhereItWentLast) {
    // Skips one nop when fewer rounds than `limit` are left, else none.
    const auto jump_below = [this](int limit) {
        return time(
            {auipc(a0, 0), slti(t1, a4, limit), slli(t1, t1, 2), add(a0, a0, t1), jalr(zero, a0, 20), nop, nop});
    };
    EXPECT_EQ(jump_below(2), jump_below(kRounds + 1) + cost::kMispredict);
}

TEST_F(HartTimingTest, FenceIEmptiesTheInstructionCache) {
    EXPECT_EQ(time({fence_i}), time({nop}) + cost::kFence + cost::kCacheMiss);
}

// Loops of 16,384 rounds that read or write the byte that a1 points to, and then move a1 on.
struct DataCacheTimingTest : HartTimingTest, testing::WithParamInterface<std::uint32_t> {
    static constexpr unsigned kLines = 256;

    std::uint64_t cycles_with_stride(int bytes) {
        put(0, {auipc(a1, 3), auipc(a3, 2), lui(a0, 4), csrr(a6, mcycle)});
        put(16, {GetParam(), addi(a1, a1, bytes), addi(a0, a0, -1), bne(a0, zero, -12)});
        put(32, {csrr(a7, mcycle), sub(a7, a7, a6), sd(a7, -4, a3), wfi});
        const auto hart = make(0, timing);
        hart->reset(kRam);
        if (!saved.empty()) {
            StateLoader loader(saved);
            hart->visit_state(loader);
        }
        run_to_cycle(3 * kPatience, *hart);
        EXPECT_TRUE(hart->in_wfi());
        return double_word(kResult);
    }
    void expect_a_miss_a_line() {
        const double misses =
            static_cast<double>(cycles_with_stride(1) - cycles_with_stride(0)) / static_cast<double>(cost::kCacheMiss);
        EXPECT_LE(misses, kLines);
        EXPECT_GE(misses, 0.95 * kLines);  // the walk's end is not sampled
    }
    TimingModel timing = TimingModel::approximate;
    Snapshot saved;  // where the hart begins, unless empty
};

TEST_P(DataCacheTimingTest, AWalkThroughMemoryMissesOnceALine) {
    expect_a_miss_a_line();
}

// Snapshots go from either timing model to either.
TEST_P(DataCacheTimingTest, AWalkMissesInWhatAnotherTimingModelHasSaved) {
    StateSaver saver(saved);
    const auto other = make(0, TimingModel::instructions);
    other->reset(kRam);
    other->visit_state(saver);
    expect_a_miss_a_line();
}

TEST_P(DataCacheTimingTest, AWalkMissesAgainAfterAReset) {
    const auto cycles = [this](Hart& hart) {
        hart.reset(kRam);
        run_to_cycle(bench.clock.cycle_at(hart.local_now()) + 3 * kPatience, hart);
        EXPECT_TRUE(hart.in_wfi());
        return static_cast<double>(double_word(kResult));
    };
    cycles_with_stride(1);
    const auto hart = make(0, TimingModel::approximate);
    const double first = cycles(*hart), second = cycles(*hart);
    EXPECT_NEAR(second, first, 0.05 * kLines * cost::kCacheMiss);
}

INSTANTIATE_TEST_SUITE_P(By, DataCacheTimingTest, testing::Values(lb(a2, 0, a1), s_type(0, a2, a1, 0)));

// A circle of pointers to one line each, three times as many as the cache holds: followed so many times.
struct PointersTest : HartTimingTest, testing::WithParamInterface<TimingModel> {
    static constexpr std::uint32_t kCircle = 0x0010'0000, kLines = 1536;
    static constexpr std::uint64_t kHops = 1u << 22;
    Memory large{"large", kLines* cost::kCacheLineBytes};

    PointersTest() {
        bus.map(large, kCircle);
        for (std::uint32_t line = 0; line < kLines; ++line) {
            const std::uint64_t next = kCircle + (line + 517) % kLines * cost::kCacheLineBytes;
            std::memcpy(&large.bytes()[line * cost::kCacheLineBytes], &next, 8);
        }
    }
};

TEST_P(PointersTest, WhatDoesNotFitTheCacheMissesAtEachHop) {
    put(0, {auipc(a3, 2), lui(a1, kCircle >> 12), lui(a0, kHops >> 12), csrr(a6, mcycle)});
    put(16, {ld(a1, 0, a1), addi(a0, a0, -1), bne(a0, zero, -8)});
    put(28, {csrr(a7, mcycle), sub(a7, a7, a6), sd(a7, 0, a3), wfi});
    const auto hart = make(0, GetParam());
    hart->reset(kRam);
    run_to_cycle(100 * kHops, *hart);
    EXPECT_TRUE(hart->in_wfi());
    const double cycles_a_hop = static_cast<double>(double_word(kResult)) / kHops;
    EXPECT_NEAR(cycles_a_hop, 4 + cost::kCacheMiss, 0.25 * cost::kCacheMiss);
}

INSTANTIATE_TEST_SUITE_P(By, PointersTest, testing::Values(TimingModel::approximate, TimingModel::thorough));

TEST_P(DataCacheTimingTest, TheThoroughModelSeesEachAccess) {
    timing = TimingModel::thorough;
    EXPECT_EQ(cycles_with_stride(1) - cycles_with_stride(0), (kLines - 1) * cost::kCacheMiss);
}

TEST_F(HartTimingTest, TheInstructionsModelCountsInstructionsWhereverTheyReach) {
    const auto cycles = [this](std::initializer_list<std::uint32_t> code) {
        return time(code, TimingModel::instructions);
    };
    EXPECT_EQ(cycles({lw(a0, 0, a2), sw(a0, 0, a3), fence_i, j(4)}), cycles({}) + 4);
}

// Loops that wait are jumped over; the hart is then where it would have been, at the same time.
struct SkippedPollTest : HartTimingTest, testing::WithParamInterface<std::uint32_t> {};

TEST_P(SkippedPollTest, EndsWhereAndWhenItWouldUnskipped) {
    // Until mcycle passes 20'000, reading what a1, a2 or a3 points to as well.
    put(0, {auipc(a1, 2), lui(a2, 0x40002), lui(a3, kDevice >> 12), lui(a4, 5), GetParam(), csrr(a5, mcycle),
            bltu(a5, a4, -8), csrr(a6, mcycle), wfi});
    const auto end = [this](bool skip_idle_loops) {
        const auto hart = make(0, TimingModel::approximate, nullptr, skip_idle_loops);
        hart->reset(kRam);
        for (std::uint64_t cycle = 777; cycle < 30'000; cycle += 777) run_to_cycle(cycle, *hart);
        EXPECT_TRUE(hart->in_wfi());
        return std::tuple(describe(hart->registers()), hart->instructions(), hart->local_now());
    };
    EXPECT_EQ(end(true), end(false));
}

INSTANTIATE_TEST_SUITE_P(Reading, SkippedPollTest,
                         testing::Values(nop, lw(a0, 0, a1), lw(a0, 0, a2), ld(a0, 0, a2), lw(a0, 0, a3),
                                         ld(a0, 0, a3)));

TEST_F(HartTimingTest, ASkippedPollReadsTheDeviceSeldom) {
    put(0, {lui(a3, kDevice >> 12), lw(a0, 0, a3), beq(a0, zero, -4)});
    const auto hart = make(0, TimingModel::approximate);
    hart->reset(kRam);
    run_to_cycle(kPatience, *hart);
    EXPECT_LT(device.reads, 100u);
}

}  // namespace
}  // namespace k210
