#include "cpu/block_operands.hpp"

#include <cstring>
#include <initializer_list>

#include <gtest/gtest.h>

#include "support/rv_asm.hpp"

namespace k210 {
namespace {

using namespace rvasm;

std::vector<BlockOperand> operands(std::initializer_list<std::uint32_t> insns, bool only_steps = false) {
    std::vector<std::uint8_t> code(4 * insns.size());
    std::memcpy(code.data(), insns.begin(), code.size());
    return block_operands(rv::decode(code), only_steps);
}

// What an operand's address is where x[n] holds 1000 * n.
std::int64_t address(const BlockOperand& operand) {
    return (std::int64_t{1000} * operand.a << operand.shift_a) + (std::int64_t{1000} * operand.b << operand.shift_b) +
           operand.offset;
}

TEST(BlockOperandsTest, ALoadsAddressIsItsRegisterAndOffset) {
    const auto found = operands({lw(a0, 12, a1)});
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(address(found[0]), 1000 * a1 + 12);
}

TEST(BlockOperandsTest, SumsAndShiftsOfRegistersAreFollowed) {
    const auto found = operands({addi(a3, a3, 2), slli(a4, a3, 3), add(a4, a4, a1), sd(a0, 16, a4)});
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(address(found[0]), (1000 * a3 + 2) * 8 + 1000 * a1 + 16);
}

TEST(BlockOperandsTest, AnIndexExtendedByShiftsCountsAsItself) {
    constexpr auto srli = [](unsigned rd, unsigned rs1, int shift) { return i_type(0x13, 5, rd, rs1, shift); };
    const auto found = operands({slli(a4, a3, 32), srli(a4, a4, 30), add(a4, a4, a1), lw(a0, 0, a4)});
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(address(found[0]), 1000 * a3 * 4 + 1000 * a1);
}

TEST(BlockOperandsTest, WhatIsLoadedMultipliedSubtractedOrOfThreeRegistersIsNotKnown) {
    EXPECT_TRUE(operands({ld(sp, 0, sp), lw(a0, 0, sp)}).empty());
    EXPECT_TRUE(operands({mul(a1, a2, a3), lw(a0, 0, a1)}).empty());
    EXPECT_TRUE(operands({sub(a1, a2, a3), lw(a0, 0, a1)}).empty());
    EXPECT_TRUE(operands({add(a1, a2, a3), add(a1, a1, a4), lw(a0, 0, a1)}).empty());
}

TEST(BlockOperandsTest, AFloatOfTheSameNumberIsAnotherRegister) {
    EXPECT_EQ(operands({fmv_d_x(a1, a2), lw(a0, 0, a1)}).size(), 1u);
    EXPECT_TRUE(operands({fmv_x_d(a1, a2), lw(a0, 0, a1)}).empty());
}

TEST(BlockOperandsTest, TheStackGlobalsAndFixedPlacesAreLeftOut) {
    EXPECT_TRUE(operands({sd(a0, 8, sp), lw(a0, 8, gp), lui(a1, 0x80000), lw(a0, 8, a1)}).empty());
}

TEST(BlockOperandsTest, FieldsOfAStructureAreOneArray) {
    EXPECT_EQ(operands({lw(a0, 0, a1), lw(a2, 4, a1), sw(a2, 8, a1), sw(a2, 8, a3)}).size(), 2u);
}

TEST(BlockOperandsTest, StepsAreRegistersThatTheBlockMovesOn) {
    const auto found = operands({lw(a0, 0, a1), lw(a2, 0, a3), addi(a1, a1, 4)}, true);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].a, a1);
}

}  // namespace
}  // namespace k210
