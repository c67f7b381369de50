#include "cpu/idle_loop.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include <gtest/gtest.h>

#include "cpu/block_table.hpp"
#include "support/rv_asm.hpp"

namespace k210 {
namespace {

using namespace rvasm;

constexpr std::uint64_t kBase = 0x8000'0000, kNoLimit = 1'000'000'000;

constexpr std::uint64_t kDevice = 0x5000'0000;

struct IdleLoopTest : testing::Test, IdleLoopWorld {
    std::vector<std::uint8_t> ram = std::vector<std::uint8_t>(4096);
    Gprs registers{};

    IdleLoopTest() { registers[s0] = kBase + 0x800; }
    void put(std::initializer_list<std::uint32_t> code, std::size_t at = 0) {
        for (const std::uint32_t insn : code) {
            std::memcpy(&ram[at], &insn, 4);
            at += 4;
        }
    }
    // What a hart finds that has been away for so many cycles.
    struct Skip : IdleLoopPlan::Place {
        std::uint64_t cycles, round_cycles;
        Gprs gprs;
    };
    std::optional<Skip> evaluate(std::uint64_t cycle, std::uint64_t max_cycles = kNoLimit, std::uint64_t pc = kBase) {
        IdleLoopPlan plan;
        if (!plan.make(kBase, pc, registers, cycle, *this)) return {};
        const IdleLoopPlan::Place at = plan.place(cycle + max_cycles);
        Gprs there = registers;
        for (unsigned i = 1; i < there.size(); ++i)
            if (plan.written() >> i & 1) there[i] = plan.x(i, at);
        return Skip{at, at.cycle - cycle, plan.round_cycles(), there};
    }
    static std::uint64_t rounds(const std::optional<Skip>& skip) { return skip->cycles / skip->round_cycles; }
    // For how long it is known to do nothing else.
    std::uint64_t lasts(std::uint64_t cycle, std::uint64_t pc = kBase) {
        IdleLoopPlan plan;
        if (!plan.make(kBase, pc, registers, cycle, *this)) return 0;
        return plan.ends() == kForever ? kForever : plan.ends() - cycle;
    }
    std::span<const std::uint8_t> memory(std::uint64_t address, std::uint32_t size) {
        if (address < kBase || address - kBase + size > ram.size()) return {};
        return {&ram[address - kBase], size};
    }
    BlockCode block(std::uint64_t pc) override {
        const auto to_end = memory(pc, static_cast<std::uint32_t>(kBase + ram.size() - pc));
        decoded = block_code(to_end);
        return {decoded, static_cast<unsigned>(decoded.size()) * cycles_per_instruction};
    }
    std::vector<rv::Instruction> decoded;
    unsigned cycles_per_instruction = 1, device_cycles = 0;
    unsigned jump_cycles() override { return cycles_per_jump; }
    std::uint64_t mcycle_ahead() const override { return ahead; }
    std::uint64_t x(unsigned reg) const override { return registers[reg]; }
    unsigned cycles_per_jump = 0;
    std::uint64_t ahead = 0;
    struct SteadyRead {
        std::uint64_t value, until_cycle;
    };
    std::optional<SteadyRead> steady;  // what the device answers
    std::optional<Load> load(std::uint64_t address, std::uint32_t size) override {
        if (address == kDevice) {
            if (!steady) return {};
            return Load{steady->value, device_cycles, true, steady->until_cycle};
        }
        Load load{.value = 0, .cycles = 0, .device = false};
        const auto bytes = memory(address, size);
        if (bytes.size() != size) return {};
        std::memcpy(&load.value, bytes.data(), size);
        return load;
    }
};

TEST_F(IdleLoopTest, CounterPollEndsInTheIterationThatPassesTheLimit) {
    put({csrr(a5, mcycle), bltu(a5, a4, -4)});
    registers[a4] = 10'000;
    // The k-th iteration from cycle 1000 reads 1001 + 2 k; the first to read 10'000 or more is k = 4500.
    const auto skip = evaluate(1000);
    ASSERT_TRUE(skip);
    EXPECT_EQ(rounds(skip), 4500u);
    EXPECT_EQ(skip->instructions, 2 * 4500u);
    EXPECT_EQ(skip->gprs[a5], 1001u + 2 * 4499);
}

TEST_F(IdleLoopTest, CounterThatCodeHasSetIsAheadOfTheCycles) {
    put({csrr(a5, mcycle), bltu(a5, a4, -4)});
    registers[a4] = 10'000;
    ahead = 5000;
    const auto skip = evaluate(1000);
    ASSERT_TRUE(skip);
    EXPECT_EQ(rounds(skip), 2000u);
    EXPECT_EQ(skip->gprs[a5], 6001u + 2 * 1999);
}

TEST_F(IdleLoopTest, ElapsedTimePollSubtractsItsStart) {
    put({csrr(a5, mcycle), sub(a5, a5, a3), bltu(a5, a4, -8)});
    registers[a3] = 900;
    registers[a4] = 300;
    // reads 1001 + 3 k, elapsed 101 + 3 k >= 300 first at k = 67
    const auto skip = evaluate(1000);
    ASSERT_TRUE(skip);
    EXPECT_EQ(rounds(skip), 67u);
    EXPECT_EQ(skip->gprs[a5], 101u + 3 * 66);
}

TEST_F(IdleLoopTest, CounterIsReadWhenItsBlockHasBeenPaidFor) {
    put({csrr(a5, mcycle), bltu(a5, a4, -4)});
    registers[a4] = 10'000;
    cycles_per_instruction = 3;
    // The k-th iteration from cycle 1000 reads 1003 + 6 k; the first to read 10'000 or more is k = 1500.
    const auto skip = evaluate(1000);
    ASSERT_TRUE(skip);
    EXPECT_EQ(rounds(skip), 1500u);
    EXPECT_EQ(skip->round_cycles, 6u);
    EXPECT_EQ(skip->instructions, 2 * 1500u);
    EXPECT_EQ(skip->gprs[a5], 1003u + 6 * 1499);
}

TEST_F(IdleLoopTest, SlowLoadsBelongToTheIteration) {
    put({lw(a5, 0, s1), beq(a5, zero, -4)});
    registers[s1] = kDevice;
    device_cycles = 28;
    steady = SteadyRead{0, 1000 + 30 * 7 + 1};
    const auto skip = evaluate(1000);
    ASSERT_TRUE(skip);
    EXPECT_EQ(skip->round_cycles, 30u);
    EXPECT_EQ(rounds(skip), 7u);
}

TEST_F(IdleLoopTest, MemoryPollLastsUntilTheSliceEnds) {
    put({lw(a5, 0, s0), beq(a5, zero, -4)});
    const auto skip = evaluate(0, 1000);
    ASSERT_TRUE(skip);
    EXPECT_EQ(rounds(skip), 500u);
    EXPECT_EQ(skip->gprs, registers);
    EXPECT_TRUE(skip->goes_on);
}

// A jump to a second block, which reads memory and jumps back.
TEST_F(IdleLoopTest, StopsAtTheBlockThatBeginsWhenTheSliceIsOver) {
    put({nop, j(0xfc)});
    put({lw(a5, 0, s0), beq(a5, zero, -0x104)}, 0x100);
    const auto skip = evaluate(0, 4 * 10 + 1);
    ASSERT_TRUE(skip);
    EXPECT_EQ(skip->cycles, 4 * 10 + 2u);
    EXPECT_EQ(skip->instructions, 4 * 10 + 2u);
    EXPECT_EQ(skip->pc, kBase + 0x100);
    EXPECT_EQ(skip->last_pc, kBase);
    EXPECT_TRUE(skip->goes_on);
}

TEST_F(IdleLoopTest, GoesOnFromAnyOfItsBlocks) {
    put({csrr(a5, mcycle), j(0xfc)});
    put({bltu(a5, a4, -0x100)}, 0x100);
    registers[a4] = 10'000;
    registers[a5] = 5;
    // From cycle 1000 the branch goes back to the head, which reads 1002 + 3 k; 10'000 or more first at k = 3000.
    const auto skip = evaluate(1000, kNoLimit, kBase + 0x100);
    ASSERT_TRUE(skip);
    EXPECT_EQ(skip->cycles, 1 + 3 * 3000u);
    EXPECT_EQ(skip->pc, kBase);
    EXPECT_EQ(skip->gprs[a5], 1002u + 3 * 2999);
    EXPECT_FALSE(skip->goes_on);
    EXPECT_EQ(lasts(1000, kBase + 0x100), 1 + 3 * 3000u);
}

TEST_F(IdleLoopTest, LastsUntilTheDeviceMayAnswerOtherwiseOrForEver) {
    put({lw(a5, 0, s1), beq(a5, zero, -4)});
    registers[s1] = kBase + 0x800;
    EXPECT_EQ(lasts(1000), kForever);
    registers[s1] = kDevice;
    steady = SteadyRead{0, 1101};
    EXPECT_EQ(lasts(1000), 100u);
    steady.reset();
    EXPECT_EQ(lasts(1000), 0u);
}

TEST_F(IdleLoopTest, FollowsCallsAndReturns) {
    put({jalr(ra, s1, 0), beq(a0, zero, -4)});
    put({lw(a0, 0, s0), jalr(zero, ra, 0)}, 0x100);
    registers[s1] = kBase + 0x100;
    const auto skip = evaluate(0, 400);
    ASSERT_TRUE(skip);
    EXPECT_EQ(rounds(skip), 100u);
    EXPECT_EQ(skip->gprs[ra], kBase + 4);
}

TEST_F(IdleLoopTest, UnderstandsCompressedInstructions) {
    // c.lw a5,0(s0); c.beqz a5,-2
    put({0xdffd'401c});
    const auto skip = evaluate(0, 10);
    ASSERT_TRUE(skip);
    EXPECT_EQ(rounds(skip), 5u);
}

TEST_F(IdleLoopTest, LoopThatCountsForItselfIsNoPoll) {
    put({addi(a0, a0, -1), bne(a0, zero, -4)});
    registers[a0] = 100;
    EXPECT_FALSE(evaluate(0));
}

TEST_F(IdleLoopTest, ReadingADeviceThatPromisesNothingIsNoPoll) {
    put({lw(a5, 0, s1), beq(a5, zero, -4)});
    registers[s1] = kDevice;
    EXPECT_FALSE(evaluate(0));
}

TEST_F(IdleLoopTest, DevicePollEndsBeforeTheValueMayChange) {
    put({lw(a5, 0, s1), beq(a5, zero, -4)});
    registers[s1] = kDevice;
    steady = SteadyRead{0, 1101};
    EXPECT_EQ(rounds(evaluate(1000)), 50u);
    steady->until_cycle = 1100;  // when the 50th iteration would read it
    EXPECT_EQ(rounds(evaluate(1000)), 49u);
}

TEST_F(IdleLoopTest, NothingMayChangeOnTheWayToItsHeadEither) {
    put({lw(a5, 0, s0), beq(a5, zero, -4)});
    put({lw(a6, 0, s1), j(-0x104)}, 0x100);
    registers[s1] = kDevice;
    steady = SteadyRead{0, 1003};
    EXPECT_TRUE(evaluate(1000, kNoLimit, kBase + 0x100));
    steady->until_cycle = 1002;  // when the head is reached
    EXPECT_FALSE(evaluate(1000, kNoLimit, kBase + 0x100));
}

TEST_F(IdleLoopTest, SltiuComparesAsUnsigned) {
    put({lw(a5, 0, s0), i_type(0x13, 3, a5, a5, 5), beq(a5, zero, -8)});
    std::memset(&ram[0x800], 0xff, 4);
    EXPECT_EQ(rounds(evaluate(0, 300)), 100u);
}

TEST_F(IdleLoopTest, StoringIsNoPoll) {
    put({sw(zero, 0, s0), j(-4)});
    EXPECT_FALSE(evaluate(0));
}

TEST_F(IdleLoopTest, WaitingForAnExactCountIsSkippedOnlyWhenItIsHit) {
    put({csrr(a5, mcycle), bne(a5, a4, -4)});
    registers[a4] = 1001 + 2 * 50;
    EXPECT_EQ(rounds(evaluate(1000)), 50u);
}

TEST_F(IdleLoopTest, SignedCompareAgainstANegativeLimitIsUnderstood) {
    put({csrr(a5, mcycle), sub(a5, a5, a3), b_type(4, a5, zero, -8)});  // blt a5, zero
    registers[a3] = 2000;
    // 1001 + 3 k - 2000 >= 0 first at k = 333
    EXPECT_EQ(rounds(evaluate(1000)), 333u);
}

// A wait for one of two flags that reads the counter last: between its blocks that is what the round before has read.
TEST_F(IdleLoopTest, WhatIsWrittenLaterInTheRoundIsOfTheRoundBefore) {
    put({lw(a5, 0, s0), bne(a5, zero, 12), csrr(a6, mcycle), bltu(a6, a4, -12)});
    registers[a4] = 1'000'000;
    registers[a6] = 77;
    // Four cycles a round; the counter is read in the third.
    EXPECT_EQ(evaluate(1000, 2)->gprs[a6], 77u);
    EXPECT_EQ(evaluate(1000, 3)->gprs[a6], 1003u);
    EXPECT_EQ(evaluate(1000, 4)->gprs[a6], 1003u);
    EXPECT_EQ(evaluate(1000, 6)->gprs[a6], 1003u);
    EXPECT_EQ(evaluate(1000, 7)->gprs[a6], 1007u);
    EXPECT_EQ(evaluate(1000, 402)->gprs[a6], 1003u + 4 * 99);
}

// Waits on x = mcycle - a3 against a4, either way round, where x meets a4, wraps, or changes its sign.
TEST_F(IdleLoopTest, EveryBranchOnTheCounterChangesExactlyWhenItsConditionDoes) {
    constexpr std::uint64_t kMostRounds = 60, kRoundCycles = 3, kFirstRead = 1001;
    constexpr std::array<std::uint64_t, 3> kStarts{100, ~0ull - 60, (1ull << 63) - 61};
    const auto taken = [](unsigned kind, std::uint64_t a, std::uint64_t b) {
        const auto signed_a = static_cast<std::int64_t>(a), signed_b = static_cast<std::int64_t>(b);
        switch (kind) {
            case 0: return a == b;
            case 1: return a != b;
            case 4: return signed_a < signed_b;
            case 5: return signed_a >= signed_b;
            case 6: return a < b;
            default: return a >= b;
        }
    };
    for (const unsigned kind : {0u, 1u, 4u, 5u, 6u, 7u})
        for (const bool counter_first : {true, false})
            for (const std::uint64_t start : kStarts)
                for (std::uint64_t distance = 0; distance < 120; ++distance) {
                    const unsigned rs1 = counter_first ? a5 : a4, rs2 = counter_first ? a4 : a5;
                    put({csrr(a5, mcycle), sub(a5, a5, a3), b_type(kind, rs1, rs2, -8), j(0)});
                    registers[a3] = kFirstRead - start;
                    const std::uint64_t limit = registers[a4] = start + distance;
                    const auto waits = [&](std::uint64_t round) {
                        const std::uint64_t x = start + round * kRoundCycles;
                        return counter_first ? taken(kind, x, limit) : taken(kind, limit, x);
                    };
                    std::uint64_t rounds = 0;
                    while (rounds < kMostRounds && waits(rounds)) ++rounds;
                    const std::uint64_t found = std::min(lasts(1000) / kRoundCycles, kMostRounds);
                    const std::uint64_t top = kind < 6 && kind >= 4 ? 1ull << 63 : 0;  // where x wraps
                    const std::uint64_t to_top = top - (start + found * kRoundCycles);
                    if (found < rounds && to_top + kRoundCycles <= 2 * kRoundCycles) continue;  // need not look beyond
                    ASSERT_EQ(found, rounds) << kind << counter_first << ' ' << start << " + " << distance;
                }
}

// Loops of which a plan is there already.
struct PollAgainTest : IdleLoopTest {
    IdleLoopPlan plan;

    // Until the device's bits are those of a4.
    PollAgainTest() {
        registers[a1] = kDevice;
        registers[a4] = 1;
        put({lw(a0, 0, a1), bne(a0, a4, -4)});
        steady = SteadyRead{0, 50'000};
        EXPECT_TRUE(plan.make(kBase, kBase, registers, 1000, *this));
    }
    bool again(std::uint64_t cycle) { return plan.make_again(kBase, kBase, cycle, *this); }
};

TEST_F(PollAgainTest, IsAsIfMadeAnew) {
    steady->until_cycle = 90'000;
    ASSERT_TRUE(again(60'000));
    EXPECT_EQ(plan.begins(), 60'000u);
    EXPECT_EQ(plan.ends(), 60'000 + lasts(60'000));
    EXPECT_EQ(plan.place(70'000).instructions, evaluate(60'000, 10'000)->instructions);
}

TEST_F(PollAgainTest, NeedsTheRegistersThatItReadsAsTheyWere) {
    registers[a5] = 7;  // has no part in it
    EXPECT_TRUE(again(2000));
    registers[a4] = 2;
    EXPECT_FALSE(again(2000));
}

TEST_F(PollAgainTest, NeedsTheRegistersThatItWritesAsTheyWere) {
    registers[a0] = 7;
    EXPECT_FALSE(again(2000));
}

TEST_F(PollAgainTest, NeedsTheValuesThatItLoadsAsTheyWere) {
    steady->value = 1;
    EXPECT_FALSE(again(2000));
}

TEST_F(PollAgainTest, NeedsTheSameLoopAtItsHead) {
    EXPECT_FALSE(plan.make_again(kBase, kBase + 4, 2000, *this));
    EXPECT_FALSE(plan.make_again(kBase + 4, kBase + 4, 2000, *this));
}

TEST_F(PollAgainTest, IsNotForLoopsThatReadTheCounterAndForgetIt) {
    put({csrr(a0, mcycle), lw(a0, 0, a1), bne(a0, a4, -8)});
    ASSERT_TRUE(plan.make(kBase, kBase, registers, 1000, *this));
    EXPECT_FALSE(again(1000));
}

TEST_F(PollAgainTest, WhatIsWrittenLaterIsAtFirstWhatItWasBefore) {
    registers[a0] = 9;
    put({lw(a5, 0, s0), bne(a5, zero, 12), lw(a0, 0, a1), bne(a0, a4, -12)});
    ASSERT_TRUE(plan.make(kBase, kBase, registers, 1000, *this));
    EXPECT_EQ(plan.x(a0, plan.place(1002)), 9u);
    registers[a0] = 0;
    registers[a5] = 0;
    ASSERT_TRUE(again(2000));
    EXPECT_EQ(plan.x(a0, plan.place(2002)), 0u);
}

TEST_F(PollAgainTest, IsNotForLoopsThatReadTheCounter) {
    put({csrr(a5, mcycle), bltu(a5, a4, -4)});
    registers[a4] = 10'000;
    ASSERT_TRUE(plan.make(kBase, kBase, registers, 1000, *this));
    EXPECT_FALSE(again(1000));
}

}  // namespace
}  // namespace k210
