// RV64C: what each compressed instruction does. Encodings as binutils writes them.
#include "isa/isa_bench.hpp"

namespace k210::isa {
namespace {

using isa::PrintTo;
using namespace rvasm;

constexpr std::uint64_t sext32(std::uint64_t v) {
    return static_cast<std::uint64_t>(std::int64_t{static_cast<std::int32_t>(v)});
}

constexpr std::uint64_t kOperands[] = {0,           1,          3,     0x7fff'ffff,          0x8000'0000,
                                       0xffff'ffff, 1ull << 63, ~0ull, 0x1234'5678'9abc'def0};

// Changes a0, which holds `a`, by a1, which holds `b`.
struct Computation {
    const char* name;
    std::uint32_t insn;
    std::uint64_t (*rule)(std::uint64_t a, std::uint64_t b);
};

// clang-format off
constexpr Computation kComputations[] = {
    {"c_nop",              0x0001, [](auto a, auto) { return a; }},
    {"c_addi_minus_3",     0x1575, [](auto a, auto) { return a - 3; }},
    {"c_addi_31",          0x057d, [](auto a, auto) { return a + 31; }},
    {"c_addi_minus_32",    0x1501, [](auto a, auto) { return a - 32; }},
    {"c_addiw_minus_3",    0x3575, [](auto a, auto) { return sext32(a - 3); }},
    {"c_addiw_0",          0x2501, [](auto a, auto) { return sext32(a); }},
    {"c_li_minus_32",      0x5501, [](auto, auto) { return std::uint64_t(-32); }},
    {"c_li_31",            0x457d, [](auto, auto) { return std::uint64_t{31}; }},
    {"c_lui_1",            0x6505, [](auto, auto) { return std::uint64_t{0x1000}; }},
    {"c_lui_1f",           0x657d, [](auto, auto) { return std::uint64_t{0x1'f000}; }},
    {"c_lui_fffe0",        0x7501, [](auto, auto) { return sext32(0xfffe'0000); }},
    {"c_srli_1",           0x8105, [](auto a, auto) { return a >> 1; }},
    {"c_srli_63",          0x917d, [](auto a, auto) { return a >> 63; }},
    {"c_srai_1",           0x8505, [](auto a, auto) { return static_cast<std::uint64_t>(static_cast<std::int64_t>(a) >> 1); }},
    {"c_srai_63",          0x957d, [](auto a, auto) { return static_cast<std::uint64_t>(static_cast<std::int64_t>(a) >> 63); }},
    {"c_andi_minus_16",    0x9941, [](auto a, auto) { return a & -std::uint64_t{16}; }},
    {"c_andi_31",          0x897d, [](auto a, auto) { return a & 31; }},
    {"c_sub",              0x8d0d, [](auto a, auto b) { return a - b; }},
    {"c_xor",              0x8d2d, [](auto a, auto b) { return a ^ b; }},
    {"c_or",               0x8d4d, [](auto a, auto b) { return a | b; }},
    {"c_and",              0x8d6d, [](auto a, auto b) { return a & b; }},
    {"c_subw",             0x9d0d, [](auto a, auto b) { return sext32(a - b); }},
    {"c_addw",             0x9d2d, [](auto a, auto b) { return sext32(a + b); }},
    {"c_slli_1",           0x0506, [](auto a, auto) { return a << 1; }},
    {"c_slli_63",          0x157e, [](auto a, auto) { return a << 63; }},
    {"c_mv",               0x852e, [](auto, auto b) { return b; }},
    {"c_add",              0x952e, [](auto a, auto b) { return a + b; }},
    // Relative to sp, the scratch memory's address.
    {"c_addi4spn_4",       0x0048, [](auto, auto) { return std::uint64_t{Bench::kScratch + 4}; }},
    {"c_addi4spn_1020",    0x1fe8, [](auto, auto) { return std::uint64_t{Bench::kScratch + 1020}; }},
};
// clang-format on

struct CompressedComputationTest : testing::TestWithParam<Computation> {};
INSTANTIATE_TEST_SUITE_P(Compressed, CompressedComputationTest, testing::ValuesIn(kComputations), kByName);

TEST_P(CompressedComputationTest, ComputesAsTheHost) {
    std::vector<Row> rows;
    for (const std::uint64_t a : kOperands)
        for (const std::uint64_t b : kOperands) rows.push_back({.a = a, .b = b});
    Bench bench;
    // Its operands are where it wants them, and it does not lie on a multiple of four.
    bench.run({addi(a0, kRs1, 0), addi(a1, kRs2, 0), compressed(0x0001, GetParam().insn)}, rows);
    for (const Row& row : rows)
        EXPECT_EQ(row.x, GetParam().rule(row.a, row.b)) << std::hex << row.a << " and " << row.b;
}

TEST(CompressedTest, Addi16spMovesTheStackPointer) {
    Bench bench;
    EXPECT_EQ(bench.run({compressed(0x7101), addi(kRd, sp, 0)}).x, Bench::kScratch - 512u);
    EXPECT_EQ(bench.run({compressed(0x617d), addi(kRd, sp, 0)}).x, Bench::kScratch + 496u);
}

// To a0 or fa0, from or relative to a4 or sp, which are the same.
struct Load {
    const char* name;
    std::uint32_t insn;
    unsigned offset;
    bool word = false, floating = false;
};

struct CompressedLoadTest : testing::TestWithParam<Load> {};
INSTANTIATE_TEST_SUITE_P(Compressed, CompressedLoadTest,
                         testing::Values(Load{"c_lw_0", 0x4308, 0, true}, Load{"c_lw_124", 0x5f68, 124, true},
                                         Load{"c_ld_0", 0x6308, 0}, Load{"c_ld_248", 0x7f68, 248},
                                         Load{"c_fld_0", 0x2308, 0, false, true},
                                         Load{"c_fld_248", 0x3f68, 248, false, true},
                                         Load{"c_lwsp_252", 0x557e, 252, true}, Load{"c_ldsp_504", 0x757e, 504},
                                         Load{"c_fldsp_504", 0x357e, 504, false, true}),
                         kByName);

TEST_P(CompressedLoadTest, ReadsFromItsOffset) {
    Bench bench;
    const std::uint64_t value = 0xfedc'ba98'8765'4321;
    std::memcpy(&bench.scratch()[GetParam().offset], &value, sizeof value);
    const Row row = bench.run({compressed(GetParam().insn)});
    EXPECT_EQ(row.x, GetParam().floating ? kUntouched : GetParam().word ? sext32(value) : value);
    EXPECT_EQ(row.f, GetParam().floating ? value : kUntouched);
}

// Of a1 or fa1.
struct Store {
    const char* name;
    std::uint32_t insn;
    unsigned offset, bytes;
};

struct CompressedStoreTest : testing::TestWithParam<Store> {};
INSTANTIATE_TEST_SUITE_P(Compressed, CompressedStoreTest,
                         testing::Values(Store{"c_sw_124", 0xdf6c, 124, 4}, Store{"c_sd_248", 0xff6c, 248, 8},
                                         Store{"c_fsd_248", 0xbf6c, 248, 8}, Store{"c_swsp_252", 0xdfae, 252, 4},
                                         Store{"c_sdsp_504", 0xffae, 504, 8}, Store{"c_fsdsp_504", 0xbfae, 504, 8}),
                         kByName);

TEST_P(CompressedStoreTest, WritesToItsOffset) {
    Bench bench;
    const Store& store = GetParam();
    bench.run({compressed(store.insn)}, Row{.a = 0x8877'6655'4433'2211});
    for (unsigned i = 0; i < 600; ++i) {
        const bool written = i >= store.offset && i < store.offset + store.bytes;
        EXPECT_EQ(bench.scratch()[i], written ? 0x11 * (i - store.offset + 1) : 0) << i;
    }
}

TEST(CompressedTest, BranchesGoWhereTheirConditionSays) {
    Bench bench;
    constexpr std::uint32_t kBeqz = 0xc119, kBnez = 0xe119, kJ = 0xa019, kLi3 = 0x450d, kLi5 = 0x4515;  // .+6, to a0
    const auto takes = [&](std::uint32_t branch, std::uint64_t a) {
        // branch to `li a0, 5` past `li a0, 3; j .+4`: 3 when not taken
        return bench.run({addi(a0, kRs1, 0), compressed(branch, kLi3), compressed(0xa011, kLi5)}, Row{.a = a}).x;
    };
    EXPECT_EQ(takes(kBeqz, 0), 5u);
    EXPECT_EQ(takes(kBeqz, 1ull << 40), 3u);
    EXPECT_EQ(takes(kBnez, 0), 3u);
    EXPECT_EQ(takes(kBnez, 1ull << 40), 5u);
    EXPECT_EQ(takes(kJ, 0), 5u);
}

TEST(CompressedTest, JumpsThroughARegisterAndLinks) {
    Bench bench;
    constexpr std::uint32_t kJr = 0x8e02, kJalr = 0x9e02;  // t3
    // Both jump over `li a0, 1`; c.jalr links the address right behind itself.
    EXPECT_EQ(bench.run({auipc(t3, 0), addi(t3, t3, 12), compressed(kJr, 0x4505)}).x, kUntouched);
    EXPECT_EQ(bench.run({auipc(t3, 0), addi(t3, t3, 12), compressed(kJalr, 0x4505), sub(kRd, ra, t3)}).x,
              static_cast<std::uint64_t>(-2));
}

}  // namespace
}  // namespace k210::isa
