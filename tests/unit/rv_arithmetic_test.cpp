// Integer instructions at the edges of their operands. [doc] RISC-V user-level ISA 2.2, chapters 4, 6 and 7
#include "cpu/rv_arithmetic.hpp"

#include <gtest/gtest.h>

namespace k210::rv {
namespace {

constexpr std::uint64_t kMinusOne = ~0ull, kLeast = 1ull << 63, kLeastWord = 0xffff'ffff'8000'0000;

struct Row {
    Op op;
    std::uint64_t a, b, result;
};

TEST(RvArithmeticTest, DividesByZeroAndBeyondItsRangeAsTheBookSays) {
    for (const auto& [op, a, b, result] : {
             Row{Op::div, 7, 0, kMinusOne},
             Row{Op::divu, 7, 0, kMinusOne},
             Row{Op::rem, 7, 0, 7},
             Row{Op::remu, 7, 0, 7},
             Row{Op::div, kLeast, kMinusOne, kLeast},
             Row{Op::rem, kLeast, kMinusOne, 0},
             Row{Op::divw, 7, 1ull << 32, kMinusOne},
             Row{Op::divuw, 7, 0, kMinusOne},
             Row{Op::remw, 0x8000'0001, 0, 0xffff'ffff'8000'0001},
             Row{Op::remuw, 0x8000'0001, 0, 0xffff'ffff'8000'0001},
             Row{Op::divw, kLeastWord, kMinusOne, kLeastWord},
             Row{Op::remw, kLeastWord, kMinusOne, 0},
             Row{Op::div, static_cast<std::uint64_t>(-7), 2, static_cast<std::uint64_t>(-3)},
             Row{Op::rem, static_cast<std::uint64_t>(-7), 2, kMinusOne},
             Row{Op::divuw, 0xffff'ffff, 1, kMinusOne},
             Row{Op::divu, kMinusOne, 2, kMinusOne >> 1},
         })
        EXPECT_EQ(integer_result(op, a, b), result) << static_cast<int>(op) << " of " << a << " and " << b;
}

TEST(RvArithmeticTest, MultipliesSignedAndUnsigned) {
    for (const auto& [op, a, b, result] : {
             Row{Op::mul, kMinusOne, kMinusOne, 1},
             Row{Op::mulh, kMinusOne, kMinusOne, 0},
             Row{Op::mulhu, kMinusOne, kMinusOne, kMinusOne - 1},
             Row{Op::mulhsu, kMinusOne, kMinusOne, kMinusOne},
             Row{Op::mulhsu, 2, kMinusOne, 1},
             Row{Op::mulh, kLeast, 2, kMinusOne},
             Row{Op::mulw, 0x1'0000'0003, 0x4000'0000, 0xffff'ffff'c000'0000},
         })
        EXPECT_EQ(integer_result(op, a, b), result) << static_cast<int>(op) << " of " << a << " and " << b;
}

TEST(RvArithmeticTest, ShiftsByTheLowBitsOnlyAndExtendsWords) {
    for (const auto& [op, a, b, result] : {
             Row{Op::sll, 1, 64 + 3, 8},
             Row{Op::srl, kLeast, 63, 1},
             Row{Op::sra, kLeast, 63, kMinusOne},
             Row{Op::sllw, 1, 31, kLeastWord},
             Row{Op::sllw, 1, 32, 1},
             Row{Op::srlw, kMinusOne, 1, 0x7fff'ffff},
             Row{Op::srlw, kMinusOne, 0, kMinusOne},
             Row{Op::sraw, 0x8000'0000, 4, 0xffff'ffff'f800'0000},
             Row{Op::addw, 0x7fff'ffff, 1, kLeastWord},
             Row{Op::subw, 0, 1, kMinusOne},
             Row{Op::slt, kMinusOne, 0, 1},
             Row{Op::sltu, kMinusOne, 0, 0},
             Row{Op::sltiu, 5, kMinusOne, 1},
         })
        EXPECT_EQ(integer_result(op, a, b), result) << static_cast<int>(op) << " of " << a << " and " << b;
}

TEST(RvArithmeticTest, BranchesCompareSignedAndUnsigned) {
    EXPECT_TRUE(branch_taken(Op::blt, kMinusOne, 0));
    EXPECT_FALSE(branch_taken(Op::bltu, kMinusOne, 0));
    EXPECT_TRUE(branch_taken(Op::bge, 3, 3));
    EXPECT_FALSE(branch_taken(Op::bgeu, 0, kMinusOne));
    EXPECT_TRUE(branch_taken(Op::beq, 3, 3));
    EXPECT_FALSE(branch_taken(Op::bne, 3, 3));
}

TEST(RvArithmeticTest, AtomicsOfWordsCompareTheirLowerHalves) {
    EXPECT_EQ(static_cast<std::uint32_t>(atomic_result(Op::amomin_w, kMinusOne, 1)), 0xffff'ffff);
    EXPECT_EQ(static_cast<std::uint32_t>(atomic_result(Op::amominu_w, kMinusOne, 1)), 1u);
    EXPECT_EQ(static_cast<std::uint32_t>(atomic_result(Op::amomax_w, 0, 0x1'8000'0000)), 0u);
    EXPECT_EQ(atomic_result(Op::amomax_d, kLeast, 5), 5u);
    EXPECT_EQ(atomic_result(Op::amomaxu_d, kLeast, 5), kLeast);
    EXPECT_EQ(static_cast<std::uint32_t>(atomic_result(Op::amoadd_w, 0xffff'ffff, 2)), 1u);
    EXPECT_EQ(atomic_result(Op::amoswap_d, 1, 2), 2u);
}

TEST(RvArithmeticTest, LoadsExtendWhatTheyRead) {
    EXPECT_EQ(loaded_value(Op::lb, 0x80), 0xffff'ffff'ffff'ff80);
    EXPECT_EQ(loaded_value(Op::lbu, 0x80), 0x80u);
    EXPECT_EQ(loaded_value(Op::lh, 0x8000), 0xffff'ffff'ffff'8000);
    EXPECT_EQ(loaded_value(Op::lw, 0x8000'0000), kLeastWord);
    EXPECT_EQ(loaded_value(Op::lwu, 0x8000'0000), 0x8000'0000);
}

TEST(RvArithmeticTest, CsrsAreWrittenOrTheirBitsSetOrCleared) {
    for (const Op op : {Op::csrrw, Op::csrrwi}) EXPECT_EQ(csr_result(op, 0b1100, 0b1010), 0b1010u);
    for (const Op op : {Op::csrrs, Op::csrrsi}) EXPECT_EQ(csr_result(op, 0b1100, 0b1010), 0b1110u);
    for (const Op op : {Op::csrrc, Op::csrrci}) EXPECT_EQ(csr_result(op, 0b1100, 0b1010), 0b0100u);
}

TEST(RvArithmeticTest, RefusesInstructionsOfOtherKinds) {
    EXPECT_THROW(integer_result(Op::lw, 1, 2), std::logic_error);
    EXPECT_THROW(branch_taken(Op::add, 1, 2), std::logic_error);
    EXPECT_THROW(atomic_result(Op::add, 1, 2), std::logic_error);
    EXPECT_THROW(loaded_value(Op::sw, 1), std::logic_error);
    EXPECT_THROW(csr_result(Op::add, 1, 2), std::logic_error);
}

}  // namespace
}  // namespace k210::rv
