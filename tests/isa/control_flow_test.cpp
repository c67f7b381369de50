// Branches and jumps: when they are taken, where they go, and what they link.
#include <limits>

#include "isa/isa_bench.hpp"

namespace k210::isa {
namespace {

using isa::PrintTo;
using namespace rvasm;

constexpr std::uint64_t kOperands[] = {0, 1, 2, 0x7fff'ffff, 0x8000'0000, 1ull << 63, ~0ull >> 1, ~1ull, ~0ull};

std::int64_t s(std::uint64_t v) {
    return static_cast<std::int64_t>(v);
}

struct Branch {
    const char* name;
    unsigned f3;
    bool (*taken)(std::uint64_t a, std::uint64_t b);
};

struct BranchTest : testing::TestWithParam<Branch> {
    static std::uint32_t branch(unsigned a, unsigned b, int offset) { return b_type(GetParam().f3, a, b, offset); }
};
INSTANTIATE_TEST_SUITE_P(ControlFlow, BranchTest,
                         testing::Values(Branch{"beq", 0, [](auto a, auto b) { return a == b; }},
                                         Branch{"bne", 1, [](auto a, auto b) { return a != b; }},
                                         Branch{"blt", 4, [](auto a, auto b) { return s(a) < s(b); }},
                                         Branch{"bge", 5, [](auto a, auto b) { return s(a) >= s(b); }},
                                         Branch{"bltu", 6, [](auto a, auto b) { return a < b; }},
                                         Branch{"bgeu", 7, [](auto a, auto b) { return a >= b; }}),
                         kByName);

TEST_P(BranchTest, IsTakenForwardOnItsCondition) {
    std::vector<Row> rows;
    for (const std::uint64_t a : kOperands)
        for (const std::uint64_t b : kOperands) rows.push_back({.a = a, .b = b});
    Bench bench;
    bench.run({addi(kRd, zero, 1), branch(kRs1, kRs2, 8), addi(kRd, zero, 0)}, rows);
    for (const Row& row : rows)
        EXPECT_EQ(row.x, GetParam().taken(row.a, row.b)) << std::hex << row.a << " and " << row.b;
}

TEST_P(BranchTest, IsTakenBackwardOnItsCondition) {
    std::vector<Row> rows;
    for (const std::uint64_t a : kOperands)
        for (const std::uint64_t b : kOperands) rows.push_back({.a = a, .b = b});
    Bench bench;
    bench.run({j(12), addi(kRd, zero, 1), j(12), addi(kRd, zero, 0), branch(kRs1, kRs2, -12)}, rows);
    for (const Row& row : rows)
        EXPECT_EQ(row.x, GetParam().taken(row.a, row.b)) << std::hex << row.a << " and " << row.b;
}

TEST_P(BranchTest, ComparesARegisterWithItself) {
    Bench bench;
    for (const std::uint64_t a : kOperands)
        EXPECT_EQ(bench.run({addi(kRd, zero, 1), branch(kRs1, kRs1, 8), addi(kRd, zero, 0)}, {.a = a}).x,
                  GetParam().taken(a, a));
}

TEST(JumpTest, JalLinksTheInstructionBehindAndSkips) {
    Bench bench;
    // auipc's address and the link are 8 apart.
    const Row row = bench.run({auipc(t3, 0), jal(t4, 8), addi(kRd, zero, 1), sub(kRd, t4, t3)});
    EXPECT_EQ(row.x, 8u);
}

TEST(JumpTest, JalGoesBack) {
    Bench bench;
    EXPECT_EQ(bench.run({j(12), addi(kRd, zero, 3), j(12), addi(kRd, zero, 1), jal(t3, -12)}).x, 3u);
}

TEST(JumpTest, JalrAddsItsOffsetAndClearsTheLowestBit) {
    Bench bench;
    for (const int odd : {0, 1})
        EXPECT_EQ(bench
                      .run({auipc(t3, 0), addi(t3, t3, 32 + odd), jalr(t4, t3, -12), addi(kRd, zero, 1), nop,
                            addi(kRd, t4, 0), auipc(t3, 0), sub(kRd, kRd, t3)})
                      .x,
                  static_cast<std::uint64_t>(-12));
}

TEST(JumpTest, JalrReadsItsTargetBeforeItLinks) {
    Bench bench;
    EXPECT_EQ(bench.run({auipc(t3, 0), jalr(t3, t3, 12), addi(kRd, zero, 1), auipc(kRd, 0), sub(kRd, kRd, t3)}).x, 4u);
}

}  // namespace
}  // namespace k210::isa
