#include "cpu/instruction_cache.hpp"

#include <gtest/gtest.h>

namespace k210 {
namespace {

constexpr std::uint64_t kCode = 0x8000'0000;
constexpr unsigned kLines = cost::kCacheSets * cost::kCacheWays;

struct InstructionCacheTest : testing::Test {
    InstructionCache cache;

    // Runs through so many lines, as the hart does, and returns how many were not there.
    unsigned misses_of(unsigned lines) {
        unsigned cycles = 0;
        for (unsigned line = 0; line < lines; ++line) {
            const std::uint64_t pc = kCode + line * cost::kCacheLineBytes;
            if (!cache.surely_holds(pc, 4)) cycles += cache.fetch(pc, 4);
        }
        return cycles / cost::kCacheMiss;
    }
};

TEST_F(InstructionCacheTest, HoldsThirtyTwoKibibytes) {
    EXPECT_EQ(kLines * cost::kCacheLineBytes, 32u << 10);
    EXPECT_EQ(misses_of(kLines), kLines);
    EXPECT_EQ(misses_of(kLines), 0u);
}

TEST_F(InstructionCacheTest, ALoopOneLineLargerMissesAllLinesOfOneSetInEveryRound) {
    misses_of(kLines + 1);
    EXPECT_EQ(misses_of(kLines + 1), cost::kCacheWays + 1);
    EXPECT_EQ(misses_of(kLines + 1), cost::kCacheWays + 1);
}

TEST_F(InstructionCacheTest, CodeAcrossALinesEndNeedsBothLines) {
    EXPECT_EQ(cache.fetch(kCode + cost::kCacheLineBytes - 2, 4), 2 * cost::kCacheMiss);
    EXPECT_TRUE(cache.surely_holds(kCode, 4));
    EXPECT_TRUE(cache.surely_holds(kCode + cost::kCacheLineBytes, 4));
}

// Whose first instruction is an illegal halfword.
TEST_F(InstructionCacheTest, ABlockOfNoBytesTakesTheLineThatItBeginsIn) {
    for (const std::uint64_t pc :
         {std::uint64_t{0}, kCode, kCode + cost::kCacheLineBytes - 2, std::uint64_t{0xffff'fffe}}) {
        cache.clear();
        EXPECT_FALSE(cache.surely_holds(pc, 0));
        EXPECT_EQ(cache.fetch(pc, 0), cost::kCacheMiss) << pc;
        EXPECT_TRUE(cache.surely_holds(pc, 0));
        EXPECT_TRUE(cache.surely_holds(pc, 2));
        EXPECT_EQ(cache.fetch(pc, 0), 0u);
    }
}

TEST_F(InstructionCacheTest, CodeUpToTheTopOfTheAddressSpaceTakesItsOwnLines) {
    const std::uint64_t pc = (1ull << 32) - 2 * cost::kCacheLineBytes + 4;
    EXPECT_EQ(cache.fetch(pc, 2 * cost::kCacheLineBytes - 4), 2 * cost::kCacheMiss);
    EXPECT_EQ(cache.fetch(0, 4), cost::kCacheMiss);
}

TEST_F(InstructionCacheTest, LongCodeTakesEachOfItsLinesOnce) {
    EXPECT_EQ(cache.fetch(kCode + 4, 4096), (4096 / cost::kCacheLineBytes + 1) * cost::kCacheMiss);
    EXPECT_EQ(cache.fetch(kCode, 4096), 0u);
    EXPECT_EQ(cache.fetch(kCode + 4096, 4), 0u);
    EXPECT_EQ(cache.fetch(kCode + 4096 + cost::kCacheLineBytes, 4), cost::kCacheMiss);
}

TEST_F(InstructionCacheTest, NeverClaimsALineThatHasLeft) {
    misses_of(kLines + 1);  // the last has taken the first one's place
    EXPECT_FALSE(cache.surely_holds(kCode, 4));
    EXPECT_EQ(cache.fetch(kCode, 4), cost::kCacheMiss);
}

TEST_F(InstructionCacheTest, ClearForgetsAll) {
    misses_of(3);
    cache.clear();
    EXPECT_EQ(misses_of(3), 3u);
}

TEST_F(InstructionCacheTest, LinesAndTheirOrderAreSaved) {
    misses_of(kLines + 5);
    Snapshot snapshot;
    StateSaver saver(snapshot);
    cache.visit_state(saver);
    cache.clear();
    StateLoader loader(snapshot);
    cache.visit_state(loader);
    InstructionCache unsaved;
    for (unsigned line = 0; line < kLines + 5; ++line) unsaved.fetch(kCode + line * cost::kCacheLineBytes, 4);
    for (unsigned line = 0; line < kLines + 5; ++line) {
        const std::uint64_t pc = kCode + line * cost::kCacheLineBytes;
        EXPECT_EQ(cache.fetch(pc, 4), unsaved.fetch(pc, 4)) << "line " << line;
    }
}

}  // namespace
}  // namespace k210
