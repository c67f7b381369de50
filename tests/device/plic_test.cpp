#include "plic/plic.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/device_bench.hpp"
#include "support/recording_trace.hpp"

namespace k210 {
namespace {

constexpr unsigned kUarths = 33, kDvp = 24, kLast = 65;  // [sdk] plic.h:156-221

struct PlicTest : testing::Test {
    static constexpr std::uint32_t kPending = 0x1000;
    static std::uint32_t priority(unsigned source) { return source * 4; }
    static std::uint32_t enable(unsigned context, unsigned source) { return 0x2000 + context * 0x80 + source / 32 * 4; }
    static std::uint32_t threshold(unsigned context) { return 0x20'0000 + context * 0x1000; }
    static std::uint32_t claim(unsigned context) { return threshold(context) + 4; }

    DeviceBench bench;
    Plic plic{bench.context()};

    // plic_set_priority and plic_irq_enable
    void enable_source(unsigned context, unsigned source, std::uint32_t level) {
        plic.write(priority(source), 4, level);
        const std::uint32_t word = enable(context, source);
        plic.write(word, 4, plic.read(word, 4) | 1u << source % 32);
    }
    bool pending(unsigned source) { return plic.read(kPending + source / 32 * 4, 4) >> source % 32 & 1; }
};

TEST_F(PlicTest, EnabledSourceRaisesItsContextOnly) {
    enable_source(2, kUarths, 1);
    plic.set_source(kUarths, true);
    EXPECT_FALSE(plic.external[0].level());
    EXPECT_TRUE(plic.external[Plic::context_of_hart(1)].level());
}

TEST_F(PlicTest, DisabledSourcePendsQuietly) {
    plic.write(priority(kDvp), 4, 7);
    plic.set_source(kDvp, true);
    EXPECT_TRUE(pending(kDvp));
    EXPECT_FALSE(plic.external[0].level());
    EXPECT_EQ(plic.read(claim(0), 4), 0u);
}

TEST_F(PlicTest, PriorityZeroNeverInterruptsNorIsClaimed) {
    enable_source(0, kDvp, 0);
    plic.set_source(kDvp, true);
    EXPECT_FALSE(plic.external[0].level());
    EXPECT_EQ(plic.read(claim(0), 4), 0u);
}

TEST_F(PlicTest, ThresholdMasksUpToAndIncludingItself) {
    enable_source(0, kDvp, 3);
    plic.set_source(kDvp, true);
    plic.write(threshold(0), 4, 2);
    EXPECT_TRUE(plic.external[0].level());
    plic.write(threshold(0), 4, 3);
    EXPECT_FALSE(plic.external[0].level());
}

TEST_F(PlicTest, ClaimIgnoresTheThreshold) {
    enable_source(0, kDvp, 1);
    plic.write(threshold(0), 4, 7);
    plic.set_source(kDvp, true);
    EXPECT_EQ(plic.read(claim(0), 4), kDvp);
}

TEST_F(PlicTest, ClaimsByPriorityThenByNumber) {
    for (const unsigned source : {1u, 5u, kUarths}) plic.set_source(source, true);
    enable_source(0, 1, 1);
    enable_source(0, kUarths, 4);
    enable_source(0, 5, 4);
    EXPECT_EQ(plic.read(claim(0), 4), 5u);
    EXPECT_EQ(plic.read(claim(0), 4), kUarths);
    EXPECT_EQ(plic.read(claim(0), 4), 1u);
    EXPECT_EQ(plic.read(claim(0), 4), 0u);
}

TEST_F(PlicTest, ClaimLowersTheLineAndClearsPending) {
    enable_source(0, kUarths, 1);
    plic.set_source(kUarths, true);
    plic.read(claim(0), 4);
    EXPECT_FALSE(plic.external[0].level());
    EXPECT_FALSE(pending(kUarths));
}

TEST_F(PlicTest, LevelStillHighAtCompletionInterruptsAgain) {
    enable_source(0, kUarths, 1);
    plic.set_source(kUarths, true);
    plic.read(claim(0), 4);
    plic.write(claim(0), 4, kUarths);
    EXPECT_TRUE(plic.external[0].level());
}

TEST_F(PlicTest, NothingIsRequestedBetweenClaimAndCompletion) {
    enable_source(0, kUarths, 1);
    plic.set_source(kUarths, true);
    plic.read(claim(0), 4);
    plic.set_source(kUarths, false);
    plic.set_source(kUarths, true);
    EXPECT_FALSE(plic.external[0].level());
    plic.set_source(kUarths, false);
    plic.write(claim(0), 4, kUarths);
    EXPECT_FALSE(plic.external[0].level());
}

TEST_F(PlicTest, APulseIsLatched) {
    enable_source(0, kDvp, 1);
    plic.set_source(kDvp, true);
    plic.set_source(kDvp, false);
    EXPECT_TRUE(plic.external[0].level());
    EXPECT_EQ(plic.read(claim(0), 4), kDvp);
}

TEST_F(PlicTest, ASecondContextMayClaimWhatTheFirstHasLeft) {
    enable_source(0, kUarths, 1);
    enable_source(2, kUarths, 1);
    plic.set_source(kUarths, true);
    EXPECT_EQ(plic.read(claim(2), 4), kUarths);
    EXPECT_FALSE(plic.external[0].level());
    EXPECT_EQ(plic.read(claim(0), 4), 0u);
}

TEST_F(PlicTest, CompletionOfADisabledSourceIsIgnored) {
    enable_source(0, kUarths, 1);
    plic.set_source(kUarths, true);
    plic.read(claim(0), 4);
    plic.write(claim(2), 4, kUarths);
    EXPECT_FALSE(plic.external[0].level());
}

TEST_F(PlicTest, AbsurdCompletionIsIgnored) {
    plic.write(claim(0), 4, 0);
    plic.write(claim(0), 4, 0xffff'ffff);
    EXPECT_FALSE(plic.external[0].level());
}

TEST_F(PlicTest, RegistersKeepOnlyBitsThatExist) {
    plic.write(0, 4, 7);
    plic.write(priority(kLast), 4, 0xffff'ffff);
    plic.write(enable(0, 1), 4, 0xffff'ffff);
    plic.write(enable(0, kLast), 4, 0xffff'ffff);
    EXPECT_EQ(plic.read(0, 4), 0u);
    EXPECT_EQ(plic.read(priority(kLast), 4), 7u);
    EXPECT_EQ(plic.read(enable(0, 1), 4), 0xffff'fffeu);
    EXPECT_EQ(plic.read(enable(0, kLast), 4), 3u);
}

TEST_F(PlicTest, PendingCannotBeWritten) {
    plic.write(kPending, 4, 0xffff'ffff);
    EXPECT_EQ(plic.read(kPending, 4), 0u);
}

TEST_F(PlicTest, ContextsBeyondTheFourthAreLoggedAndReadZero) {
    plic.write(threshold(4), 4, 1);
    EXPECT_EQ(plic.read(threshold(4), 4), 0u);
    EXPECT_EQ(bench.log.count(LogKind::unimplemented), 2u);
}

TEST_F(PlicTest, SourcesBeyondTheLastReadZeroInSilence) {
    plic.write(priority(1023), 4, 1);
    EXPECT_EQ(plic.read(priority(1023), 4), 0u);
    EXPECT_EQ(bench.log.count(LogKind::unimplemented), 0u);
}

TEST_F(PlicTest, ClaimedInterruptSurvivesSaveAndRestore) {
    enable_source(0, kUarths, 2);
    enable_source(0, kDvp, 1);
    plic.set_source(kUarths, true);
    plic.set_source(kDvp, true);
    plic.read(claim(0), 4);
    DeviceBench other_bench;
    Plic other{other_bench.context()};
    DeviceBench::transfer_state(plic, other);
    EXPECT_TRUE(other.external[0].level());
    EXPECT_EQ(other.read(claim(0), 4), kDvp);
    EXPECT_EQ(other.read(claim(0), 4), 0u);
    other.write(claim(0), 4, kUarths);
    EXPECT_EQ(other.read(claim(0), 4), kUarths);
}

TEST_F(PlicTest, ResetForgetsRequestsAndSettings) {
    enable_source(0, kUarths, 1);
    plic.set_source(kUarths, true);
    plic.reset();
    plic.settle();
    plic.set_source(kUarths, false);
    EXPECT_FALSE(plic.external[0].level());
    enable_source(0, kUarths, 1);
    EXPECT_EQ(plic.read(claim(0), 4), 0u);
}

TEST_F(PlicTest, LevelHeldThroughAResetIsRequestedAgain) {
    plic.set_source(kUarths, true);
    plic.reset();
    plic.settle();
    enable_source(0, kUarths, 1);
    EXPECT_TRUE(plic.external[0].level());
}

TEST_F(PlicTest, TellsTheTraceWhatIsClaimed) {
    RecordingTrace trace(bench);
    enable_source(2, kDvp, 1);
    plic.set_source(kDvp, true);
    plic.read(claim(2), 4);
    plic.read(claim(2), 4);
    EXPECT_THAT(trace.seen, testing::ElementsAre("0 plic: claim context=2 source=24"));
}

}  // namespace
}  // namespace k210
