// Misaligned loads and stores on a hart: what traps, with what, and what does not.
#include <gtest/gtest.h>

#include "support/hart_bench.hpp"
#include "support/rv_asm.hpp"

namespace k210 {
namespace {

using namespace rvasm;

constexpr std::uint32_t kHandler = 0x1000, kData = 0x2000, kTarget = 0x3000;  // offsets in RAM
constexpr std::uint32_t lh(unsigned rd, int offset, unsigned rs1) {
    return i_type(0x03, 1, rd, rs1, offset);
}
constexpr std::uint32_t lhu(unsigned rd, int offset, unsigned rs1) {
    return i_type(0x03, 5, rd, rs1, offset);
}
constexpr std::uint32_t lwu(unsigned rd, int offset, unsigned rs1) {
    return i_type(0x03, 6, rd, rs1, offset);
}
constexpr std::uint32_t flw(unsigned rd, int offset, unsigned rs1) {
    return i_type(0x07, 2, rd, rs1, offset);
}
constexpr std::uint32_t fld(unsigned rd, int offset, unsigned rs1) {
    return i_type(0x07, 3, rd, rs1, offset);
}
constexpr std::uint32_t sh(unsigned rs2, int offset, unsigned rs1) {
    return s_type(1, rs2, rs1, offset);
}
constexpr std::uint32_t sb(unsigned rs2, int offset, unsigned rs1) {
    return s_type(0, rs2, rs1, offset);
}
constexpr std::uint32_t fsd(unsigned rs2, int offset, unsigned rs1) {
    return sd(rs2, offset, rs1) | 0x04;
}
constexpr std::uint32_t amoadd_d(unsigned rd, unsigned rs2, unsigned rs1) {
    return amo(0, rd, rs2, rs1) | 1u << 12;
}

// s0 = data area, s1 = target, a0 = 1; then the code, from kCode on. The handler stores mcause, mepc and mtval to the
// data area, with 1 behind them, and stays.
struct AlignmentTest : testing::Test, HartBench {
    static constexpr std::uint32_t kCode = 24;
    std::unique_ptr<Hart> hart;

