// Where a hart's code may lie: across two memories, at the end of one, at address 0, at the top of the address space.
#include <array>
#include <vector>

#include <gtest/gtest.h>

#include "support/hart_bench.hpp"
#include "support/rv_asm.hpp"

namespace k210 {
namespace {

using namespace rvasm;

constexpr std::uint32_t kMemoryBytes = 0x10000, kSeam = 0x1'0000;  // the latter an offset from a base
constexpr std::uint32_t kCached = 0x8000'0000, kUncached = 0x4000'0000, kTop = 0xffff'f000, kDevice = 0x5000'0000;
constexpr std::uint32_t kHandler = kCached + 0x1000;
constexpr std::uint16_t kCompressedNop = 0x0001, kCompressedEbreak = 0x9002;

struct DeafTarget final : BusTarget {
    std::uint32_t read(std::uint32_t, unsigned) override { return 0; }
    void write(std::uint32_t, unsigned, std::uint32_t) override {}
};

// Two memories side by side, cached and not, and one whose last byte is the last of all.
struct FetchBench {
    DeviceBench bench;
    Memory first{"first", 0x1000}, low{"low", kMemoryBytes}, high{"high", kMemoryBytes}, top{"top", 0x1000};
    DeafTarget device;
    Bus bus{bench.log};
    CodeEpoch epoch;
    std::unique_ptr<Hart> hart;

    explicit FetchBench(TimingModel timing) {
        bus.map(first, 0, Bus::MemoryKind::rom);
        bus.map(low, kUncached, Bus::MemoryKind::uncached_ram);
        bus.map(high, kUncached + kSeam, Bus::MemoryKind::uncached_ram);
        bus.map("device", device, kDevice, 0x1000);
        bus.map(low, kCached);
        bus.map(high, kCached + kSeam);
        bus.map(top, kTop);
        for (Memory* memory : {&first, &low, &high, &top}) memory->on_code_changed([this] { epoch.advance(); });
        hart = make_hart({0, bus, bench.clock, epoch, bench.log, timing, nullptr, true});
        // a5 counts the traps.
        put(kHandler, {addi(a5, a5, 1), csrr(s2, mcause), csrr(s3, mepc), csrr(s4, mtval), wfi});
    }
    void put_halfword(std::uint32_t address, std::uint16_t halfword) {
        bus.write(address, 1, halfword & 0xff);
        bus.write(address + 1, 1, halfword >> 8);
    }
    void put(std::uint32_t address, std::initializer_list<std::uint32_t> code) {
        for (const std::uint32_t insn : code) {
            put_halfword(address, insn & 0xffff);
            put_halfword(address + 2, static_cast<std::uint16_t>(insn >> 16));
            address += 4;
        }
    }
    // Runs from there, after kPrologue instructions, with kHandler in mtvec.
    static constexpr unsigned kPrologue = 5;
    void run_at(std::uint64_t pc, std::uint64_t cycles = 1000) {
        put(kCached, {auipc(t0, 1), csrw(mtvec, t0), auipc(t1, 0), ld(t1, 24, t1), jalr(zero, t1, 0)});
        put(kCached + 32, {static_cast<std::uint32_t>(pc), static_cast<std::uint32_t>(pc >> 32)});
        hart->reset(kCached);
        EventQueue::Executing scope(bench.events, *hart);
        hart->run(bench.clock.time_of(bench.clock.cycle_at(hart->local_now()) + cycles));
    }
    std::uint64_t x(const char* name) { return saved(*hart, name); }
    std::array<std::uint64_t, 3> trap() { return {x("s2"), x("s3"), x("s4")}; }
};

using Trap = std::array<std::uint64_t, 3>;

struct HartFetchTest : testing::TestWithParam<std::tuple<TimingModel, std::uint32_t>>, FetchBench {
    const std::uint64_t base = std::get<1>(GetParam()), seam = base + kSeam;

