#include "cpu/data_cache.hpp"

#include <gtest/gtest.h>

namespace k210 {
namespace {

constexpr std::uint32_t kArray = 0x8010'0000, kLine = cost::kCacheLineBytes;
constexpr std::uint64_t kPc = 0x8000'1000, kStep = 2'000;  // cycles from sample to sample

struct DataCacheTest : testing::Test {
    DataCache cache;
    std::uint64_t cycle = 1'000'000;

    unsigned misses_at(std::uint32_t address, std::uint64_t after_cycles = kStep, std::uint64_t pc = kPc) {
        cycle += after_cycles;
        return cache.sample(pc, 0, cycle, {address}) / cost::kCacheMiss;
    }
    // Of a walk of so many lines, four of them from sample to sample.
    unsigned misses_of_walk(std::uint32_t from, unsigned lines) {
        unsigned misses = 0;
        for (unsigned line = 0; line < lines; line += 4) misses += misses_at(from + line * kLine);
        return misses;
    }
};

TEST_F(DataCacheTest, AWalkMissesEveryLineOnce) {
    EXPECT_EQ(misses_of_walk(kArray, 101), 101u);
}

TEST_F(DataCacheTest, AWalkDownMissesAsMany) {
    unsigned misses = 0;
    for (unsigned line = 0; line < 101; line += 4) misses += misses_at(kArray - line * kLine);
    EXPECT_EQ(misses, 101u);
}

TEST_F(DataCacheTest, WhatFitsIsThereTheSecondTime) {
    misses_of_walk(kArray, 501);
    EXPECT_EQ(misses_of_walk(kArray, 501), 0u);
}

TEST_F(DataCacheTest, WhatIsLargerThanTheCacheMissesAgain) {
    misses_of_walk(kArray, 1025);
    EXPECT_EQ(misses_of_walk(kArray, 1025), 1025u);
}

TEST_F(DataCacheTest, SlowStepsMissALineWhenTheyReachIt) {
    unsigned misses = 0;
    for (unsigned byte = 0; byte <= 10 * kLine; byte += 8) misses += misses_at(kArray + byte);
    EXPECT_EQ(misses, 11u);
}

TEST_F(DataCacheTest, WhatStaysOrJumpsAboutMissesNothing) {
    unsigned misses = 0;
    for (const unsigned line : {0u, 0u, 0u, 90u, 3u, 40u, 41u, 7u, 8u, 200u})
        misses += misses_at(kArray + line * kLine);
    EXPECT_EQ(misses, 0u);
}

TEST_F(DataCacheTest, AnInterruptDoesNotEndAWalk) {
    misses_of_walk(kArray, 41);
    EXPECT_EQ(misses_at(kArray + 44 * kLine, 10 * kStep), 4u);
    EXPECT_EQ(misses_at(kArray + 48 * kLine), 4u);
}

TEST_F(DataCacheTest, AfterALongPauseNobodyKnowsHowItGotThere) {
    misses_of_walk(kArray, 41);
    EXPECT_EQ(misses_at(kArray + 44 * kLine, 200'000), 0u);
}

TEST_F(DataCacheTest, NothingWalksFasterThanADoubleWordACycle) {
    misses_at(kArray);
    misses_at(kArray + 9 * kStep);
    EXPECT_EQ(misses_at(kArray + 18 * kStep), 0u);
}

TEST_F(DataCacheTest, BlocksAreFollowedEachByItself) {
    unsigned misses = 0;
    for (unsigned line = 0; line <= 40; line += 4) {
        misses += misses_at(kArray + line * kLine);
        misses += misses_at(kArray + (400 - line) * kLine, kStep, kPc + 2);
    }
    EXPECT_EQ(misses, 2 * 41u);
}

TEST_F(DataCacheTest, UncachedPlacesMissNothing) {
    unsigned misses = 0;
    for (unsigned i = 0; i < 10; ++i) misses += misses_at(0);
    EXPECT_EQ(misses, 0u);
}

TEST_F(DataCacheTest, WalksGoOnInARestoredCache) {
    misses_of_walk(kArray, 41);
    Snapshot snapshot;
    StateSaver saver(snapshot);
    cache.visit_state(saver);
    DataCache restored;
    StateLoader loader(snapshot);
    restored.visit_state(loader);
    cycle += kStep;
    EXPECT_EQ(restored.sample(kPc, 0, cycle, {kArray + 44 * kLine}), 4 * cost::kCacheMiss);
    EXPECT_EQ(restored.sample(kPc, 0, cycle + kStep, {kArray + 48 * kLine}), 4 * cost::kCacheMiss);
}

}  // namespace
}  // namespace k210