    void run(std::initializer_list<std::uint32_t> code, Strictness strictness = Strictness::trap) {
        hart = make_hart({.id = 0,
                          .bus = bus,
                          .clock = bench.clock,
                          .code_epoch = epoch,
                          .log = bench.log,
                          .timing = TimingModel::instructions,
                          .strictness = strictness});
        hart->reset(kRam);
        put(0, {auipc(s0, 2), auipc(t0, 1), addi(t0, t0, -4), csrw(mtvec, t0), auipc(s1, 3), addi(s1, s1, -16)});
        put(kCode, code);
        put(kCode + 4 * static_cast<std::uint32_t>(code.size()), {wfi});
        put(kHandler, {csrr(t0, mcause), sd(t0, 0, s0), csrr(t0, mepc), sd(t0, 8, s0), csrr(t0, mtval), sd(t0, 16, s0),
                       addi(t0, zero, 1), sd(t0, 24, s0), wfi});
        for (std::uint32_t i = 0; i < 64; ++i) ram.bytes()[kTarget + i] = static_cast<std::uint8_t>(i + 1);
        run_to_cycle(1000, *hart);
    }
    bool trapped() { return double_word(kData + 24) == 1; }
    std::uint64_t cause() { return double_word(kData); }
    std::uint64_t epc() { return double_word(kData + 8) - kRam; }
    std::uint64_t value() { return double_word(kData + 16) - kRam; }
};

TEST_F(AlignmentTest, EveryLoadOfMoreThanAByteTrapsWhereItIsMisaligned) {
    const std::pair<std::uint32_t, int> cases[] = {
        {lh(a1, 1, s1), 1}, {lhu(a1, 3, s1), 3}, {lw(a1, 1, s1), 1}, {lw(a1, 2, s1), 2}, {lwu(a1, 6, s1), 6},
        {ld(a1, 4, s1), 4}, {ld(a1, 1, s1), 1},  {flw(1, 2, s1), 2}, {fld(1, 4, s1), 4},
    };
    for (const auto& [insn, offset] : cases) {
        run({insn});
        ASSERT_TRUE(trapped()) << std::hex << insn;
        EXPECT_EQ(cause(), 4u) << std::hex << insn;
        EXPECT_EQ(epc(), kCode) << std::hex << insn;
        EXPECT_EQ(value(), kTarget + static_cast<unsigned>(offset)) << std::hex << insn;
        std::fill_n(ram.bytes().begin() + kData, 32, std::uint8_t{0});
    }
}

TEST_F(AlignmentTest, EveryStoreOfMoreThanAByteTrapsAndStoresNothing) {
    const std::pair<std::uint32_t, int> cases[] = {
        {sh(zero, 1, s1), 1}, {sw(zero, 2, s1), 2}, {sw(zero, 1, s1), 1}, {sd(zero, 4, s1), 4}, {fsd(1, 4, s1), 4}};
    for (const auto& [insn, offset] : cases) {
        run({insn});
        ASSERT_TRUE(trapped()) << std::hex << insn;
        EXPECT_EQ(cause(), 6u) << std::hex << insn;
        EXPECT_EQ(epc(), kCode) << std::hex << insn;
        EXPECT_EQ(value(), kTarget + static_cast<unsigned>(offset)) << std::hex << insn;
        for (std::uint32_t i = 0; i < 16; ++i) EXPECT_EQ(ram.bytes()[kTarget + i], i + 1) << std::hex << insn;
        std::fill_n(ram.bytes().begin() + kData, 32, std::uint8_t{0});
    }
}

TEST_F(AlignmentTest, AlignedAccessesDoNotTrap) {
    run({lh(a1, 2, s1), lw(a1, 4, s1), ld(a1, 8, s1), flw(1, 4, s1), fld(1, 8, s1), sh(a1, 2, s1), sw(a1, 4, s1),
         sd(a1, 8, s1), sb(a1, 1, s1), lb(a1, 3, s1)});
    EXPECT_FALSE(trapped());
}

TEST_F(AlignmentTest, AtomicsTrapAsStoresAndReservationsAsLoads) {
    run({addi(s1, s1, 2), lr_w(a1, s1)});
    EXPECT_EQ(cause(), 4u);
    run({addi(s1, s1, 2), sc_w(a1, a1, s1)});
    EXPECT_EQ(cause(), 6u);
    run({addi(s1, s1, 4), amoadd_d(a1, a1, s1)});
    EXPECT_EQ(cause(), 6u);
    EXPECT_EQ(value(), kTarget + 4);
}

TEST_F(AlignmentTest, WhatComesBeforeInTheBlockIsDoneAndTheRestIsNot) {
    run({sb(zero, 0, s1), addi(a0, zero, 7), lw(a0, 1, s1), sb(zero, 1, s1)});
    ASSERT_TRUE(trapped());
    EXPECT_EQ(epc(), kCode + 8);
    EXPECT_EQ(ram.bytes()[kTarget], 0);
    EXPECT_EQ(ram.bytes()[kTarget + 1], 2);
}

TEST_F(AlignmentTest, TheDestinationKeepsItsValue) {
    run({addi(a0, zero, 7), lw(a0, 1, s1)});
    put(kHandler, {sd(a0, 32, s0), addi(t0, zero, 1), sd(t0, 24, s0), wfi});
    hart->reset(kRam);
    epoch.advance();
    run_to_cycle(3000, *hart);
    EXPECT_EQ(double_word(kData + 32), 7u);
}

TEST_F(AlignmentTest, AddressesMadeInTheBlockAreFollowed) {
    run({addi(a0, s1, 8), lw(a1, 2, a0)});  // a sum
    EXPECT_EQ(value(), kTarget + 10);
    run({addi(a0, zero, 3), slli(a0, a0, 1), add(a0, a0, s1), lw(a1, 0, a0)});  // an index
    EXPECT_EQ(value(), kTarget + 6);
    run({auipc(a0, 3), lw(a1, 1, a0)});  // beside the code
    EXPECT_EQ(value(), kTarget + kCode + 1);
}

TEST_F(AlignmentTest, ARegisterThatWasAlignedIsLookedAtAgainOnceItHasChanged) {
    run({ld(a1, 0, s1), j(4), ld(a1, 0, s1), addi(s1, s1, 4), j(4), ld(a1, 0, s1)});
    ASSERT_TRUE(trapped());
    EXPECT_EQ(epc(), kCode + 20);
    EXPECT_EQ(value(), kTarget + 4);
}

TEST_F(AlignmentTest, KnownForWordsIsNotKnownForDoubleWords) {
    run({addi(s1, s1, 4), j(4), lw(a1, 0, s1), j(4), ld(a1, 0, s1)});
    ASSERT_TRUE(trapped());
    EXPECT_EQ(epc(), kCode + 16);
}

TEST_F(AlignmentTest, OffsetsThatMakeUpForTheRegisterAreAligned) {
    run({addi(s1, s1, 1), j(4), lw(a1, 3, s1), ld(a1, 7, s1)});
    EXPECT_FALSE(trapped());
}

TEST_F(AlignmentTest, AHandlerThatSkipsTheAccessGoesOnBehindIt) {
    run({lw(a1, 1, s1), addi(a0, zero, 42), sd(a0, 40, s0)});
    put(kHandler, {csrr(t0, mepc), addi(t0, t0, 4), csrw(mepc, t0), mret});
    hart->reset(kRam);
    epoch.advance();
    run_to_cycle(3000, *hart);
    EXPECT_EQ(double_word(kData + 40), 42u);
    EXPECT_TRUE(hart->in_wfi());
    EXPECT_FALSE(hart->fault());
}

TEST_F(AlignmentTest, WithoutStrictnessTheyAreCarriedOut) {
    for (const Strictness strictness : {Strictness::off, Strictness::warn}) {
        run({lw(a1, 1, s1), sd(a1, 40, s0)}, strictness);
        EXPECT_FALSE(trapped());
        EXPECT_EQ(double_word(kData + 40), 0x0504'0302u);
    }
}

TEST_F(AlignmentTest, TheyAreToldOnceAndCountedUnlessSwitchedOff) {
    run({lw(a1, 1, s1)}, Strictness::off);
    EXPECT_EQ(bench.log.count(LogKind::guest_error), 0u);
    run({lw(a1, 1, s1)}, Strictness::warn);
    EXPECT_EQ(bench.log.count(LogKind::guest_error), 1u);
    run({lw(a1, 1, s1)}, Strictness::trap);
    EXPECT_EQ(bench.log.count(LogKind::guest_error), 2u);
}

}  // namespace
}  // namespace k210
