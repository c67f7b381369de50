// A hart under a debugger: where it stops, and that stopping changes nothing else.
#include <functional>
#include <vector>

#include <gtest/gtest.h>

#include "support/hart_bench.hpp"
#include "support/rv_asm.hpp"

namespace k210 {
namespace {

using namespace rvasm;

constexpr std::uint32_t kDataOffset = 0x2000, kHandlerOffset = 0x800;
constexpr std::uint64_t kData = 0x8000'2000, kHandler = 0x8000'0800;

struct DebuggedHart : HartBench {
    std::unique_ptr<Hart> hart;

    void start(std::initializer_list<std::uint32_t> code, TimingModel timing = TimingModel::instructions) {
        put(0, code);
        hart = make(0, timing);
        hart->reset(kRam);
    }
    std::uint64_t at(unsigned instruction) const { return kRam + 4ull * instruction; }
    std::uint64_t cycle() const { return bench.clock.cycle_at(hart->local_now()); }
    std::uint64_t x(unsigned number) { return *hart->read_register(number); }
    std::uint64_t pc() { return *hart->read_register(kPcRegister); }
    // What stops it before that cycle, and why.
    std::optional<HartStop> run_to(std::uint64_t end_cycle) {
        run_to_cycle(end_cycle, *hart);
        return hart->take_stop();
    }
    std::optional<HartStop> step() {
        hart->step_within(0, 0);
        return run_to(1'000'000);
    }
    // As a machine does: a block that has been begun is finished.
    void finish(std::uint64_t end_cycle, const std::function<void()>& stopped) {
        while (cycle() < end_cycle || hart->inside_block())
            if (run_to(end_cycle)) stopped();
    }
};

struct HartStopsTest : testing::Test, DebuggedHart {};

// --- breakpoints -------------------------------------------------------------------------------------------------

TEST_F(HartStopsTest, StopsBeforeAnInstructionInsideABlock) {
    start({addi(a0, a0, 1), addi(a1, a1, 1), addi(a2, a2, 1), j(-12)});
    hart->stop_at({.pcs = {at(2)}});
    for (const std::uint64_t round : {1, 2, 3}) {
        const auto stop = run_to(1000);
        ASSERT_TRUE(stop);
        EXPECT_EQ(stop->reason, HartStopReason::breakpoint);
        EXPECT_EQ(stop->pc, at(2));
        EXPECT_EQ(pc(), at(2));
        EXPECT_EQ(x(a1), round);
        EXPECT_EQ(x(a2), round - 1);
    }
}

TEST_F(HartStopsTest, StopsAtABlocksBeginning) {
    start({addi(a0, a0, 1), j(-4)});
    hart->stop_at({.pcs = {at(0)}});
    ASSERT_TRUE(run_to(1000));
    EXPECT_EQ(x(a0), 0u);
    ASSERT_TRUE(run_to(1000));
    EXPECT_EQ(x(a0), 1u);
}

TEST_F(HartStopsTest, StopsNoMoreWhereNothingIsWanted) {
    start({addi(a0, a0, 1), addi(a1, a1, 1), j(-8)});
    hart->stop_at({.pcs = {at(1)}});
    ASSERT_TRUE(run_to(1000));
    hart->stop_at({});
    EXPECT_FALSE(run_to(3000));
    EXPECT_EQ(x(a0), 1000u);
}

TEST_F(HartStopsTest, StopsInALoopThatOnlyWaits) {
    start({lw(a1, 0, a0), beq(a1, zero, -4)});
    hart->write_register(a0, kData);
    run_to(10'000);
    hart->stop_at({.pcs = {at(1)}});
    const auto stop = run_to(20'000);
    ASSERT_TRUE(stop);
    EXPECT_EQ(stop->pc, at(1));
    EXPECT_LT(cycle(), 10'010u);
}

TEST_F(HartStopsTest, ALoopThatOnlyWaitsIsStillSkippedWhereNothingStopsInIt) {
    start({lw(a1, 0, a0), beq(a1, zero, -4), nop, j(0)});
    hart->write_register(a0, kData);
    hart->stop_at({.pcs = {at(2)}});
    EXPECT_FALSE(run_to(10'000));
    EXPECT_TRUE(hart->idle());
    ram.write(kDataOffset, 4, 1);
    const auto stop = run_to(20'000);
    ASSERT_TRUE(stop);
    EXPECT_EQ(stop->pc, at(2));
}

TEST_F(HartStopsTest, GoesOnWhereTheDebuggerPutsThePc) {
    start({addi(a0, a0, 1), addi(a1, a1, 1), addi(a2, a2, 1), j(0)});
    hart->stop_at({.pcs = {at(1)}});
    ASSERT_TRUE(run_to(1000));
    EXPECT_TRUE(hart->write_register(kPcRegister, at(3)));
    EXPECT_FALSE(run_to(1000));
    EXPECT_EQ(x(a1), 0u);
    EXPECT_EQ(x(a2), 0u);
}

// --- steps -------------------------------------------------------------------------------------------------------

TEST_F(HartStopsTest, StepsThroughEveryInstruction) {
    start({addi(a0, zero, 2), addi(a0, a0, -1), bne(a0, zero, -4), nop, j(0)});
    std::vector<std::uint64_t> pcs;
    for (int i = 0; i < 7; ++i) {
        ASSERT_TRUE(step());
        pcs.push_back(pc());
    }
    EXPECT_EQ(pcs, (std::vector{at(1), at(2), at(1), at(2), at(3), at(4), at(4)}));
}

TEST_F(HartStopsTest, StepsOnWithinARange) {
    start({nop, nop, nop, j(4), nop, j(0)});
    hart->step_within(at(0), at(4));
    ASSERT_TRUE(run_to(1000));
    EXPECT_EQ(pc(), at(4));
}

TEST_F(HartStopsTest, StepsIntoATrap) {
    put(kHandlerOffset, {nop, mret});
    start({nop, ecall, nop});
    hart->write_register(kFirstCsrRegister + 0x305, kHandler);
    step();
    step();
    EXPECT_EQ(pc(), kHandler);
    step();
    EXPECT_EQ(pc(), kHandler + 4);
}

TEST_F(HartStopsTest, AStepOverWfiEndsBehindIt) {
    start({nop, wfi, nop, j(0)});
    step();
    const auto stop = step();
    ASSERT_TRUE(stop);
    EXPECT_EQ(stop->reason, HartStopReason::step);
    EXPECT_EQ(pc(), at(2));
    EXPECT_TRUE(hart->in_wfi());
}

TEST_F(HartStopsTest, AStepReadsACounterAsCodeWouldWithoutIt) {
    start({nop, csrr(a0, 0xb00), nop, j(0)});
    run_to(5);
    const std::uint64_t whole = x(a0);
    hart->reset(kRam);
    const std::uint64_t begun = cycle();
    step(), step();
    EXPECT_EQ(x(a0) - begun, whole);
}

// --- faults ------------------------------------------------------------------------------------------------------

TEST_F(HartStopsTest, StopsAtAFaultBeforeItsTrap) {
    start({lui(a0, 0x12345), nop, lw(a1, 4, a0), nop});
    hart->stop_at({.on_fault = true});
    const auto stop = run_to(1000);
    ASSERT_TRUE(stop);
    EXPECT_EQ(stop->reason, HartStopReason::fault);
    EXPECT_EQ(stop->pc, at(2));
    EXPECT_EQ(stop->address, 0x1234'5004u);
    EXPECT_EQ(stop->cause, 5u);
    EXPECT_EQ(pc(), at(2));
}

// --- watchpoints -------------------------------------------------------------------------------------------------

TEST_F(HartStopsTest, StopsBeforeAStoreToWhatIsWatched) {
    start({addi(a1, a1, 1), sw(a1, 8, a0), sw(a1, 16, a0), nop, j(-16)});
    hart->write_register(a0, kData);
    hart->stop_at({.watchpoints = {{kData + 16, 4, false, true}}});
    for (const std::uint32_t round : {1, 2, 3}) {
        const auto stop = run_to(1000);
        ASSERT_TRUE(stop);
        EXPECT_EQ(stop->reason, HartStopReason::write);
        EXPECT_EQ(stop->pc, at(2));
        EXPECT_EQ(stop->address, kData + 16);
        EXPECT_EQ(pc(), at(2));
        EXPECT_EQ(ram.read(kDataOffset + 16, 4), round - 1);
    }
}

TEST_F(HartStopsTest, StopsBeforeALoadFromWhatIsWatched) {
    start({lw(a1, 8, a0), lb(a2, 17, a0), nop, j(0)});
    hart->write_register(a0, kData);
    ram.write(kDataOffset + 17, 1, 42);
    hart->stop_at({.watchpoints = {{kData + 16, 4, true, false}}});
    const auto stop = run_to(1000);
    ASSERT_TRUE(stop);
    EXPECT_EQ(stop->reason, HartStopReason::read);
    EXPECT_EQ(stop->pc, at(1));
    EXPECT_EQ(stop->address, kData + 17);
    EXPECT_EQ(x(a2), 0u);
    step();
    EXPECT_EQ(pc(), at(2));
    EXPECT_EQ(x(a2), 42u);
}

TEST_F(HartStopsTest, ALoadIsNoMatterToAWatchpointForStores) {
    start({lw(a1, 16, a0), nop, j(0)});
    hart->write_register(a0, kData);
    hart->stop_at({.watchpoints = {{kData + 16, 4, false, true}}});
    EXPECT_FALSE(run_to(1000));
}

TEST_F(HartStopsTest, AnAtomicInstructionIsDoneOnce) {
    start({addi(a1, zero, 5), amo(0, a2, a1, a0), nop, j(0)});
    hart->write_register(a0, kData);
    ram.write(kDataOffset, 4, 7);
    hart->stop_at({.watchpoints = {{kData, 4, false, true}}});
    ASSERT_TRUE(run_to(1000));
    EXPECT_FALSE(run_to(1000));
    EXPECT_EQ(ram.read(kDataOffset, 4), 12u);
    EXPECT_EQ(x(a2), 7u);
}

TEST_F(HartStopsTest, AnAccessOfABlocksLastInstructionIsSeen) {
    start({addi(a1, zero, 5), sw(a1, 0, a0), ebreak});
    hart->write_register(a0, kData);
    hart->stop_at({.watchpoints = {{kData, 4, false, true}}});
    const auto stop = run_to(1000);
    ASSERT_TRUE(stop);
    step();
    EXPECT_EQ(pc(), at(2));
    EXPECT_EQ(ram.read(kDataOffset, 4), 5u);
}

// --- snapshots ---------------------------------------------------------------------------------------------------

TEST_F(HartStopsTest, IsRestoredInsideABlock) {
    start({addi(a0, a0, 1), csrr(a1, 0xf14), addi(a2, a2, 1), addi(a3, a3, 1), j(-16)});
    hart->stop_at({.pcs = {at(3)}});
    ASSERT_TRUE(run_to(1000));
    Snapshot snapshot;
    StateSaver saver(snapshot);
    hart->visit_state(saver);
    hart->stop_at({});
    finish(500, [] {});
    const std::uint64_t instructions = hart->instructions(), rounds = x(a0), others = x(a3);

    StateLoader loader(snapshot);
    hart->visit_state(loader);
    EXPECT_EQ(pc(), at(3));
    EXPECT_EQ(x(a2), x(a3) + 1);
    finish(500, [] {});
    EXPECT_EQ(hart->instructions(), instructions);
    EXPECT_EQ(x(a0), rounds);
    EXPECT_EQ(x(a3), others);
}

// --- nothing else changes ----------------------------------------------------------------------------------------

struct StopsChangeNothing : testing::TestWithParam<TimingModel> {
    struct End {
        std::uint64_t cycle, instructions, sum, counter, word;
        bool operator==(const End&) const = default;
    };
    using Do = std::function<void(Hart&)>;
    int stops = 0;

    // Loads, stores, branches either way, a call, atomics, the counter and a trap.
    End run(
        const Do& prepare = [](Hart&) {}, const Do& stopped = [](Hart&) {}) {
        DebuggedHart guest;
        guest.put(kHandlerOffset, {csrr(t0, 0x341), addi(t0, t0, 4), csrw(0x341, t0), mret});
        guest.put(0x400, {add(a3, a3, a2), jalr(zero, ra, 0)});
        guest.start({addi(a1, a1, 1), sw(a1, 0, a0), lw(a2, 0, a0), slti(a4, a2, 40), beq(a4, zero, 8), addi(a3, a3, 3),
                     jal(ra, 0x400 - 24), amo(0, a5, a1, a0), csrr(a6, 0xb00), ecall, add(a3, a3, a6), lr_w(a5, a0),
                     sc_w(a5, a5, a0), bne(a5, zero, -8), j(-56)},
                    GetParam());
        Hart& hart = *guest.hart;
        hart.write_register(a0, kData);
        hart.write_register(kFirstCsrRegister + 0x305, kHandler);
        prepare(hart);
        guest.finish(5'000, [&] {
            ++stops;
            stopped(hart);
        });
        return {guest.cycle(), hart.instructions(), guest.x(a3), guest.x(a6), guest.double_word(kDataOffset)};
    }
};

TEST_P(StopsChangeNothing, WhenEveryInstructionIsStepped) {
    const End undisturbed = run();
    const auto step = [](Hart& hart) { hart.step_within(0, 0); };
    EXPECT_EQ(run(step, step), undisturbed);
    EXPECT_GT(stops, 1000);
}

TEST_P(StopsChangeNothing, AtBreakpointsInsideBlocks) {
    const End undisturbed = run();
    const auto set = [](Hart& hart) { hart.stop_at({.pcs = {0x8000'0008, 0x8000'0024, 0x8000'0030, 0x8000'0400}}); };
    EXPECT_EQ(run(set), undisturbed);
    EXPECT_GT(stops, 100);
}

TEST_P(StopsChangeNothing, AtWatchpoints) {
    const End undisturbed = run();
    const auto set = [](Hart& hart) { hart.stop_at({.watchpoints = {{kData, 4, true, true}}}); };
    EXPECT_EQ(run(set), undisturbed);
    EXPECT_GT(stops, 100);
}

TEST_P(StopsChangeNothing, NextToWhatIsWatched) {
    const End undisturbed = run();
    const auto set = [](Hart& hart) { hart.stop_at({.watchpoints = {{kData + 64, 4, true, true}}}); };
    EXPECT_EQ(run(set), undisturbed);
    EXPECT_EQ(stops, 0);
}

INSTANTIATE_TEST_SUITE_P(Timings, StopsChangeNothing,
                         testing::Values(TimingModel::instructions, TimingModel::approximate));

}  // namespace
}  // namespace k210
