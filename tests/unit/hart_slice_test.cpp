// Where a hart's turn ends, what it may leave unfinished, and when it looks at code that has changed.
#include <functional>

#include <gtest/gtest.h>

#include "support/hart_bench.hpp"
#include "support/rv_asm.hpp"

namespace k210 {
namespace {

using namespace rvasm;

constexpr std::uint32_t kDevice = 0x5000'0000, kFunction = 0x400, kData = 0x2000;  // offsets in RAM, the latter two
constexpr std::uint64_t kPatienceBlocks = 16;                                      // for an LR to meet its SC

struct CallingTarget final : BusTarget {
    std::function<void()> written = [] {};
    std::uint32_t read(std::uint32_t, unsigned) override { return 0; }
    void write(std::uint32_t, unsigned, std::uint32_t) override { written(); }
};

struct HartSliceTest : testing::Test, HartBench {
    CallingTarget device;
    std::unique_ptr<Hart> hart;

    HartSliceTest() {
        bus.map("device", device, kDevice, 0x1000);
        hart = make(0);
    }
    void run_to(std::uint64_t cycle) { run_to_cycle(cycle, *hart); }
    void start(std::initializer_list<std::uint32_t> code) {
        put(0, code);
        hart->reset(kRam);
    }
    std::uint64_t cycle() const { return bench.clock.cycle_at(hart->local_now()); }
    std::uint64_t x(const char* name) { return saved(*hart, name); }
};

// --- deadlines ---------------------------------------------------------------------------------------------------

TEST_F(HartSliceTest, EndsBeforeTheFirstBlockThatBeginsAtItsDeadline) {
    start({nop, nop, j(-8)});
    for (const std::uint64_t deadline : {2u, 3u, 4u, 9u}) {
        run_to(deadline);
        EXPECT_EQ(cycle(), (deadline + 2) / 3 * 3) << deadline;
    }
}

TEST_F(HartSliceTest, ADeadlineBetweenTwoCyclesIsReached) {
    start({nop, nop, j(-8)});
    const SimTime deadline{bench.clock.time_of(9).ps + 1};
    const EventQueue::Executing scope(bench.events, *hart);
    hart->run(deadline);
    EXPECT_GE(hart->local_now(), deadline);
    EXPECT_EQ(cycle(), 12u);
}

TEST_F(HartSliceTest, AnEventThatItsAccessArmsEndsIt) {
    Event event{"event", [](SimTime) {}};
    device.written = [&] { bench.events.arm(event, bench.clock.time_of(50)); };
    start({lui(a1, kDevice >> 12), sw(zero, 0, a1), nop, j(-4)});
    run_to(1000);
    EXPECT_GE(cycle(), 50u);
    EXPECT_LE(cycle(), 52u);
    run_to(100);
    EXPECT_GE(cycle(), 100u);
}

TEST_F(HartSliceTest, AnEventBehindItsDeadlineDoesNotProlongIt) {
    Event event{"event", [](SimTime) {}};
    device.written = [&] { bench.events.arm(event, bench.clock.time_of(5000)); };
    start({lui(a1, kDevice >> 12), sw(zero, 0, a1), nop, j(-4)});
    run_to(100);
    EXPECT_LE(cycle(), 102u);
}

TEST_F(HartSliceTest, AnInterruptThatItsAccessRaisesIsTakenAtTheNextBlock) {
    device.written = [&] { hart->set_interrupt(Interrupt::timer, true); };
    put(0x1000, {csrr(a0, mepc), j(0)});
    start({auipc(t0, 1), csrw(mtvec, t0), addi(t1, zero, 0x80), csrw(mie, t1), csrsi(mstatus, 8),
           lui(a1, kDevice >> 12), sw(zero, 0, a1), nop, j(4), nop, j(0)});
    run_to(1000);
    EXPECT_EQ(x("a0"), kRam + 36u);
}

TEST_F(HartSliceTest, ItsDeadlineFollowsTheClock) {
    device.written = [&] { bench.clock.set_hz(bench.events.now(), 100'000'000); };
    start({lui(a1, kDevice >> 12), sw(zero, 0, a1), nop, j(-4)});
    const SimTime deadline{2'000'000};  // 800 cycles of 400 MHz, about 200 of 100 MHz
    const EventQueue::Executing scope(bench.events, *hart);
    hart->run(deadline);
    EXPECT_GE(hart->local_now(), deadline);
    EXPECT_LE(hart->local_now(), (SimTime{deadline.ps + 20'000}));
    EXPECT_LT(hart->instructions(), 210u);
}

TEST_F(HartSliceTest, AStoppedClockLetsTimePassWithoutInstructions) {
    start({addi(a0, a0, 1), j(-4)});
    bench.clock.set_hz(SimTime{}, 0);
    hart->run(SimTime{1'000'000});
    EXPECT_EQ(hart->local_now(), SimTime{1'000'000});
    EXPECT_EQ(hart->instructions(), 0u);
}

// --- LR and SC -----------------------------------------------------------------------------------------------------

TEST_F(HartSliceTest, RunsOnForSoManyBlocksAfterAnLr) {
    start({auipc(s0, 2), lr_w(a0, s0), addi(a1, a1, 1), j(-4)});
    run_to(1);
    EXPECT_EQ(x("a1"), 1 + kPatienceBlocks);
    run_to(cycle() + 1);
    EXPECT_EQ(x("a1"), 2 + kPatienceBlocks);
}

TEST_F(HartSliceTest, EndsAtTheBlockBehindAnSc) {
    start({auipc(s0, 2), lr_w(a0, s0), j(4), sc_w(a1, a2, s0), j(4), addi(a3, a3, 1), j(-4)});
    run_to(1);
    EXPECT_EQ(x("pc"), kRam + 20u);
    EXPECT_EQ(x("a3"), 0u);
}

TEST_F(HartSliceTest, ATrapEndsTheReservation) {
    put(0x1000, {addi(a3, a3, 1), j(-4)});
    start({auipc(s0, 2), auipc(t0, 1), addi(t0, t0, -4), csrw(mtvec, t0), lr_w(a0, s0), ecall});
    run_to(5);
    EXPECT_LE(x("a3"), 1u);
}

TEST_F(HartSliceTest, AnLrAtItsEndIsBegunAnewInTheNext) {
    start({auipc(s0, 2), j(4), lr_w(a0, s0), bne(zero, zero, 4), sc_w(a1, a2, s0), j(0)});
    run_to(2);
    EXPECT_EQ(x("pc"), kRam + 8u);
    run_to(3);
    EXPECT_EQ(x("a1"), 0u);
    EXPECT_EQ(x("pc"), kRam + 20u);
}

TEST_F(HartSliceTest, AnScFailsOnceItsPlaceHasAnotherValue) {
    start({auipc(s0, 2), lui(s1, (kAlias + kData) >> 12), addi(a2, zero, 9), lr_w(a0, s0), sw(a2, 0, s1),
           sc_w(a1, zero, s0), wfi});
    run_to(100);
    EXPECT_EQ(x("a1"), 1u);
    EXPECT_EQ(double_word(kData), 9u);
}

// --- changed code --------------------------------------------------------------------------------------------------

struct HartEpochTest : HartSliceTest {
    // Calls the function, which adds one to a0, over and over.
    HartEpochTest() {
        put(kFunction, {addi(a0, a0, 1), jalr(zero, ra, 0)});
        start({auipc(t1, 0), addi(t1, t1, kFunction), jalr(ra, t1, 0), j(-4)});
        run_to(400);
        EXPECT_GT(x("a0"), 50u);
    }
    bool runs_as_changed() {
        put(kFunction, {addi(a1, a1, 1)});
        run_to(cycle() + 400);
        return x("a1") != 0;
    }
};

TEST_F(HartEpochTest, CodeThatNobodyAnnouncesRunsAsItWas) {
    EXPECT_FALSE(runs_as_changed());
}

TEST_F(HartEpochTest, ASoftwareInterruptAnnouncesCode) {
    ASSERT_FALSE(runs_as_changed());
    hart->set_interrupt(Interrupt::software, true);
    EXPECT_TRUE(runs_as_changed());
}

TEST_F(HartEpochTest, OtherInterruptsAndTheEndOfOneDoNot) {
    hart->set_interrupt(Interrupt::software, true);
    ASSERT_TRUE(runs_as_changed());
    put(kFunction, {addi(a2, a2, 1)});
    hart->set_interrupt(Interrupt::timer, true);
    hart->set_interrupt(Interrupt::external, true);
    hart->set_interrupt(Interrupt::software, false);
    run_to(cycle() + 400);
    EXPECT_EQ(x("a2"), 0u);
}

TEST_F(HartEpochTest, AResetAnnouncesCode) {
    put(kFunction, {addi(a1, a1, 1)});
    hart->reset(kRam);
    EXPECT_TRUE(runs_as_changed());
}

// Blocks of code that lie in two pages are looked at when either is written to.
TEST_F(HartSliceTest, CodeInTwoPagesIsWatchedInBoth) {
    for (const std::uint32_t written : {0x0ff8u, 0x1000u}) {
        put(0xff8, {addi(a0, a0, 1), nop, addi(a1, a1, 1), j(-12)});
        start({auipc(t0, 1), jalr(zero, t0, -8)});
        run_to(cycle() + 100);
        const std::uint64_t before = epoch.value;
        put(written, {nop});
        bus.wrote(kRam + written, 4);
        EXPECT_GT(epoch.value, before) << written;
        hart->reset(kRam);
        run_to(cycle() + 100);
        EXPECT_EQ(x(written == 0x1000 ? "a1" : "a0"), 0u);
    }
}

TEST_F(HartSliceTest, FenceIOnlyAdvancesTheEpochWhereItRuns) {
    start({nop, fence_i, nop, j(-4)});
    const std::uint64_t before = epoch.value;
    run_to(500);
    EXPECT_EQ(epoch.value, before + 1);
}

// --- waiting -------------------------------------------------------------------------------------------------------

TEST_F(HartSliceTest, WaitsUntilSomethingEnabledPends) {
    start({addi(t1, zero, 0x80), csrw(mie, t1), wfi, addi(a0, zero, 1), csrw(mie, zero), wfi, addi(a0, zero, 2), j(0)});
    run_to(100);
    EXPECT_TRUE(hart->in_wfi());
    EXPECT_TRUE(hart->wakeable());
    EXPECT_TRUE(hart->idle());
    EXPECT_EQ(hart->idle_until(), SimTime::never());
    hart->set_interrupt(Interrupt::software, true);  // not enabled
    EXPECT_TRUE(hart->in_wfi());
    run_to(200);
    EXPECT_EQ(x("a0"), 0u);
    hart->set_interrupt(Interrupt::timer, true);
    EXPECT_FALSE(hart->in_wfi());
    EXPECT_FALSE(hart->idle());
    run_to(300);
    EXPECT_EQ(x("a0"), 1u);
    EXPECT_TRUE(hart->in_wfi());
    EXPECT_FALSE(hart->wakeable());
}

TEST_F(HartSliceTest, AnInterruptThatIsGoneAgainEndsNoWait) {
    start({addi(t1, zero, 0x80), csrw(mie, t1), wfi, addi(a0, zero, 1), j(0)});
    run_to(100);
    hart->set_interrupt(Interrupt::timer, true);
    hart->set_interrupt(Interrupt::timer, false);
    run_to(200);
    EXPECT_EQ(x("a0"), 0u);
    EXPECT_EQ(cycle(), 200u);
}

TEST_F(HartSliceTest, WfiIsOverAtOnceWhereSomethingEnabledPendsAlready) {
    start({addi(t1, zero, 0x80), csrw(mie, t1), wfi, addi(a0, zero, 1), j(0)});
    hart->set_interrupt(Interrupt::timer, true);
    run_to(10);
    EXPECT_EQ(x("a0"), 1u);
}

TEST_F(HartSliceTest, AnInterruptFromWfiReturnsBehindIt) {
    put(0x1000, {csrr(a0, mepc), csrw(mie, zero), mret});
    start({auipc(t0, 1), csrw(mtvec, t0), addi(t1, zero, 0x80), csrw(mie, t1), csrsi(mstatus, 8), wfi,
           addi(a1, zero, 1), j(0)});
    run_to(100);
    hart->set_interrupt(Interrupt::timer, true);
    run_to(200);
    EXPECT_EQ(x("a0"), kRam + 24u);
    EXPECT_EQ(x("a1"), 1u);
}

TEST_F(HartSliceTest, ALoopThatWaitsRestsUntilAnInterruptIsEnabledAndPends) {
    start({addi(t1, zero, 0x80), csrw(mie, t1), lw(a0, 0, sp), beq(a0, zero, -4)});
    hart->reset(kRam, kRam + kData);
    run_to(1000);
    EXPECT_TRUE(hart->idle());
    EXPECT_EQ(hart->idle_until(), SimTime::never());
    hart->set_interrupt(Interrupt::external, true);
    EXPECT_EQ(hart->idle_until(), SimTime::never());
    hart->set_interrupt(Interrupt::timer, true);
    EXPECT_EQ(hart->idle_until(), hart->local_now());
    hart->set_interrupt(Interrupt::timer, false);
    ram.bytes()[kData] = 1;
    EXPECT_EQ(hart->idle_until(), hart->local_now());
}

TEST_F(HartSliceTest, ALoopThatWaitsNoticesThatItsCodeHasChanged) {
    start({lw(a0, 0, sp), beq(a0, zero, -4), addi(a1, zero, 1), wfi});
    hart->reset(kRam, kRam + kData);
    run_to(1000);
    EXPECT_TRUE(hart->idle());
    put(4, {addi(a2, zero, 7)});
    epoch.advance();
    run_to(2000);
    EXPECT_EQ(x("a2"), 7u);
    EXPECT_EQ(x("a1"), 1u);
}

TEST_F(HartSliceTest, AHartWithoutAHandlerRunsNoFurther) {
    start({lui(t0, 0x30000), csrw(mtvec, t0), 0});
    run_to(100);
    ASSERT_TRUE(hart->fault());
    EXPECT_TRUE(hart->fault()->handler_unreachable);
    const std::uint64_t instructions = hart->instructions();
    const std::uint64_t told = bench.log.count(LogKind::guest_error);
    run_to(100'000);
    EXPECT_EQ(hart->instructions(), instructions);
    EXPECT_EQ(bench.log.count(LogKind::guest_error), told);
    EXPECT_EQ(cycle(), 100'000u);
}

// --- faults --------------------------------------------------------------------------------------------------------

TEST_F(HartSliceTest, TheFirstFaultIsKeptWithItsTimeUntilTheReturn) {
    put(0x1000, {csrr(a0, mcause), 0xffff'ffff});
    start({auipc(t0, 1), csrw(mtvec, t0), lui(a1, 0x30000), lw(a2, 4, a1)});
    run_to(100);
    ASSERT_TRUE(hart->fault());
    EXPECT_EQ(hart->fault()->cause, 5u);
    EXPECT_EQ(hart->fault()->pc, kRam + 12u);
    EXPECT_EQ(hart->fault()->value, 0x3000'0004u);
    EXPECT_EQ(bench.clock.cycle_at(hart->fault()->when), 4u);
    EXPECT_FALSE(hart->fault()->handler_unreachable);
    EXPECT_NE(describe_circumstances(*hart->fault()).find("no device was accessed"), std::string::npos);
    hart->reset(kRam);
    EXPECT_FALSE(hart->fault());
}

TEST_F(HartSliceTest, AnEcallIsNoFault) {
    put(0x1000, {wfi});
    start({auipc(t0, 1), csrw(mtvec, t0), ecall});
    run_to(100);
    EXPECT_FALSE(hart->fault());
    EXPECT_TRUE(bench.log.entries().empty());
}

TEST_F(HartSliceTest, AnEcallWithoutAHandlerIsLost) {
    start({lui(t0, 0x30000), csrw(mtvec, t0), ecall});
    run_to(100);
    ASSERT_TRUE(hart->fault());
    EXPECT_TRUE(hart->fault()->handler_unreachable);
    EXPECT_EQ(hart->fault()->cause, 11u);
    EXPECT_EQ(hart->fault()->pc, kRam + 8u);
    EXPECT_EQ(cycle(), 100u);
}

}  // namespace
}  // namespace k210
