// A hart on a bare bus: RAM at 0x8000'0000 with its alias at 0x4000'0000, one recording device, no machine.
#include "k210/cpu/hart.hpp"

#include <cstring>

#include <gtest/gtest.h>

#include "support/hart_bench.hpp"
#include "support/rv_asm.hpp"

namespace k210 {
namespace {

using namespace rvasm;

constexpr std::uint32_t kDevice = 0x5000'0000;
constexpr std::uint32_t kHandler = 0x1000, kData = 0x2000;  // offsets in RAM

struct RecordingTarget : BusTarget {
    std::vector<std::string> accesses;
    std::uint32_t read(std::uint32_t offset, unsigned size) override {
        accesses.push_back(fmt::format("r{}+{:#x}", size, offset));
        return 0x11223344;
    }
    void write(std::uint32_t offset, unsigned size, std::uint32_t value) override {
        accesses.push_back(fmt::format("w{}+{:#x}={:#x}", size, offset, value));
    }
};

struct HartTest : testing::Test, HartBench {
    RecordingTarget device;
    std::unique_ptr<Hart> hart, hart1;

    HartTest() {
        bus.map("device", device, kDevice, 0x1000);
        hart = make(0);
        hart1 = make(1);
        hart->reset(kRam);
        hart1->reset(kRam);
    }
    std::uint64_t data(unsigned index) { return double_word(kData + index * 8); }
    // s0 = data area, mtvec = handler; takes four instructions.
    void put_prologue() { put(0, {auipc(s0, 2), auipc(t0, 1), addi(t0, t0, -4), csrw(mtvec, t0)}); }
    // Stores mcause, mepc and mtval to data 0, 1 and 2, and stays there.
    void put_recording_handler() {
        put(kHandler,
            {csrr(t0, mcause), sd(t0, 0, s0), csrr(t0, mepc), sd(t0, 8, s0), csrr(t0, mtval), sd(t0, 16, s0), j(0)});
    }
    void run(std::uint64_t cycles, Hart* which = nullptr) {
        Hart& h = which ? *which : *hart;
        run_to_cycle(bench.clock.cycle_at(h.local_now()) + cycles, h);
    }
};

TEST_F(HartTest, CountsEveryInstructionOnce) {
    put(0, {addi(a0, zero, 10), addi(a0, a0, -1), bne(a0, zero, -4), wfi});
    run(1000);
    EXPECT_EQ(hart->instructions(), 1 + 10 * 2 + 1u);
    EXPECT_TRUE(hart->in_wfi());
}

TEST_F(HartTest, ReadsMcycleFromEmulatedTime) {
    put_prologue();
    put(16, {nop, nop, csrr(a0, mcycle), csrr(a1, mcycle), sd(a0, 0, s0), sd(a1, 8, s0), wfi});
    run(1000);
    EXPECT_EQ(data(0), 7u);
    EXPECT_EQ(data(1), 8u);
}

TEST_F(HartTest, ReadsItsOwnMhartid) {
    put_prologue();
    put(16, {csrr(a0, mhartid), addi(a0, a0, 40), sd(a0, 0, s0), wfi});
    run(1000, hart1.get());
    EXPECT_EQ(data(0), 41u);
}

TEST_F(HartTest, StopsWithinOneBlockOfItsDeadline) {
    put(0, {nop, nop, nop, j(-12)});
    run(101);
    EXPECT_EQ(hart->instructions(), 104u);
}

TEST_F(HartTest, EcallTrapsAsFromMachineModeWithExactPc) {
    put_prologue();
    put_recording_handler();
    put(16, {nop, ecall, nop});
    run(100);
    EXPECT_EQ(data(0), 11u);
    EXPECT_EQ(data(1), kRam + 20);
}

TEST_F(HartTest, EbreakTrapsAsBreakpoint) {
    put_prologue();
    put_recording_handler();
    put(16, {nop, ebreak});
    run(100);
    EXPECT_EQ(data(0), 3u);
    EXPECT_EQ(data(1), kRam + 20);
}

TEST_F(HartTest, CompressedEbreakTrapsAtAnOddHalfword) {
    put_prologue();
    put_recording_handler();
    put(16, {0x9002'0001});  // c.nop; c.ebreak
    run(100);
    EXPECT_EQ(data(0), 3u);
    EXPECT_EQ(data(1), kRam + 18);
}

TEST_F(HartTest, IllegalInstructionIsReportedWithItsBitsAndLeavesMtvalAlone) {
    put_prologue();
    put_recording_handler();
    put(16, {addi(t1, zero, 0x55), csrw(mtval, t1), 0xffff'ffff});
    run(100);
    EXPECT_EQ(data(0), 2u);
    EXPECT_EQ(data(1), kRam + 24);
    EXPECT_EQ(data(2), 0x55u);  // [doc] privileged spec 1.9.1, mbadaddr
    ASSERT_TRUE(hart->fault());
    EXPECT_EQ(hart->fault()->value, 0xffff'ffffu);
}

TEST_F(HartTest, FloatingPointTrapsWhileFsIsOff) {
    put_prologue();
    put_recording_handler();
    put(16, {fmv_d_x(1, zero)});
    run(100);
    EXPECT_EQ(data(0), 2u);
}

TEST_F(HartTest, LoadFaultNamesTheLoadInMidBlockAndItsAddress) {
    put_prologue();
    put_recording_handler();
    put(16, {lui(a1, 0x30000), ld(a2, 0, s0), addi(a3, zero, 1), lw(a4, 12, a1), addi(a3, zero, 2)});
    run(100);
    EXPECT_EQ(data(0), 5u);
    EXPECT_EQ(data(1), kRam + 28);
    EXPECT_EQ(data(2), 0x3000'000cu);
}

TEST_F(HartTest, UncachedMemoryIsNotFoundAtHigherAddressesToo) {
    hart = make(0, TimingModel::approximate);
    hart->reset(kRam);
    put_prologue();
    put_recording_handler();
    put(16, {addi(a1, zero, 0x104), slli(a1, a1, 28), lw(a4, 12, a1)});
    run(1000);
    EXPECT_EQ(data(0), 5u);
    EXPECT_EQ(data(2), 0x10'4000'000cu);
}

TEST_F(HartTest, StoreFaultKeepsEarlierEffectsOfItsBlock) {
    put_prologue();
    put_recording_handler();
    put(16, {lui(a1, 0x30000), addi(a2, zero, 77), sd(a2, 24, s0), sd(a2, 0, a1), sd(zero, 24, s0)});
    run(100);
    EXPECT_EQ(data(0), 7u);
    EXPECT_EQ(data(1), kRam + 28);
    EXPECT_EQ(data(3), 77u);
}

TEST_F(HartTest, InstructionsAfterAFaultAreNotCounted) {
    put_prologue();
    put(kHandler, {wfi});
    put(16, {lui(a1, 0x30000), lw(a4, 0, a1), nop, nop, nop, nop, wfi});
    run(100);
    EXPECT_EQ(hart->instructions(), 4 + 2 + 1u);
}

TEST_F(HartTest, JumpToNowhereIsAFetchFault) {
    put_prologue();
    put_recording_handler();
    put(16, {lui(a1, 0x30000), jalr(ra, a1, 0)});
    run(100);
    EXPECT_EQ(data(0), 1u);
    EXPECT_EQ(data(1), 0x3000'0000u);
    ASSERT_TRUE(hart->fault());
    EXPECT_FALSE(hart->fault()->handler_unreachable);
}

TEST_F(HartTest, FaultWithoutAHandlerIsReportedAsLost) {
    put(0, {lui(t0, 0x30000), csrw(mtvec, t0), jalr(ra, t0, 0)});
    run(100);
    ASSERT_TRUE(hart->fault());
    EXPECT_TRUE(hart->fault()->handler_unreachable);
}

TEST_F(HartTest, RunsCodeAtAddressZero) {
    Memory low{"low", 0x1000};
    Bus low_bus{bench.log};
    low_bus.map(low, 0);
    const std::uint32_t code[] = {addi(a0, zero, 1), addi(a1, a0, 1), wfi};
    std::memcpy(low.bytes().data(), code, sizeof code);
    const auto low_hart = make_hart({0, low_bus, bench.clock, epoch, bench.log, TimingModel::instructions});
    low_hart->reset(0);
    run(100, low_hart.get());
    EXPECT_TRUE(low_hart->in_wfi());
    EXPECT_EQ(low_hart->instructions(), 3u);
}

TEST_F(HartTest, HandlerThatFaultsItselfIsReportedAsLost) {
    put_prologue();
    put(kHandler, {0});
    put(16, {0xffff'ffff});
    run(100'000);
    ASSERT_TRUE(hart->fault());
    EXPECT_TRUE(hart->fault()->handler_unreachable);
    EXPECT_EQ(hart->fault()->pc, kRam + 16);
}

TEST_F(HartTest, ReturningFromAFaultForgetsIt) {
    put_prologue();
    put(kHandler, {csrr(t0, mepc), addi(t0, t0, 4), csrw(mepc, t0), mret});
    put(16, {0xffff'ffff, wfi});
    run(100);
    EXPECT_FALSE(hart->fault());
    EXPECT_TRUE(hart->in_wfi());
}

struct HartInterruptTest : HartTest {
    HartInterruptTest() {
        put_prologue();
        put_recording_handler();
        // mie = all three machine interrupts; then spin with interrupts on.
        put(16, {lui(t0, 1), addi(t0, t0, -0x778), csrw(mie, t0), csrsi(mstatus, 8), j(0)});
        run(100);
    }
};

TEST_F(HartInterruptTest, TimerInterruptEntersTheHandlerAndMasksFurtherOnes) {
    hart->set_interrupt(Interrupt::timer, true);
    run(100);
    EXPECT_EQ(data(0), 1ull << 63 | 7);
    EXPECT_EQ(data(1), kRam + 32);
    EXPECT_EQ(hart->interrupts_taken(), 1u);
}

TEST_F(HartInterruptTest, ExternalComesBeforeSoftwareBeforeTimer) {
    for (const auto interrupt : {Interrupt::timer, Interrupt::software, Interrupt::external})
        hart->set_interrupt(interrupt, true);
    run(100);
    EXPECT_EQ(data(0), 1ull << 63 | 11);
}

TEST_F(HartInterruptTest, SoftwareComesBeforeTimer) {
    hart->set_interrupt(Interrupt::timer, true);
    hart->set_interrupt(Interrupt::software, true);
    run(100);
    EXPECT_EQ(data(0), 1ull << 63 | 3);
}

TEST_F(HartTest, InterruptWaitsUntilTheGuestEnablesIt) {
    put_prologue();
    put_recording_handler();
    put(16, {addi(t0, zero, 0x80), csrw(mie, t0), nop, csrsi(mstatus, 8), addi(a0, zero, 5), j(0)});
    hart->set_interrupt(Interrupt::timer, true);
    run(100);
    EXPECT_EQ(data(1), kRam + 32);  // right behind the csrsi
}

TEST_F(HartTest, MipShowsWhatIsPending) {
    put_prologue();
    put(16, {csrr(a0, mip), sd(a0, 0, s0), wfi});
    hart->set_interrupt(Interrupt::external, true);
    run(100);
    EXPECT_EQ(data(0), 1u << 11);
}

TEST_F(HartTest, WfiGoesOnWhenAnEnabledInterruptPendsEvenWithMieClear) {
    put_prologue();
    put(16, {addi(t0, zero, 0x80), csrw(mie, t0), wfi, addi(a0, zero, 9), sd(a0, 0, s0), wfi});
    run(1000);
    EXPECT_TRUE(hart->in_wfi());
    EXPECT_EQ(data(0), 0u);
    EXPECT_EQ(bench.clock.cycle_at(hart->local_now()), 1000u);
    hart->set_interrupt(Interrupt::timer, true);
    EXPECT_FALSE(hart->in_wfi());
    run(100);
    EXPECT_EQ(data(0), 9u);
}

TEST_F(HartTest, WaitsAtAWfiThatMoreCodeFollows) {
    put(0, {addi(a0, zero, 1), wfi, nop, j(-8)});
    run(1000);
    EXPECT_TRUE(hart->in_wfi());
    EXPECT_EQ(hart->instructions(), 2u);
}

TEST_F(HartTest, SixtyFourBitDeviceAccessArrivesLowHalfFirst) {
    put_prologue();
    put(16, {lui(a1, 0x50000), addi(a2, zero, 5), slli(a2, a2, 32), addi(a2, a2, 3), sd(a2, 16, a1), wfi});
    run(100);
    EXPECT_EQ(device.accesses, (std::vector<std::string>{"w4+0x10=0x3", "w4+0x14=0x5"}));
}

// Code that changes: a function at 0x800 returning a number in a0.
struct HartCodeTest : HartTest {
    static constexpr std::uint32_t kFunction = 0x800;
    HartCodeTest() {
        put_prologue();
        put(kFunction, {addi(a0, zero, 1), jalr(zero, ra, 0)});
        // loop: a0 = f(); data[0] = a0; again
        put(16, {auipc(t1, 0), addi(t1, t1, kFunction - 16), jalr(ra, t1, 0), sd(a0, 0, s0), j(-8)});
        run(200);
        EXPECT_EQ(data(0), 1u);
    }
};

TEST_F(HartCodeTest, CodeWrittenByDmaIsExecutedAsChanged) {
    put(kFunction, {addi(a0, zero, 2)});
    bus.wrote(kAlias + kFunction, 4);
    run(50);
    EXPECT_EQ(data(0), 2u);
}

TEST_F(HartCodeTest, CodeWrittenByTheOtherHartIsExecutedAfterItsFence) {
    constexpr std::uint32_t kWriter = 0x900;
    put(kWriter,
        {auipc(t0, 0), addi(t0, t0, 0x100), lw(t1, 0, t0), auipc(t2, 0), sw(t1, -0x10c, t2), fence_i, nop, wfi});
    put(0xa00, {addi(a0, zero, 3)});
    hart1->reset(kRam + kWriter);
    run(50);  // settle hart 0's own translations first
    ASSERT_EQ(data(0), 1u);
    run(50, hart1.get());
    run(50);
    EXPECT_EQ(data(0), 3u);
}

TEST_F(HartCodeTest, CodeWrittenThroughTheAliasIsExecutedAfterFenceI) {
    constexpr std::uint32_t kWriter = 0x900;
    put(kWriter, {lui(t0, 0x40001), lw(t1, -0x600, t0), sw(t1, -0x800, t0), fence_i, j(-0x910)});
    put(0xa00, {addi(a0, zero, 4)});
    put(0xa00, {addi(a0, zero, 4)});
    hart->reset(kRam + kWriter);
    run(100);
    EXPECT_EQ(data(0), 4u);
}

TEST_F(HartTest, LrScIncrementsFromBothHartsAllCount) {
    put_prologue();
    put(16, {addi(a3, zero, 1000), lr_w(a0, s0), addi(a0, a0, 1), sc_w(a1, a0, s0), bne(a1, zero, -12),
             addi(a3, a3, -1), bne(a3, zero, -20), wfi});
    while (!hart->in_wfi() || !hart1->in_wfi()) {
        run(7);
        run(11, hart1.get());
    }
    EXPECT_EQ(data(0), 2000u);
}

TEST_F(HartTest, SliceDoesNotEndBetweenLrAndSc) {
    put_prologue();
    put(16, {lr_w(a0, s0), bne(a0, zero, 12), addi(a2, zero, 1), sc_w(a1, a2, s0), j(0)});
    run(6);  // the deadline falls inside the reservation
    EXPECT_EQ(data(0), 1u);
}

TEST_F(HartTest, SliceEndsForAHartThatLooksAtALockOverAndOver) {
    put_prologue();
    put(16, {addi(a2, zero, 1), sd(a2, 0, s0), lr_w(a0, s0), bne(a0, zero, -4), sc_w(a1, a2, s0), j(0)});
    run(100);
    EXPECT_LT(hart->instructions(), 110u);
}

TEST_F(HartTest, FloatingPointStateIsSavedWhileFsIsOff) {
    put(0, {lui(t0, 6), csrw(mstatus, t0), addi(t0, zero, 0x77), fmv_d_x(1, t0), csrw(fcsr, t0), csrw(mstatus, zero),
            wfi});
    run(100);
    Snapshot snapshot, copy;
    StateSaver saver(snapshot);
    hart->visit_state(saver);
    const auto other = make(0);
    StateLoader loader(snapshot);
    other->visit_state(loader);
    StateSaver copy_saver(copy);
    other->visit_state(copy_saver);
    EXPECT_EQ(snapshot.at("hart0.f1")[0], 0x77);
    EXPECT_EQ(snapshot.at("hart0.fcsr")[0], 0x77);
    EXPECT_EQ(snapshot, copy);
}

// Waits with the timer interrupt enabled, and takes it where interrupts are on.
struct HartPendingTest : HartTest {
    HartPendingTest() {
        put_prologue();
        put_recording_handler();
        put(16, {addi(t0, zero, 0x80), csrw(mie, t0), wfi, csrsi(mstatus, 8), j(0)});
    }
    std::unique_ptr<Hart> restored() {
        Snapshot snapshot;
        StateSaver saver(snapshot);
        hart->visit_state(saver);
        auto other = make(0);
        other->reset(kRam);
        StateLoader loader(snapshot);
        other->visit_state(loader);
        return other;
    }
};

TEST_F(HartPendingTest, WhatPendsIsSaved) {
    run(100);
    hart->set_interrupt(Interrupt::timer, true);
    const auto other = restored();
    run(100, other.get());
    EXPECT_EQ(data(0), 1ull << 63 | 7);
}

TEST_F(HartPendingTest, TheCountOfInterruptsIsSaved) {
    hart->set_interrupt(Interrupt::timer, true);
    run(100);
    ASSERT_EQ(hart->interrupts_taken(), 1u);
    EXPECT_EQ(restored()->interrupts_taken(), 1u);
}

TEST_F(HartPendingTest, AResetForgetsWhatPends) {
    hart->set_interrupt(Interrupt::timer, true);
    hart->reset(kRam);
    run(100);
    EXPECT_TRUE(hart->in_wfi());
    EXPECT_EQ(data(0), 0u);
}

// Memory has been restored as well, perhaps, and holds other code.
TEST_F(HartCodeTest, ARestoredHartLooksAtItsCodeAnew) {
    Snapshot snapshot;
    StateSaver saver(snapshot);
    hart->visit_state(saver);
    put(kFunction, {addi(a0, zero, 5)});
    StateLoader loader(snapshot);
    hart->visit_state(loader);
    run(50);
    EXPECT_EQ(data(0), 5u);
}

TEST_F(HartTest, GoesOnIdenticallyAfterSaveAndRestore) {
    put_prologue();
    put(16, {addi(a0, a0, 3), addi(a1, a1, 1), j(-8)});
    run(500);
    Snapshot snapshot;
    StateSaver saver(snapshot);
    hart->visit_state(saver);
    StateLoader loader(snapshot);
    auto other = make(0);
    other->reset(kRam);
    other->visit_state(loader);
    run(333);
    run(333, other.get());
    EXPECT_EQ(describe(hart->registers()), describe(other->registers()));
    EXPECT_EQ(hart->instructions(), other->instructions());
}

}  // namespace
}  // namespace k210
