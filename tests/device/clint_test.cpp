#include "clint/clint.hpp"

#include <gtest/gtest.h>

#include "support/device_bench.hpp"

namespace k210 {
namespace {

struct ClintTest : testing::Test {
    enum : std::uint32_t { kMsip = 0x0000, kMtimecmp = 0x4000, kMtime = 0xbff8 };  // [sdk] clint.h:53-58
    DeviceBench bench;
    Clint clint{bench.context()};

    void store64(std::uint32_t offset, std::uint64_t v) {  // as a hart's sd arrives
        clint.write(offset, 4, static_cast<std::uint32_t>(v));
        clint.write(offset + 4, 4, static_cast<std::uint32_t>(v >> 32));
    }
    std::uint64_t load64(std::uint32_t offset) {
        const std::uint64_t lo = clint.read(offset, 4);
        return std::uint64_t{clint.read(offset + 4, 4)} << 32 | lo;
    }
};

TEST_F(ClintTest, MsipDrivesTheSoftwareLineOfItsHart) {
    clint.write(kMsip + 4, 4, 1);
    EXPECT_FALSE(clint.software[0].level());
    EXPECT_TRUE(clint.software[1].level());
    clint.write(kMsip + 4, 4, 0);
    EXPECT_FALSE(clint.software[1].level());
}

TEST_F(ClintTest, MsipKeepsOnlyItsLowestBit) {
    clint.write(kMsip, 4, 0xffff'fffe);
    EXPECT_EQ(clint.read(kMsip, 4), 0u);
    EXPECT_FALSE(clint.software[0].level());
}

TEST_F(ClintTest, MtimeAdvancesEveryFiftyCpuCycles) {
    bench.run_to_cycle(49);
    EXPECT_EQ(load64(kMtime), 0u);
    bench.run_to_cycle(50);
    EXPECT_EQ(load64(kMtime), 1u);
}

TEST_F(ClintTest, MtimeFollowsAChangedCpuClock) {
    bench.run_to_cycle(400'000'000);
    bench.clock.set_hz(bench.events.now(), 26'000'000);
    bench.events.run_until(after(bench.events.now(), kPsPerSecond));
    EXPECT_EQ(load64(kMtime), 8'000'000u + 520'000u);
}

TEST_F(ClintTest, TimerIsSilentUntilProgrammed) {
    bench.run_to_cycle(400'000'000);
    EXPECT_FALSE(clint.timer[0].level());
}

TEST_F(ClintTest, TimerRisesInTheVeryCycle) {
    store64(kMtimecmp, 10);
    bench.run_to_cycle(499);
    EXPECT_FALSE(clint.timer[0].level());
    bench.run_to_cycle(500);
    EXPECT_TRUE(clint.timer[0].level());
    EXPECT_FALSE(clint.timer[1].level());
}

TEST_F(ClintTest, TimerRisesAtOnceWhenTheTimeHasPassed) {
    bench.run_to_cycle(1000);
    store64(kMtimecmp + 8, 20);
    EXPECT_TRUE(clint.timer[1].level());
}

TEST_F(ClintTest, MovingMtimecmpAheadLowersTheTimer) {
    bench.run_to_cycle(1000);
    store64(kMtimecmp, 20);
    store64(kMtimecmp, 40);
    EXPECT_FALSE(clint.timer[0].level());
    bench.run_to_cycle(1999);
    EXPECT_FALSE(clint.timer[0].level());
    bench.run_to_cycle(2000);
    EXPECT_TRUE(clint.timer[0].level());
}

TEST_F(ClintTest, TimerComparesAllSixtyFourBits) {
    bench.run_to_cycle(1000);
    store64(kMtimecmp, 0x1'0000'0000);
    EXPECT_FALSE(clint.timer[0].level());
    store64(kMtime, 0xffff'fffe);
    bench.run_for_cycles(99);
    EXPECT_FALSE(clint.timer[0].level());
    bench.run_for_cycles(1);
    EXPECT_TRUE(clint.timer[0].level());
}

TEST_F(ClintTest, WrittenMtimeCountsOn) {
    store64(kMtime, 0x12'3456'789a);
    bench.run_for_cycles(5000);
    EXPECT_EQ(load64(kMtime), 0x12'3456'789a + 100u);
}

TEST_F(ClintTest, MtimeIsWrittenByByteWhileItCounts) {
    store64(kMtime, 0x1122'3344);
    bench.run_for_cycles(50 * 0x10);
    clint.write(kMtime + 1, 1, 0xff);
    EXPECT_EQ(load64(kMtime), 0x1122'ff54u);
}

TEST_F(ClintTest, EitherHalfOfMtimecmpMovesItsOwnTimer) {
    bench.run_to_cycle(1000);
    for (const std::uint32_t hart : {0u, 1u}) {
        clint.write(kMtimecmp + 8 * hart, 4, 5);
        EXPECT_FALSE(clint.timer[hart].level()) << "the upper half is all ones";
        clint.write(kMtimecmp + 8 * hart + 4, 4, 0);
        EXPECT_TRUE(clint.timer[hart].level());
        clint.write(kMtimecmp + 8 * hart + 4, 4, 1);
        EXPECT_FALSE(clint.timer[hart].level());
    }
}

TEST_F(ClintTest, TimerFallsWhenMtimeWraps) {
    store64(kMtimecmp, 5);
    store64(kMtime, 0xffff'ffff'ffff'fffe);
    EXPECT_TRUE(clint.timer[0].level());
    bench.run_for_cycles(99);
    EXPECT_TRUE(clint.timer[0].level());
    bench.run_for_cycles(1);
    EXPECT_FALSE(clint.timer[0].level());
    bench.run_for_cycles(250);
    EXPECT_TRUE(clint.timer[0].level());
}

TEST_F(ClintTest, PendingTimerSurvivesSaveAndRestore) {
    bench.run_to_cycle(100);
    store64(kMtime, 1000);
    store64(kMtimecmp, 1010);
    clint.write(kMsip, 4, 1);
    DeviceBench other_bench;
    DeviceBench::transfer_state(bench.events, other_bench.events);
    Clint other{other_bench.context()};
    DeviceBench::transfer_state(clint, other);
    EXPECT_TRUE(other.software[0].level());
    other_bench.run_to_cycle(599);
    EXPECT_FALSE(other.timer[0].level());
    other_bench.run_to_cycle(600);
    EXPECT_TRUE(other.timer[0].level());
    EXPECT_EQ(other.read(kMtime, 4), 1010u);
}

TEST_F(ClintTest, ResetRestartsMtimeAndSilencesTheTimer) {
    bench.run_to_cycle(1000);
    store64(kMtimecmp, 5);
    clint.write(kMsip, 4, 1);
    clint.reset();
    clint.settle();
    EXPECT_FALSE(clint.timer[0].level());
    EXPECT_FALSE(clint.software[0].level());
    EXPECT_EQ(load64(kMtime), 0u);
}

}  // namespace
}  // namespace k210
