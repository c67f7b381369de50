#include "cpu/branch_predictor.hpp"

#include <gtest/gtest.h>

namespace k210 {
namespace {

struct BranchPredictorTest : testing::Test {
    BranchPredictor predictor;
    const unsigned slot = BranchPredictor::slot_of(0x8000'0100);

    BranchPredictorTest() { predictor.clear(); }
    unsigned surprises_in_loops(unsigned loops, unsigned rounds) {
        unsigned count = 0;
        for (unsigned loop = 0; loop < loops; ++loop)
            for (unsigned round = 1; round <= rounds; ++round) count += !predictor.foresaw_branch(slot, round < rounds);
        return count;
    }
};

TEST_F(BranchPredictorTest, ABranchNeverMetIsExpectedNotToBeTaken) {
    EXPECT_TRUE(predictor.foresaw_branch(slot, false));
    predictor.clear();
    EXPECT_FALSE(predictor.foresaw_branch(slot, true));
}

TEST_F(BranchPredictorTest, ALoopSurprisesByItsEndOnly) {
    surprises_in_loops(1, 10);
    EXPECT_EQ(surprises_in_loops(5, 10), 5u);
}

TEST_F(BranchPredictorTest, AChangeOfHabitIsLearntAtItsSecondTime) {
    for (int i = 0; i < 10; ++i) predictor.foresaw_branch(slot, true);
    EXPECT_FALSE(predictor.foresaw_branch(slot, false));
    EXPECT_FALSE(predictor.foresaw_branch(slot, false));
    EXPECT_TRUE(predictor.foresaw_branch(slot, false));
}

TEST_F(BranchPredictorTest, BranchesLearnApart) {
    const unsigned other = BranchPredictor::slot_of(0x8000'0104);
    for (int i = 0; i < 4; ++i) predictor.foresaw_branch(slot, true);
    EXPECT_TRUE(predictor.foresaw_branch(other, false));
    EXPECT_TRUE(predictor.foresaw_branch(slot, true));
}

TEST_F(BranchPredictorTest, AnIndirectJumpIsExpectedWhereItWentLast) {
    EXPECT_FALSE(predictor.foresaw_target(slot, 0x8000'2000));
    EXPECT_TRUE(predictor.foresaw_target(slot, 0x8000'2000));
    EXPECT_FALSE(predictor.foresaw_target(slot, 0x8000'3000));
    EXPECT_TRUE(predictor.foresaw_target(slot, 0x8000'3000));
}

TEST_F(BranchPredictorTest, WhatWasLearntIsSaved) {
    for (int i = 0; i < 4; ++i) predictor.foresaw_branch(slot, true);
    predictor.foresaw_target(slot, 0x8000'2000);
    Snapshot snapshot;
    StateSaver saver(snapshot);
    predictor.visit_state(saver);
    predictor.clear();
    StateLoader loader(snapshot);
    predictor.visit_state(loader);
    EXPECT_TRUE(predictor.foresaw_branch(slot, true));
    EXPECT_TRUE(predictor.foresaw_target(slot, 0x8000'2000));
}

}  // namespace
}  // namespace k210
