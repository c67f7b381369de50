// CSR instructions, and the CSRs that the hart answers for the engine.
#include "isa/isa_bench.hpp"

namespace k210::isa {
namespace {

using isa::PrintTo;
using namespace rvasm;

constexpr std::uint32_t csr_op(unsigned f3, unsigned rd, unsigned csr, unsigned operand) {
    return csr << 20 | operand << 15 | f3 << 12 | rd << 7 | 0x73;
}

struct CsrOperation {
    const char* name;
    unsigned f3;
    std::uint64_t (*rule)(std::uint64_t old, std::uint64_t operand);
    bool immediate() const { return (f3 & 4) != 0; }
};

constexpr auto kWrite = [](std::uint64_t, std::uint64_t operand) { return operand; };
constexpr auto kSet = [](std::uint64_t old, std::uint64_t operand) { return old | operand; };
constexpr auto kClear = [](std::uint64_t old, std::uint64_t operand) { return old & ~operand; };

struct CsrOperationTest : testing::TestWithParam<CsrOperation> {
    Bench bench;
    // With the operand in kRs2, or as the immediate.
    static std::uint32_t on(unsigned csr, unsigned immediate) {
        return csr_op(GetParam().f3, kRd, csr, GetParam().immediate() ? immediate : kRs2);
    }
};
INSTANTIATE_TEST_SUITE_P(Csr, CsrOperationTest,
                         testing::Values(CsrOperation{"csrrw", 1, kWrite}, CsrOperation{"csrrs", 2, kSet},
                                         CsrOperation{"csrrc", 3, kClear}, CsrOperation{"csrrwi", 5, kWrite},
                                         CsrOperation{"csrrsi", 6, kSet}, CsrOperation{"csrrci", 7, kClear}),
                         kByName);

TEST_P(CsrOperationTest, ReadsWhatWasThereAndWritesByItsRule) {
    for (const std::uint64_t old : {0ull, 5ull, ~0ull, 0x1234'5678'9abc'def0ull})
        for (const unsigned operand : {0u, 1u, 21u, 31u}) {
            const Row before = bench.run({csrw(mscratch, kRs1), on(mscratch, operand)}, {.a = old, .b = operand});
            EXPECT_EQ(before.x, old);
            const Row after =
                bench.run({csrw(mscratch, kRs1), on(mscratch, operand), csrr(kRd, mscratch)}, {.a = old, .b = operand});
            EXPECT_EQ(after.x, GetParam().rule(old, operand)) << std::hex << old << " " << operand;
        }
}

// [doc] RISC-V privileged spec, minstret: the next instruction reads what was written.
TEST_P(CsrOperationTest, WhatIsWrittenToMinstretIsWhatTheNextInstructionReads) {
    for (const unsigned operand : {1u, 31u}) {
        const Row row = bench.run({csrw(minstret, kRs1), on(minstret, operand), addi(kRs1, kRd, 0),
                                   csrw(minstret, kRs3), on(minstret, operand), csrr(kRd, minstret)},
                                  {.a = 0x100, .b = operand, .c = 0x100});
        EXPECT_EQ(row.x, GetParam().rule(0x100, operand));
    }
}

TEST_P(CsrOperationTest, OnMinstretReadsWhatWasThere) {
    EXPECT_EQ(bench.run({csrw(minstret, kRs1), on(minstret, 1)}, {.a = 7000, .b = 1}).x, 7000u);
}

TEST_P(CsrOperationTest, OnMcycleTakesEffect) {
    // Each instruction takes a cycle here.
    const std::uint64_t old = 0x700 + 1;
    const Row row = bench.run({csrw(mcycle, kRs1), on(mcycle, 6), csrr(kRd, mcycle)}, {.a = 0x700, .b = 6});
    EXPECT_EQ(row.x, GetParam().rule(old, 6) + 1);
}

TEST(CounterTest, OneRegisterMayBeWrittenAndReadInto) {
    Bench bench;
    EXPECT_EQ(bench.run({csrw(minstret, kRs1), csrrw(kRd, minstret, kRd)}, {.a = 9000}).x, 9000u);
    EXPECT_EQ(bench.run({csrw(minstret, kRs1), csrrw(kRd, minstret, kRd), csrr(kRd, minstret)}, {.a = 9000}).x,
              kUntouched);
}

TEST(CounterTest, GoesOnCountingFromWhatWasWritten) {
    Bench bench;
    const Code count{csrw(minstret, zero), nop, nop, nop, csrr(kRd, minstret)};
    EXPECT_EQ(bench.run(count).x, 3u);
    EXPECT_EQ(bench.run({csrw(mcycle, zero), nop, nop, nop, csrr(kRd, mcycle)}).x, 4u);
}

TEST(CounterTest, ItsUserCopyFollows) {
    Bench bench;
    EXPECT_EQ(bench.run({csrw(minstret, kRs1), csrr(kRd, instret)}, {.a = 40}).x, 40u);
    EXPECT_EQ(bench.run({csrw(mcycle, kRs1), csrr(kRd, cycle)}, {.a = 40}).x, 41u);
}

TEST(CounterTest, MayBeWrittenInTheMiddleOfOtherWork) {
    Bench bench;
    const Row row = bench.run(
        {addi(t3, zero, 5), sd(t3, 0, a4), addi(t3, zero, 6), csrw(mcycle, zero), ld(t4, 0, a4), add(kRd, t3, t4)});
    EXPECT_EQ(row.x, 11u);
}

TEST(CounterTest, OnlyReadWithNoOperandIsLeftAlone) {
    Bench bench;
    const Row row = bench.run(
        {csrw(minstret, kRs1), csr_op(2, zero, minstret, zero), csr_op(7, zero, minstret, 0), csrr(kRd, minstret)},
        {.a = 1ull << 40});
    EXPECT_EQ(row.x, (1ull << 40) + 2);
}

TEST(CounterTest, OfUserModeRefusesWrites) {
    Bench bench;
    EXPECT_EQ(bench.exception({csrw(cycle, zero)}), 2u);
    EXPECT_EQ(bench.exception({csrw(instret, zero)}), 2u);
}

TEST(MtvecTest, IsNeverVectored) {  // [doc] privileged spec 1.9.1
    Bench bench;
    EXPECT_EQ(bench.run({csrw(mtvec, kRs1), csrr(kRd, mtvec)}, {.a = 0x8000'1001}).x, 0x8000'1000u);
}

TEST(MepcTest, IsEven) {  // [doc] privileged spec 1.9.1, mepc
    EXPECT_EQ(Bench().run({csrw(mepc, kRs1), csrr(kRd, mepc)}, {.a = ~0ull}).x, ~1ull);
}

TEST(MstatusTest, HasNoUxl) {  // [doc] 1.9.1; 1.10 brought it
    Bench bench;
    EXPECT_EQ(bench.run({csrr(kRd, mstatus)}).x >> 32 & 3, 0u);
}

TEST(TriggerTest, ThereAreNone) {
    Bench bench;
    for (unsigned csr = tselect; csr <= tselect + 3; ++csr) {
        EXPECT_EQ(bench.run({csrw(csr, kRs1), csrr(kRd, csr)}, {.a = ~0ull}).x, 0u);
        EXPECT_EQ(bench.run({csrrw(kRd, csr, kRs1), addi(kRd, kRd, 1)}, {.a = ~0ull}).x, 1u);
    }
    EXPECT_EQ(bench.exception({csrr(kRd, tselect + 4)}), 2u);
}

// --- fcsr ----------------------------------------------------------------------------------------------------------

TEST(FcsrTest, ItsPartsAreRegistersOfTheirOwn) {
    Bench bench;
    EXPECT_EQ(bench.run({csrw(fcsr, kRs1), csrr(kRd, fflags)}, {.a = 0xfb}).x, 0x1bu);
    EXPECT_EQ(bench.run({csrw(fcsr, kRs1), csrr(kRd, frm)}, {.a = 0xfb}).x, 7u);
    EXPECT_EQ(bench.run({csrw(fcsr, kRs1), csrw(frm, kRs2), csrr(kRd, fcsr)}, {.a = 0xfb, .b = 2}).x, 0x5bu);
    EXPECT_EQ(bench.run({csrw(fcsr, kRs1), csrw(fflags, kRs2), csrr(kRd, fcsr)}, {.a = 0xfb, .b = 4}).x, 0xe4u);
}

TEST(FcsrTest, KeepsEightBits) {
    Bench bench;
    EXPECT_EQ(bench.run({csrw(fcsr, kRs1), csrr(kRd, fcsr)}, {.a = ~0ull}).x, 0xffu);
    EXPECT_EQ(bench.run({csrw(frm, kRs1), csrr(kRd, frm)}, {.a = ~0ull}).x, 7u);
    EXPECT_EQ(bench.run({csrw(fflags, kRs1), csrr(kRd, fflags)}, {.a = ~0ull}).x, 0x1fu);
}

TEST(FcsrTest, FlagsPileUp) {
    Bench bench;
    // 0 / 0 and then 1 / 0.
    const Row row = bench.run({fdiv_s(kRd, kRs2, kRs2), fdiv_s(kRd, kRs1, kRs2)},
                              {.a = 0xffff'ffff'3f80'0000, .b = 0xffff'ffff'0000'0000});
    EXPECT_EQ(row.fflags, 0x18u);
}

}  // namespace
}  // namespace k210::isa
