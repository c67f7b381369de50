#include "cpu/block_cost.hpp"

#include <cstring>
#include <vector>

#include <gtest/gtest.h>

#include "support/rv_asm.hpp"

namespace k210 {
namespace {

using namespace rvasm;

unsigned cycles(const std::vector<std::uint32_t>& code, TimingModel model = TimingModel::approximate) {
    std::vector<std::uint8_t> bytes(code.size() * 4);
    std::memcpy(bytes.data(), code.data(), bytes.size());
    return straight_cycles(rv::decode(bytes), model);
}

// How much later than its neighbour the user of a result begins.
unsigned wait_for(std::uint32_t producer, std::uint32_t user) {
    return cycles({producer, user, nop, nop, nop, nop}) - 5;
}

TEST(BlockCostTest, InstructionsThatWaitForNothingTakeACycleEach) {
    EXPECT_EQ(cycles({addi(a0, zero, 1), add(a1, a0, a0), sub(a2, a1, a0), bne(a2, zero, 8)}), 4u);
}

TEST(BlockCostTest, ALoadsResultIsThereACycleLater) {
    EXPECT_EQ(cycles({ld(a0, 0, s0), addi(a1, a0, 1)}), cost::kLoadResult + 1);
    EXPECT_EQ(cycles({ld(a0, 0, s0), addi(a1, a2, 1)}), 2u);
    EXPECT_EQ(cycles({ld(a0, 0, s0), nop, addi(a1, a0, 1)}), 3u);
}

TEST(BlockCostTest, BytesTakeLongerToLoadThanWords) {
    EXPECT_EQ(wait_for(lb(a0, 0, s0), addi(a1, a0, 1)), cost::kNarrowLoadResult);
    EXPECT_EQ(wait_for(lw(a0, 0, s0), addi(a1, a0, 1)), cost::kLoadResult);
}

TEST(BlockCostTest, AProductIsWaitedForOnlyByWhatNeedsIt) {
    EXPECT_EQ(wait_for(mul(a0, a1, a2), addi(a3, a0, 1)), cost::kMultiplyResult);
    EXPECT_EQ(wait_for(mulw(a0, a1, a2), addi(a3, a0, 1)), cost::kWordMultiplyResult);
    EXPECT_EQ(cycles({mul(a0, a1, a2), mul(a3, a0, a2), addi(a4, a3, 0)}), 2 * cost::kMultiplyResult + 1);
}

TEST(BlockCostTest, QuotientsOf64BitsTakeLongerThanThoseOf32) {
    EXPECT_EQ(wait_for(divw(a0, a1, a2), addi(a3, a0, 1)), cost::kDivideResult);
    EXPECT_EQ(wait_for(div(a0, a1, a2), addi(a3, a0, 1)), cost::kLongDivideResult);
}

TEST(BlockCostTest, ABlockEndsWhenItsResultsAreNearlyThere) {
    EXPECT_EQ(cycles({mul(a0, a1, a2)}), cost::kMultiplyResult - cost::kCarriedOver);
    EXPECT_EQ(cycles({ld(a0, 0, s0)}), 1u);
}

TEST(BlockCostTest, FloatsTakeLongerInDoublePrecision) {
    EXPECT_EQ(wait_for(fadd_s(0, 1, 2), fadd_s(3, 0, 1)), cost::kFloatResult);
    EXPECT_EQ(wait_for(fadd_d(0, 1, 2), fadd_d(3, 0, 1)), cost::kDoubleResult);
    EXPECT_EQ(wait_for(fdiv_s(0, 1, 2), fadd_s(3, 0, 1)), cost::kFloatDivideResult);
}

TEST(BlockCostTest, ConvertingAFloatWaitsForNoOther) {
    constexpr std::uint32_t kFcvtSD = 0x4015'0153;  // fcvt.s.d f2, f10: its field of a second operand is 1
    EXPECT_EQ(wait_for(fadd_d(10, 3, 4), kFcvtSD), cost::kDoubleResult);
    EXPECT_EQ(wait_for(fadd_d(1, 3, 4), kFcvtSD), 1u);
}

TEST(BlockCostTest, FloatAndIntegerRegistersOfOneNumberAreTwo) {
    EXPECT_EQ(wait_for(fadd_s(a0, 1, 2), addi(a1, a0, 1)), 1u);
    EXPECT_EQ(wait_for(fmv_x_d(a0, 1), addi(a1, a0, 1)), cost::kFloatMoveResult);
}

TEST(BlockCostTest, ALoadOfWhatWasJustStoredIsTriedAgain) {
    EXPECT_EQ(cycles({sd(a0, 8, s0), ld(a1, 8, s0)}), 2 + cost::kLoadOfStored);
    EXPECT_EQ(cycles({sd(a0, 8, s0), ld(a1, 16, s0)}), 2u);
    EXPECT_EQ(cycles({sd(a0, 8, s0), ld(a1, 8, s1)}), 2u);
}

TEST(BlockCostTest, AStoreIsDoneAfterAFewInstructions) {
    std::vector<std::uint32_t> code{sd(a0, 8, s0)};
    code.insert(code.end(), cost::kStoreWindow, nop);
    code.push_back(ld(a1, 8, s0));
    EXPECT_EQ(cycles(code), code.size());
}

TEST(BlockCostTest, WritingACsrFlushesAndReadingOneDoesNot) {
    EXPECT_EQ(cycles({csrw(mtvec, a0)}), 1 + cost::kCsrWrite);
    EXPECT_EQ(cycles({csrsi(mstatus, 8)}), 1 + cost::kCsrWrite);
    EXPECT_EQ(cycles({csrr(a0, mcycle)}), 1u);
}

TEST(BlockCostTest, FencesAndReturnsFromTrapsFlush) {
    EXPECT_EQ(cycles({fence_i}), 1 + cost::kFence);
    EXPECT_EQ(cycles({mret}), 1 + cost::kTrapReturn);
}

TEST(BlockCostTest, CompressedInstructionsCostWhatTheirLongFormsDo) {
    constexpr std::uint32_t kLoadA0FromS0 = 0x6008, kAddOneToA0 = 0x0505;  // c.ld, c.addi
    EXPECT_EQ(cycles({kAddOneToA0 << 16 | kLoadA0FromS0}), cycles({ld(a0, 0, s0), addi(a0, a0, 1)}));
}

TEST(BlockCostTest, TheInstructionsModelCountsThem) {
    EXPECT_EQ(cycles({mul(a0, a1, a2), addi(a3, a0, 1), div(a0, a3, a3), csrw(mtvec, a0)}, TimingModel::instructions),
              4u);
}

}  // namespace
}  // namespace k210
