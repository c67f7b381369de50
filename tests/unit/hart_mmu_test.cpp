// Code and data behind page tables: what runs, what faults and where, and that address spaces are told apart.
// [doc] RISC-V privileged spec 1.9.1, chapter 4
#include <cstring>
#include <string>
#include <tuple>

#include <gtest/gtest.h>

#include "support/rv_asm.hpp"
#include "support/supervisor_bench.hpp"

namespace k210 {
namespace {

using namespace rvasm;

constexpr std::uint64_t kV = 1, kR = 2, kW = 4, kX = 8, kU = 16, kA = 64, kD = 128, kAll = kR | kW | kX | kA | kD;
constexpr std::uint64_t kSv39 = 9ull << 24, kMprv = 1ull << 17, kPum = 1ull << 18;
// Of tables: the roots of two spaces, and what their first gigabyte needs.
constexpr std::uint32_t kRootA = 0x5000, kMiddleA = 0x6000, kLastA = 0x7000;
constexpr std::uint32_t kRootB = 0x8000, kMiddleB = 0x9000, kLastB = 0xa000;
constexpr std::uint32_t kPageA = 0xb000, kPageB = 0xc000, kDataA = 0xd000, kDataB = 0xe000;
// Where pages are in both spaces.
constexpr std::uint64_t kCodeAt = 0x1000, kDataAt = 0x3000, kNowhere = 0x7000;

struct HartMmuTest : testing::TestWithParam<std::tuple<bool, TimingModel>>, SupervisorBench {
    HartMmuTest() : SupervisorBench(std::get<0>(GetParam()), std::get<1>(GetParam())) {
        for (const auto& [root, middle, last] : {std::tuple{kRootA, kMiddleA, kLastA}, {kRootB, kMiddleB, kLastB}}) {
            set(root, 0, link(middle));
            set(middle, 0, link(last));
            set(root, 2, kRam / 4 | kV | kAll);  // RAM where it is, for the supervisor
        }
        set(kLastA, kCodeAt >> 12, leaf(kPageA, kAll));
        set(kLastB, kCodeAt >> 12, leaf(kPageB, kAll));
        set(kLastA, kDataAt >> 12, leaf(kDataA, kR | kW | kA | kD));
        set(kLastB, kDataAt >> 12, leaf(kDataB, kR | kW | kA | kD));
        root_page = (kRam + kRootA) >> 12;
        more_mstatus = kSv39;
    }
    void SetUp() override {
        if (!engine_has_modes()) GTEST_SKIP() << cpu_engine_version();
    }
    static std::uint64_t link(std::uint32_t table) { return std::uint64_t{kRam + table} / 4 | kV; }
    static std::uint64_t leaf(std::uint32_t page, std::uint64_t flags) { return link(page) | flags; }
    void set(std::uint32_t table, std::uint64_t index, std::uint64_t pte) {
        std::memcpy(&ram.bytes()[table + index * 8], &pte, 8);
    }
    void set_double_word(std::uint32_t offset, std::uint64_t value) { std::memcpy(&ram.bytes()[offset], &value, 8); }
};

INSTANTIATE_TEST_SUITE_P(SkippingAndTiming, HartMmuTest,
                         testing::Combine(testing::Bool(),
                                          testing::Values(TimingModel::instructions, TimingModel::approximate)));

// All of RAM, which is twice as large as the cache, line by line and again and again; at other addresses than its own.
TEST(HartMmuCacheTest, WhatIsReachedThroughTablesMissesTheCache) {
    if (!engine_has_modes()) GTEST_SKIP() << cpu_engine_version();
    const auto loads = [](TimingModel timing) {
        SupervisorBench bench(true, timing);
        for (const std::uint32_t gigabyte : {1u, 2u}) {
            const std::uint64_t pte = SupervisorBench::kRam / 4 | kV | kAll;
            std::memcpy(&bench.ram.bytes()[kRootA + gigabyte * 8], &pte, 8);
        }
        bench.root_page = (SupervisorBench::kRam + kRootA) >> 12;
        bench.more_mstatus = kSv39;
        bench.run_in(kSupervisor, {addi(a0, zero, 1024), lui(a3, 0x40000), ld(a4, 0, a3), addi(a3, a3, 64),
                                   addi(s2, s2, 1), addi(a0, a0, -1), bne(a0, zero, -16), j(-28)});
        bench.run(40'000'000);
        return static_cast<double>(bench.x("s2"));
    };
    const double seen = loads(TimingModel::thorough);
    EXPECT_NEAR(loads(TimingModel::approximate), seen, 0.3 * seen);
    EXPECT_GT(loads(TimingModel::instructions), 4 * seen);
}

TEST_P(HartMmuTest, LoadsAndStoresGoWhereTheTablesSay) {
    set_double_word(kDataA + 8, 0x1234'5678'9abc'def0);
    run_in(kSupervisor, {lui(t3, 3), ld(a0, 8, t3), addi(a0, a0, 1), sd(a0, 16, t3), j(0)});
    EXPECT_EQ(x("a0"), 0x1234'5678'9abc'def1u);
    EXPECT_EQ(double_word(kDataA + 16), 0x1234'5678'9abc'def1u);
}

TEST_P(HartMmuTest, ADebuggerFindsWhatCanBeReadOrRunAndNothingElse) {
    constexpr std::uint64_t kOnlyRun = 0x5000;
    set(kLastA, kOnlyRun >> 12, leaf(kDataB, kX | kA));
    run_in(kSupervisor, {j(0)});
    EXPECT_EQ(hart->physical(kDataAt + 8), kRam + kDataA + 8);
    EXPECT_EQ(hart->physical(kOnlyRun + 16), kRam + kDataB + 16);
    EXPECT_EQ(hart->physical(kNowhere), std::nullopt);
}

TEST_P(HartMmuTest, CodeRunsAtItsVirtualAddress) {
    put(kPageA, {auipc(a0, 0), addi(a3, zero, 5), j(0)});
    run_in(kSupervisor, {}, kCodeAt);
    EXPECT_EQ(x("a0"), kCodeAt);
    EXPECT_EQ(x("a3"), 5u);
}

TEST_P(HartMmuTest, WhatIsNotMappedFaultsAtItsInstruction) {
    delegated_exceptions = 1 << 1 | 1 << 5 | 1 << 7;
    run_in(kSupervisor, {lui(t3, 7), addi(a0, zero, 1), ld(a0, 24, t3), j(0)});
    EXPECT_EQ(x("scause"), 5u);
    EXPECT_EQ(x("sepc"), in_mode(2));
    EXPECT_EQ(x("stval"), kNowhere + 24);
    EXPECT_EQ(x("a0"), 1u);
    run_in(kSupervisor, {lui(t3, 7), sd(a0, 32, t3), j(0)});
    EXPECT_EQ(x("scause"), 7u);
    EXPECT_EQ(x("sepc"), in_mode(1));
    EXPECT_EQ(x("stval"), kNowhere + 32);
    run_in(kSupervisor, {lui(t3, 7), jalr(ra, t3, 4), j(0)});
    EXPECT_EQ(x("scause"), 1u);
    EXPECT_EQ(x("sepc"), kNowhere + 4);
    EXPECT_EQ(x("stval"), kNowhere + 4);
    EXPECT_EQ(x("ra"), in_mode(2));
}

// As malloc() of xv6 does: two stores of the same form, and what is between them moves their register on.
TEST_P(HartMmuTest, AFaultIsAtTheInstructionThatFaultedNotAtOneThatLooksLikeIt) {
    delegated_exceptions = 1 << 7;
    run_in(kSupervisor, {lui(t3, 3), lui(t4, 4), sw(a0, 8, t3), add(t3, t3, t4), sw(a0, 8, t3), j(0)});
    EXPECT_EQ(x("sepc"), in_mode(4));
    EXPECT_EQ(x("stval"), kNowhere + 8);
}

TEST_P(HartMmuTest, AFaultingInstructionRunsOnceItsPageIsThere) {
    delegated_exceptions = 1 << 5;
    set_double_word(kDataB, 77);
    const std::uint64_t entry = leaf(kDataB, kR | kA);
    set_double_word(0xf000, entry);
    // The handler maps the page and returns, without a fence.
    put_supervisor_handler({addi(a1, a1, 1), ld(t5, 0, t6), sd(t5, static_cast<int>(kNowhere >> 12) * 8, t4), sret});
    run_in(kSupervisor, {auipc(t4, 3), auipc(t6, 11), addi(t6, t6, -4), lui(t3, 7), ld(a0, 0, t3), j(0)});
    EXPECT_EQ(x("a1"), 1u);
    EXPECT_EQ(x("a0"), 77u);
}

TEST_P(HartMmuTest, AnInstructionAcrossPagesFaultsWhereItsSecondHalfIs) {
    delegated_exceptions = 1 << 1;
    put(kPageA + 0xff8, {addi(a0, zero, 1)});
    const std::uint16_t half = addi(a0, zero, 2) & 0xffff, nop16 = 1;
    std::memcpy(&ram.bytes()[kPageA + 0xffc], &nop16, 2);
    std::memcpy(&ram.bytes()[kPageA + 0xffe], &half, 2);
    run_in(kSupervisor, {}, kCodeAt + 0xff8);
    EXPECT_EQ(x("a0"), 1u);
    EXPECT_EQ(x("sepc"), kCodeAt + 0xffe);
    EXPECT_EQ(x("stval"), kCodeAt + 0x1000);
}

TEST_P(HartMmuTest, AnInstructionAcrossPagesIsMadeOfBoth) {
    const std::uint32_t insn = addi(a0, zero, 2);
    std::memcpy(&ram.bytes()[kPageA + 0xffe], &insn, 2);
    std::memcpy(&ram.bytes()[kPageB], reinterpret_cast<const char*>(&insn) + 2, 2);
    const std::uint32_t stay = j(0);
    std::memcpy(&ram.bytes()[kPageB + 2], &stay, 4);
    set(kLastA, (kCodeAt >> 12) + 1, leaf(kPageB, kAll));
    run_in(kSupervisor, {}, kCodeAt + 0xffe);
    EXPECT_EQ(x("a0"), 2u);
}

TEST_P(HartMmuTest, UserModeIsKeptToItsPages) {
    delegated_exceptions = 1 << 1 | 1 << 5;
    set(kLastA, kCodeAt >> 12, leaf(kPageA, kR | kX | kU | kA));
    put(kPageA, {lui(t3, 3), ld(a0, 0, t3), j(0)});
    run_in(kUser, {}, kCodeAt);
    EXPECT_EQ(x("scause"), 5u);
    EXPECT_EQ(x("sepc"), kCodeAt + 4);
    set(kLastA, kDataAt >> 12, leaf(kDataA, kR | kU | kA));
    set_double_word(kDataA, 7);
    run_in(kUser, {}, kCodeAt);
    EXPECT_EQ(x("a0"), 7u);
}

TEST_P(HartMmuTest, PumIsHeededAtOnce) {
    delegated_exceptions = 1 << 5;
    set(kLastA, kDataAt >> 12, leaf(kDataA, kR | kU | kA));
    set_double_word(kDataA, 7);
    run_in(kSupervisor, {lui(t3, 3), lui(t4, 0x40), ld(a0, 0, t3), csrs(sstatus, t4), ld(a3, 0, t3), j(0)});
    EXPECT_EQ(x("a0"), 7u);
    EXPECT_EQ(x("scause"), 5u);
    EXPECT_EQ(x("sepc"), in_mode(4));
    EXPECT_NE(x("mstatus") & kPum, 0u);
}

TEST_P(HartMmuTest, TheMachineIsNotTranslatedButForWhatMprvBorrows) {
    set_double_word(kDataA, 7);
    more_mstatus = kSv39;
    run_in(kMachine, {lui(t3, 3), ld(a0, 0, t3), j(0)});
    EXPECT_EQ(x("mcause"), 5u);
    const std::uint64_t borrows = kSv39 | kMprv | kSupervisor << 11;
    set_double_word(0xf000, borrows);
    run_in(kMachine, {auipc(t4, 11), ld(t4, 0, t4), csrw(mstatus, t4), lui(t3, 3), ld(a0, 0, t3), j(0)});
    EXPECT_EQ(x("a0"), 7u);
}

TEST_P(HartMmuTest, StoresSetDAndLoadsOnlyA) {
    set(kLastA, kDataAt >> 12, leaf(kDataA, kR | kW));
    run_in(kSupervisor, {lui(t3, 3), ld(a0, 0, t3), j(0)});
    EXPECT_EQ(double_word(kLastA + (kDataAt >> 12) * 8), leaf(kDataA, kR | kW | kA));
    run_in(kSupervisor, {lui(t3, 3), ld(a0, 0, t3), sd(a0, 0, t3), j(0)});
    EXPECT_EQ(double_word(kLastA + (kDataAt >> 12) * 8), leaf(kDataA, kR | kW | kA | kD));
}

// --- address spaces ------------------------------------------------------------------------------------------------

// The supervisor calls the same virtual address in one space and the other, again and again. The code there waits in
// loops of different lengths, and looks at data at one address.
TEST_P(HartMmuTest, SpacesThatShareAddressesRunTheirOwnCodeOnTheirOwnData) {
    set_double_word(kDataA, 100);
    set_double_word(kDataB, 5);
    for (const std::uint32_t page : {kPageA, kPageB}) {
        const int step = page == kPageA ? 3 : 1;
        put(page, {lui(t3, 3), ld(t4, 0, t3), addi(t5, zero, 0), addi(t5, t5, step), bltu(t5, t4, -4), add(a0, a0, t5),
                   jalr(zero, ra, 0)});
    }
    set_double_word(0xf000, (kRam + kRootA) >> 12);
    set_double_word(0xf008, (kRam + kRootB) >> 12);
    run_in(kSupervisor, {auipc(s2, 11), lui(s3, 1), addi(s4, zero, 20),               //
                         ld(t0, 0, s2), csrw(sptbr, t0), jalr(ra, s3, 0),             // A: 102
                         ld(t0, 8, s2), csrw(sptbr, t0), sfence_vm, jalr(ra, s3, 0),  // B: 5
                         addi(s4, s4, -1), bne(s4, zero, -32), addi(a3, zero, 1), j(0)});
    run(20'000);
    EXPECT_EQ(x("a3"), 1u);
    EXPECT_EQ(x("a0"), 20u * (102 + 5));
    EXPECT_EQ(x("mcause"), 0u);
}

TEST_P(HartMmuTest, APageThatIsMappedTwiceIsOnePage) {
    set(kLastA, 5, leaf(kPageA, kAll));
    put(kPageA, {auipc(t4, 0), add(a0, a0, t4), jalr(zero, ra, 0)});
    run_in(kSupervisor, {lui(s3, 1), lui(s4, 5), jalr(ra, s3, 0), jalr(ra, s4, 0), jalr(ra, s3, 0), j(0)});
    EXPECT_EQ(x("a0"), 2 * kCodeAt + 0x5000);
}

TEST_P(HartMmuTest, CodeThatIsRewrittenThroughOneMappingIsNewInTheOther) {
    set(kLastA, 5, leaf(kPageA, kR | kW | kA | kD));
    put(kPageA, {addi(a0, a0, 1), jalr(zero, ra, 0)});
    set_double_word(0xf000, addi(a0, a0, 100));
    run_in(kSupervisor, {auipc(s2, 11), lui(s3, 1), lui(s4, 5), jalr(ra, s3, 0), lw(t4, 0, s2), sw(t4, 0, s4), fence_i,
                         jalr(ra, s3, 0), j(0)});
    EXPECT_EQ(x("a0"), 101u);
}

TEST_P(HartMmuTest, APageThatIsRemappedRunsWhatIsThereNow) {
    put(kPageA, {addi(a0, a0, 1), jalr(zero, ra, 0)});
    put(kPageB, {addi(a0, a0, 100), jalr(zero, ra, 0)});
    set_double_word(0xf000, leaf(kPageB, kAll));
    run_in(kSupervisor, {auipc(s2, 11), lui(s3, 1), auipc(s4, 3), jalr(ra, s3, 0), ld(t4, 0, s2), sd(t4, 0, s4),
                         sfence_vm, jalr(ra, s3, 0), j(0)});
    EXPECT_EQ(x("a0"), 101u);
}

TEST_P(HartMmuTest, AHartSavedThereGoesOnThere) {
    put(kPageA, {addi(a0, a0, 1), sd(a0, 0, a3), j(-8)});
    run_in(kSupervisor, {lui(a3, 3), lui(s3, 1), jalr(ra, s3, 0)});
    Snapshot snapshot;
    StateSaver saver(snapshot);
    hart->visit_state(saver);
    const std::uint64_t before = x("a0");
    hart = make(0, std::get<1>(GetParam()), nullptr, std::get<0>(GetParam()));
    hart->reset(kRam);
    StateLoader loader(snapshot);
    hart->visit_state(loader);
    run(3000);
    EXPECT_GT(x("a0"), before + 500);
    EXPECT_EQ(x("a0") - double_word(kDataA), 0u) << x("a0");
    EXPECT_EQ(x("scause"), 0u);
}

TEST_P(HartMmuTest, TranslatedCodeCountsAsMuch) {
    const std::vector<std::uint32_t> loop = {addi(t3, zero, 100), addi(t3, t3, -1), bne(t3, zero, -4),
                                             csrr(a0, minstret), j(0)};
    for (std::size_t i = 0; i < loop.size(); ++i) put(kPageA + 4 * static_cast<std::uint32_t>(i), {loop[i]});
    counters = {mscounteren, 4};
    put(kPageA + 12, {csrr(a0, instret)});
    run_in(kSupervisor, {}, kCodeAt);
    const std::uint64_t translated = x("a0"), begin = hart->instructions();
    more_mstatus = 0;
    run_in(kMachine, loop);
    EXPECT_GE(begin, translated);
    EXPECT_EQ(x("a0") - begin, translated);
}

}  // namespace
}  // namespace k210