    HartFetchTest() : FetchBench(std::get<0>(GetParam())) {}
    // One instruction across the seam, with `before` in front of it and a WFI behind.
    void put_across(std::uint32_t insn, std::initializer_list<std::uint32_t> before = {}) {
        const auto at = static_cast<std::uint32_t>(seam - 2);
        put(at - 4 * static_cast<std::uint32_t>(before.size()), before);
        put(at, {insn, wfi});
    }
};

INSTANTIATE_TEST_SUITE_P(CachedAndNot, HartFetchTest,
                         testing::Combine(testing::Values(TimingModel::approximate, TimingModel::instructions),
                                          testing::Values(kCached, kUncached)));

TEST_P(HartFetchTest, ArithmeticAcrossTwoMemoriesRuns) {
    put_across(addi(a0, zero, 77), {addi(a1, zero, 5)});
    run_at(seam - 6);
    EXPECT_EQ(x("a0"), 77u);
    EXPECT_EQ(x("a1"), 5u);
    EXPECT_TRUE(hart->in_wfi());
    EXPECT_EQ(hart->instructions(), kPrologue + 3);
}

TEST_P(HartFetchTest, AJumpAcrossTwoMemoriesIsTaken) {
    put_across(j(-32));
    put(static_cast<std::uint32_t>(seam - 34), {addi(a0, zero, 3), wfi});
    run_at(seam - 2);
    EXPECT_EQ(x("a0"), 3u);
    EXPECT_TRUE(hart->in_wfi());
}

TEST_P(HartFetchTest, ALoopAcrossTwoMemoriesTakesTime) {
    put_across(bne(a0, zero, -4), {addi(a0, zero, 400), addi(a0, a0, -1)});
    run_at(seam - 10, 10'000);
    EXPECT_EQ(x("a0"), 0u);
    EXPECT_TRUE(hart->in_wfi());
    EXPECT_EQ(hart->instructions(), kPrologue + 1 + 2 * 400 + 1);
}

TEST_P(HartFetchTest, AnEndlessLoopAcrossTwoMemoriesEndsWithItsSlice) {
    put_across(j(0));
    run_at(seam - 2, 5000);
    EXPECT_GE(bench.clock.cycle_at(hart->local_now()), 5000u);
}

TEST_P(HartFetchTest, AnIllegalInstructionAcrossTwoMemoriesTraps) {
    put_across(0xffff'ffff, {nop});
    run_at(seam - 6);
    EXPECT_EQ(trap(), (Trap{2, seam - 2, 0}));
}

TEST_P(HartFetchTest, EcallAndEbreakAcrossTwoMemoriesTrap) {
    put_across(ecall, {nop});
    run_at(seam - 6);
    EXPECT_EQ(trap(), (Trap{11, seam - 2, 0}));
    put_across(ebreak, {nop});
    run_at(seam - 6);
    EXPECT_EQ(trap(), (Trap{3, seam - 2, seam - 2}));
}

TEST_P(HartFetchTest, ACsrReadAcrossTwoMemoriesIsAnswered) {
    put_across(csrr(a0, minstret));
    run_at(seam - 2);
    EXPECT_EQ(x("a0"), kPrologue + 1);
}

TEST_P(HartFetchTest, WfiAcrossTwoMemoriesWaits) {
    put_across(wfi, {nop});
    run_at(seam - 6);
    EXPECT_TRUE(hart->in_wfi());
    EXPECT_EQ(x("pc"), seam + 2);
}

TEST_P(HartFetchTest, MretAcrossTwoMemoriesReturns) {
    put_across(mret,
               {auipc(t2, 0), addi(t2, t2, -64), csrw(mepc, t2), lui(t2, 2), addi(t2, t2, -0x800), csrw(mstatus, t2)});
    put(static_cast<std::uint32_t>(seam - 26 - 64), {addi(a0, zero, 9), wfi});
    run_at(seam - 26);
    EXPECT_EQ(x("a0"), 9u);
    EXPECT_EQ(x("a5"), 0u);
}

TEST_P(HartFetchTest, LoadsAndStoresAcrossTwoMemoriesReachBoth) {
    hart = make_hart({0, bus, bench.clock, epoch, bench.log, std::get<0>(GetParam()), nullptr, true, Strictness::off});
    const auto code = static_cast<std::uint32_t>(base + 0x200);
    // a1 = seam, a2 = 0x1234'0000'0456
    put(code, {auipc(a1, kSeam >> 12), addi(a1, a1, -0x200), lui(a2, 0x1234), slli(a2, a2, 20), addi(a2, a2, 0x456),
               sd(a2, -3, a1), ld(a0, -3, a1), lw(a3, -2, a1), sw(a2, 6, a1), wfi});
    run_at(code);
    const auto at = static_cast<std::uint32_t>(seam);
    EXPECT_EQ(x("a5"), 0u);
    EXPECT_EQ(x("a0"), 0x12'3400'0004'56u);
    EXPECT_EQ(x("a3"), 0x3400'0004u);
    EXPECT_EQ(bus.read(at - 3, 1), 0x56u);
    EXPECT_EQ(bus.read(at - 2, 2), 4u);
    EXPECT_EQ(bus.read(at, 4), 0x0012'3400u);
}

TEST_P(HartFetchTest, CodeAcrossTwoMemoriesThatDmaChangesInEitherOneRunsAsChanged) {
    const auto at = static_cast<std::uint32_t>(seam - 2);
    for (const std::uint32_t changed : {at, at + 2}) {
        put_across(addi(a0, zero, 1));
        run_at(seam - 2);
        ASSERT_EQ(x("a0"), 1u);
        put(at, {changed == at ? addi(a1, zero, 1) : addi(a0, zero, 2)});
        bus.wrote(changed, 2);
        run_at(seam - 2);
        EXPECT_EQ(x("a0"), changed == at ? 0u : 2u);
    }
}

TEST_P(HartFetchTest, ABreakpointInTheLastHalfwordOfMemoryTraps) {
    const std::uint64_t last = seam + kMemoryBytes - 2;
    put_halfword(static_cast<std::uint32_t>(last), kCompressedEbreak);
    run_at(last);
    EXPECT_EQ(trap(), (Trap{3, last, last}));
}

TEST_P(HartFetchTest, RunningOffTheEndOfMemoryIsAFetchFault) {
    const std::uint64_t end = seam + kMemoryBytes;
    put_halfword(static_cast<std::uint32_t>(end - 2), kCompressedNop);
    run_at(end - 2);
    EXPECT_EQ(trap(), (Trap{1, end, end}));
}

TEST_P(HartFetchTest, HalfAnInstructionAtTheEndOfMemoryFaultsAtItsOtherHalf) {
    const std::uint64_t end = seam + kMemoryBytes;
    put(static_cast<std::uint32_t>(end - 6), {addi(a0, zero, 6)});
    put_halfword(static_cast<std::uint32_t>(end - 2), addi(a0, zero, 7) & 0xffff);
    run_at(end - 6);
    EXPECT_EQ(trap(), (Trap{1, end - 2, end}));
    EXPECT_EQ(x("a0"), 6u);
    EXPECT_EQ(hart->instructions(), kPrologue + 1 + 5);
}

struct HartPcTest : testing::TestWithParam<TimingModel>, FetchBench {
    HartPcTest() : FetchBench(GetParam()) {}
};

INSTANTIATE_TEST_SUITE_P(Timing, HartPcTest, testing::Values(TimingModel::approximate, TimingModel::instructions));

TEST_P(HartPcTest, AJumpToZeroTrapsThere) {
    run_at(0);
    EXPECT_EQ(trap(), (Trap{2, 0, 0}));
    EXPECT_EQ(x("a5"), 1u);
}

// Neither what it begins with nor what is at the vector's 0 is code.
TEST_P(HartPcTest, WhatIsIllegalFromTheStartOnCountsNoInstruction) {
    hart->reset(kCached);
    EventQueue::Executing scope(bench.events, *hart);
    hart->run(bench.clock.time_of(1000));
    ASSERT_TRUE(hart->fault());
    EXPECT_TRUE(hart->fault()->handler_unreachable);
    EXPECT_EQ(hart->instructions(), 0u);
    EXPECT_LT(bench.clock.cycle_at(hart->local_now()), 2000u);
}

TEST_P(HartPcTest, AnExceptionWithoutAHandlerIsLostAtOnce) {
    put(kCached, {ecall});
    hart->reset(kCached);
    EventQueue::Executing scope(bench.events, *hart);
    hart->run(bench.clock.time_of(1000));
    ASSERT_TRUE(hart->fault());
    EXPECT_TRUE(hart->fault()->handler_unreachable);
    EXPECT_EQ(hart->fault()->pc, 0u);
}

TEST_P(HartPcTest, CodeAtZeroRunsAfterAJumpThereAndAgain) {
    const std::array<std::uint32_t, 2> code{addi(a0, a0, 1), jalr(zero, ra, 0)};
    std::memcpy(first.bytes().data(), code.data(), sizeof code);
    put(kCached + 0x400, {jalr(ra, zero, 0), jalr(ra, zero, 0), wfi});
    run_at(kCached + 0x400);
    EXPECT_EQ(x("a0"), 2u);
    EXPECT_TRUE(hart->in_wfi());
}

TEST_P(HartPcTest, TheLastInstructionOfTheAddressSpaceRuns) {
    put(0xffff'fff8, {addi(a0, zero, 4), wfi});
    run_at(0xffff'fff8);
    EXPECT_EQ(x("a0"), 4u);
    EXPECT_TRUE(hart->in_wfi());
}

TEST_P(HartPcTest, RunningOffTheTopOfTheAddressSpaceIsAFetchFault) {
    put(0xffff'fffc, {addi(a0, zero, 4)});
    run_at(0xffff'fffc);
    EXPECT_EQ(trap(), (Trap{1, 1ull << 32, 1ull << 32}));
    EXPECT_EQ(x("a0"), 4u);
}

TEST_P(HartPcTest, HalfAnInstructionAtTheTopOfTheAddressSpaceIsAFetchFault) {
    put_halfword(0xffff'fffe, 0x0013);
    run_at(0xffff'fffe);
    EXPECT_EQ(trap(), (Trap{1, 0xffff'fffe, 1ull << 32}));
}

TEST_P(HartPcTest, TheLastHalfwordOfAllAddressesIsNoPlaceForCode) {
    run_at(~1ull);
    EXPECT_EQ(trap(), (Trap{1, ~1ull, ~1ull}));
}

TEST_P(HartPcTest, ADeviceIsNoPlaceForCode) {
    run_at(kDevice);
    EXPECT_EQ(trap(), (Trap{1, kDevice, kDevice}));
}

// Data of a page that is not cached are reached another way than its code.
TEST_P(HartPcTest, CodeRunsInAnUncachedPageOfWhichDataHaveBeenUsed) {
    const std::uint32_t page = kUncached + 0x2000;
    put(page, {addi(a0, a0, 1), jalr(zero, ra, 0)});
    put(kCached + 0x400, {lui(a1, page >> 12), lw(a2, 0, a1), jalr(ra, a1, 0), sw(a2, 64, a1), jalr(ra, a1, 0), wfi});
    run_at(kCached + 0x400);
    EXPECT_EQ(x("a0"), 2u);
    EXPECT_EQ(x("a5"), 0u);
    EXPECT_TRUE(hart->in_wfi());
}

TEST_P(HartPcTest, CodeInAnUncachedPageUsesDataOfItsOwn) {
    const std::uint32_t page = kUncached + 0x2000;
    put(page, {lui(a1, page >> 12), lw(a2, 64, a1), j(8), ebreak, sw(a2, 68, a1), lw(a3, 68, a1), j(8), ebreak, wfi});
    put(page + 64, {1234});
    run_at(page);
    EXPECT_EQ(x("a3"), 1234u);
    EXPECT_EQ(x("a5"), 0u);
    EXPECT_TRUE(hart->in_wfi());
}

// What is cut into parts is translated ahead of its time.
TEST_P(HartPcTest, MisalignedLoadsTrapInAnUncachedPageOfWhichDataHaveBeenUsed) {
    const std::uint32_t page = kUncached + 0x2000;
    put(page, {lui(a1, page >> 12), lw(a2, 64, a1), j(8), ebreak, addi(a0, a0, 1), lw(a2, 65, a1)});
    run_at(page);
    EXPECT_EQ(trap(), (Trap{4, page + 20, page + 65}));
    EXPECT_EQ(x("a0"), 1u);
    EXPECT_EQ(x("a5"), 1u);
}

// The engine takes an illegal halfword at its beginning for a block of no bytes.
TEST_P(HartPcTest, AnIllegalHalfwordTrapsAndRunsOnceItIsReplaced) {
    put(kCached + 0x400, {0, wfi});
    run_at(kCached + 0x400);
    EXPECT_EQ(trap(), (Trap{2, kCached + 0x400, 0}));
    put(kCached + 0x400, {addi(a0, zero, 8)});
    bus.wrote(kCached + 0x400, 4);
    run_at(kCached + 0x400);
    EXPECT_EQ(x("a0"), 8u);
    EXPECT_EQ(x("a5"), 0u);
}

// Nothing else of the second page has ever been run.
TEST_P(HartPcTest, AWriteToTheSecondPageOfAnInstructionIsSeen) {
    put(kCached + 0x400, {addi(a0, zero, 1), wfi});
    put(kCached + 0x500, {addi(a0, zero, 2), wfi});
    put(kCached + 0xffe, {j(0x400 - 0xffe)});
    run_at(kCached + 0xffe);
    EXPECT_EQ(x("a0"), 1u);
    put_halfword(kCached + 0x1000, static_cast<std::uint16_t>(j(0x500 - 0xffe) >> 16));
    bus.wrote(kCached + 0x1000, 2);
    run_at(kCached + 0xffe);
    EXPECT_EQ(x("a0"), 2u);
}

TEST_P(HartPcTest, AnIllegalHalfwordBehindOthersTrapsAndRunsOnceItIsReplaced) {
    put_halfword(kCached + 0x400, kCompressedNop);
    put_halfword(kCached + 0x402, 0);
    put(kCached + 0x404, {wfi});
    run_at(kCached + 0x400);
    EXPECT_EQ(trap(), (Trap{2, kCached + 0x402, 0}));
    put_halfword(kCached + 0x402, kCompressedNop);
    bus.wrote(kCached + 0x402, 2);
    run_at(kCached + 0x400);
    EXPECT_EQ(x("a5"), 0u);
    EXPECT_TRUE(hart->in_wfi());
}

}  // namespace
}  // namespace k210
