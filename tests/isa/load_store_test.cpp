// Loads, stores and atomics: every width, its sign, and what it leaves alone.
#include <limits>

#include "isa/engine_faults.hpp"
#include "isa/isa_bench.hpp"

namespace k210::isa {
namespace {

using isa::PrintTo;
using namespace rvasm;

constexpr unsigned kLoad = 0x03, kFloatLoad = 0x07;

struct LoadOperation {
    const char* name;
    unsigned opcode, f3, bytes;
    bool sign;
};

struct LoadTest : testing::TestWithParam<LoadOperation> {};
INSTANTIATE_TEST_SUITE_P(Memory, LoadTest,
                         testing::Values(LoadOperation{"lb", kLoad, 0, 1, true}, LoadOperation{"lh", kLoad, 1, 2, true},
                                         LoadOperation{"lw", kLoad, 2, 4, true}, LoadOperation{"ld", kLoad, 3, 8, true},
                                         LoadOperation{"lbu", kLoad, 4, 1, false},
                                         LoadOperation{"lhu", kLoad, 5, 2, false},
                                         LoadOperation{"lwu", kLoad, 6, 4, false},
                                         LoadOperation{"flw", kFloatLoad, 2, 4, false},
                                         LoadOperation{"fld", kFloatLoad, 3, 8, false}),
                         kByName);

TEST_P(LoadTest, ReadsItsWidthLowestByteFirstAndExtendsIt) {
    const LoadOperation& load = GetParam();
    Bench bench;
    for (std::size_t i = 0; i < 64; ++i) bench.scratch()[i] = static_cast<std::uint8_t>(0x71 + 37 * i);
    for (unsigned offset = 0; offset < 64; offset += load.bytes) {
        std::uint64_t expected = 0;
        std::memcpy(&expected, &bench.scratch()[offset], load.bytes);
        const unsigned unused = 64 - 8 * load.bytes;
        if (load.sign) expected = static_cast<std::uint64_t>(static_cast<std::int64_t>(expected << unused) >> unused);
        if (load.opcode == kFloatLoad && load.bytes == 4) expected |= 0xffff'ffff'0000'0000;  // a boxed single
        const Row row = bench.run({i_type(load.opcode, load.f3, kRd, a4, static_cast<int>(offset))});
        EXPECT_EQ(load.opcode == kFloatLoad ? row.f : row.x, expected) << offset;
        EXPECT_EQ(load.opcode == kFloatLoad ? row.x : row.f, kUntouched);
    }
}

TEST_P(LoadTest, TakesOffsetsOfEitherSign) {
    const LoadOperation& load = GetParam();
    Bench bench;
    bench.scratch()[0x100] = 0x15;
    const auto read = [&](Code code) {
        const Row row = bench.run(code);
        return (load.opcode == kFloatLoad ? row.f : row.x) & 0xff;
    };
    EXPECT_EQ(read({addi(t3, a4, 0x400), i_type(load.opcode, load.f3, kRd, t3, -0x300)}), 0x15u);
    EXPECT_EQ(read({addi(t3, a4, -0x600), i_type(load.opcode, load.f3, kRd, t3, 0x700)}), 0x15u);
}

struct StoreOperation {
    const char* name;
    std::uint32_t insn;  // of kRs1, 16 behind the scratch memory's beginning
    unsigned bytes;
};

struct StoreTest : testing::TestWithParam<StoreOperation> {};
constexpr std::uint32_t kToFloat = 4;  // makes a store one of a floating-point register
INSTANTIATE_TEST_SUITE_P(Memory, StoreTest,
                         testing::Values(StoreOperation{"sb", s_type(0, kRs1, a4, 16), 1},
                                         StoreOperation{"sh", s_type(1, kRs1, a4, 16), 2},
                                         StoreOperation{"sw", s_type(2, kRs1, a4, 16), 4},
                                         StoreOperation{"sd", s_type(3, kRs1, a4, 16), 8},
                                         StoreOperation{"fsw", s_type(2, kRs1, a4, 16) | kToFloat, 4},
                                         StoreOperation{"fsd", s_type(3, kRs1, a4, 16) | kToFloat, 8}),
                         kByName);

TEST_P(StoreTest, WritesItsWidthAndNothingBeside) {
    Bench bench;
    std::ranges::fill(bench.scratch(), 0xee);
    bench.run({GetParam().insn}, Row{.a = 0x8877'6655'4433'2211});
    for (unsigned i = 0; i < 48; ++i) {
        const bool written = i >= 16 && i < 16 + GetParam().bytes;
        EXPECT_EQ(bench.scratch()[i], written ? 0x11 * (i - 15) : 0xee) << i;
    }
}

// --- atomics -----------------------------------------------------------------------------------------------------

template <class T>
std::uint64_t as_signed_max(std::uint64_t a, std::uint64_t b) {
    return static_cast<std::uint64_t>(std::max(static_cast<T>(a), static_cast<T>(b)));
}
template <class T>
std::uint64_t as_signed_min(std::uint64_t a, std::uint64_t b) {
    return static_cast<std::uint64_t>(std::min(static_cast<T>(a), static_cast<T>(b)));
}

struct Atomic {
    const char* name;
    unsigned f5;
    std::uint64_t (*word)(std::uint64_t memory, std::uint64_t operand);  // the low half of what memory then holds
    std::uint64_t (*twin)(std::uint64_t memory, std::uint64_t operand);
    bool compares = false;
};

constexpr auto kSwap = [](std::uint64_t, std::uint64_t b) { return b; };
constexpr auto kAdd = [](std::uint64_t a, std::uint64_t b) { return a + b; };
constexpr auto kXor = [](std::uint64_t a, std::uint64_t b) { return a ^ b; };
constexpr auto kOr = [](std::uint64_t a, std::uint64_t b) { return a | b; };
constexpr auto kAnd = [](std::uint64_t a, std::uint64_t b) { return a & b; };

constexpr Atomic kAtomics[] = {
    {"amoadd", 0x00, kAdd, kAdd},
    {"amoswap", 0x01, kSwap, kSwap},
    {"amoxor", 0x04, kXor, kXor},
    {"amoor", 0x08, kOr, kOr},
    {"amoand", 0x0c, kAnd, kAnd},
    {"amomin", 0x10, as_signed_min<std::int32_t>, as_signed_min<std::int64_t>, true},
    {"amomax", 0x14, as_signed_max<std::int32_t>, as_signed_max<std::int64_t>, true},
    {"amominu", 0x18, as_signed_min<std::uint32_t>, as_signed_min<std::uint64_t>, true},
    {"amomaxu", 0x1c, as_signed_max<std::uint32_t>, as_signed_max<std::uint64_t>, true},
};

constexpr std::uint64_t kOperands[] = {0,
                                       1,
                                       0x7fff'ffff,
                                       0x8000'0000,
                                       0xffff'ffff,
                                       1ull << 32,
                                       ~0ull,
                                       0x8000'0000'0000'0000,
                                       ~0ull >> 1,
                                       0x1234'5678'9abc'def0,
                                       0xffff'ffff'7fff'ffff};

struct AtomicTest : testing::TestWithParam<Atomic> {
    // Memory holds `a`; the result in kRd, what memory then holds in the floating-point kRd.
    static std::vector<Row> run(unsigned f3) {
        std::vector<Row> rows;
        for (const std::uint64_t a : kOperands)
            for (const std::uint64_t b : kOperands) rows.push_back({.a = a, .b = b});
        Bench bench;
        bench.run({sd(kRs1, 0, a4), r_type(0x2f, GetParam().f5 << 2, f3, kRd, a4, kRs2), fld(kRd, 0, a4)}, rows);
        return rows;
    }
};
INSTANTIATE_TEST_SUITE_P(Memory, AtomicTest, testing::ValuesIn(kAtomics), kByName);

TEST_P(AtomicTest, OfAWordReadsSignExtendedAndChangesNothingBeside) {
    if (GetParam().compares && engine_fault::compares_words_wrongly())
        GTEST_SKIP() << "a fault of " << cpu_engine_version() << ": see docs/fidelity.md";
    constexpr std::uint64_t kLow = 0xffff'ffff;
    for (const Row& row : run(2)) {
        EXPECT_EQ(row.x, static_cast<std::uint64_t>(std::int64_t{static_cast<std::int32_t>(row.a)}));
        EXPECT_EQ(row.f, (GetParam().word(row.a, row.b) & kLow) | (row.a & ~kLow)) << std::hex << row.a << " " << row.b;
    }
}

TEST_P(AtomicTest, OfADoubleWordReadsAndChangesAllOfIt) {
    for (const Row& row : run(3)) {
        EXPECT_EQ(row.x, row.a);
        EXPECT_EQ(row.f, GetParam().twin(row.a, row.b)) << std::hex << row.a << " " << row.b;
    }
}

struct ReservationTest : testing::TestWithParam<unsigned> {  // funct3
    static std::uint32_t lr(unsigned rd) { return r_type(0x2f, 0x02 << 2, GetParam(), rd, a4, 0); }
    static std::uint32_t sc(unsigned rd, unsigned rs2) { return r_type(0x2f, 0x03 << 2, GetParam(), rd, a4, rs2); }
    const std::uint64_t mask = GetParam() == 2 ? 0xffff'ffff : ~0ull;
};
INSTANTIATE_TEST_SUITE_P(Memory, ReservationTest, testing::Values(2u, 3u),
                         [](const auto& width) { return std::string(width.param == 2 ? "word" : "double_word"); });

TEST_P(ReservationTest, StoresWhereNothingHasHappenedAndSaysSoWithZero) {
    Bench bench;
    const Row row = bench.run({sd(kRs1, 0, a4), lr(t3), sc(kRd, kRs2), fld(kRd, 0, a4)}, {.a = ~5ull, .b = 7});
    EXPECT_EQ(row.x, 0u);
    EXPECT_EQ(row.f, (~5ull & ~mask) | 7);
}

TEST_P(ReservationTest, LoadsSignExtended) {
    Bench bench;
    const std::uint64_t value = 0x1234'5678'9abc'def0;
    EXPECT_EQ(bench.run({sd(kRs1, 0, a4), lr(kRd)}, {.a = value}).x, GetParam() == 2 ? 0xffff'ffff'9abc'def0 : value);
}

TEST_P(ReservationTest, StoresNothingWhereMemoryHasChangedAndSaysSo) {
    Bench bench;
    const Row row =
        bench.run({sd(kRs1, 0, a4), lr(t3), sd(zero, 0, a4), sc(kRd, kRs2), fld(kRd, 0, a4)}, {.a = 5, .b = 7});
    EXPECT_NE(row.x, 0u);
    EXPECT_EQ(row.f, 0u);
}

TEST_P(ReservationTest, StoresNothingASecondTime) {
    Bench bench;
    const Row row =
        bench.run({sd(kRs1, 0, a4), lr(t3), sc(t3, kRs2), sc(kRd, kRs3), fld(kRd, 0, a4)}, {.a = 5, .b = 7, .c = 9});
    EXPECT_NE(row.x, 0u);
    EXPECT_EQ(row.f, 7u);
}

}  // namespace
}  // namespace k210::isa
