// Loops that do something in every round and still come back to where they were: they are skipped, and end when what
// they wait for comes.
#include <gtest/gtest.h>

#include "support/hart_bench.hpp"
#include "support/rv_asm.hpp"

namespace k210 {
namespace {

using namespace rvasm;

constexpr std::uint32_t kDevice = 0x5000'0000, kMsip = 8, kStatus = 16;       // a device, and registers of it
constexpr std::uint32_t kFunction = 0x400, kHandler = 0x600, kData = 0x2000;  // offsets in RAM
constexpr std::uint64_t kSliceCycles = 10'000, kSlices = 40;

// The hart's own software interrupt, and a register that moves only when somebody sets it.
struct Yielding final : BusTarget {
    std::function<void(bool)> software = [](bool) {};
    std::uint32_t msip = 0, status = 1, read_count = 0;
    std::uint32_t read(std::uint32_t offset, unsigned) override {
        ++read_count;
        return offset == kMsip ? msip : offset == kStatus ? status : 0;
    }
    void write(std::uint32_t offset, unsigned, std::uint32_t value) override {
        if (offset != kMsip) return;
        msip = value & 1;
        software(msip != 0);
    }
    SimTime steady_until(std::uint32_t offset) const override {
        return offset == kStatus ? SimTime::never() : SimTime{};
    }
};

struct LoopCounter final : HartObserver {
    std::uint64_t loops = 0, blocks = 0;
    void attached(const ClockDomain&, const Bus&) override {}
    void reset() override {}
    void resume(std::uint64_t) override {}
    void pause(std::uint64_t) override {}
    void clock_changed(SimTime) override {}
    void block(CodePlace, std::uint32_t, std::uint64_t) override { ++blocks; }
    void waited_in_loop(std::uint64_t, const IdleLoopReads&, std::uint64_t) override { ++loops; }
    void repeats(CodePlace, std::uint32_t) override {}
    void slept(std::uint64_t) override {}
    void trapped(std::uint64_t, CodePlace, std::uint64_t) override {}
    void returned(std::uint64_t) override {}
};

// The same hart twice, one of which runs every instruction.
struct Side : HartBench {
    Yielding device;
    LoopCounter counter;
    std::unique_ptr<Hart> hart;
    std::uint64_t slices = 0;

    Side(bool skips, std::initializer_list<std::uint32_t> code, std::initializer_list<std::uint32_t> function,
         std::initializer_list<std::uint32_t> handler) {
        bus.map("device", device, kDevice, 0x1000);
        hart = make(0, TimingModel::approximate, &counter, skips, kDevice + kMsip);
        device.software = [this](bool level) { hart->set_interrupt(Interrupt::software, level); };
        put(0, {lui(s0, 0x80002), slli(s0, s0, 32), i_type(0x13, 5, s0, s0, 32), lui(s1, kDevice >> 12),
                lui(t0, 0x80000), slli(t0, t0, 32), i_type(0x13, 5, t0, t0, 32), addi(t0, t0, kHandler),
                csrw(mtvec, t0), addi(t0, zero, 8), csrw(mie, t0), csrsi(mstatus, 8), nop, nop, nop, nop});
        put(16 * 4, code);
        put(kFunction, function);
        put(kHandler, handler);
        hart->reset(kRam);
    }
    void run(std::uint64_t more) {
        slices += more;
        for (std::uint64_t i = slices - more + 1; i <= slices; ++i) run_to_cycle(i * kSliceCycles, *hart);
    }
    std::string visible() const {
        return fmt::format("{}{} instructions, {} interrupts, {} ps", describe(hart->registers()), hart->instructions(),
                           hart->interrupts_taken(), hart->local_now().ps);
    }
};

struct RecurrenceTest : testing::Test {
    std::optional<Side> skips, runs;
    void start(std::initializer_list<std::uint32_t> code, std::initializer_list<std::uint32_t> function = {},
               std::initializer_list<std::uint32_t> handler = {mret}) {
        skips.emplace(true, code, function, handler);
        runs.emplace(false, code, function, handler);
    }
    void run(std::uint64_t slices = kSlices) {
        skips->run(slices);
        runs->run(slices);
    }
    void expect_same() {
        EXPECT_EQ(skips->visible(), runs->visible());
        EXPECT_TRUE(std::ranges::equal(skips->ram.bytes(), runs->ram.bytes()));
    }
    bool skipped_most() const { return skips->counter.blocks * 4 < runs->counter.blocks; }
};

constexpr std::uint32_t kCode = 16 * 4;
constexpr int back(unsigned words) {
    return -4 * static_cast<int>(words);
}

TEST_F(RecurrenceTest, ALoopThatStoresCallsAndTakesALockIsSkipped) {
    start({addi(a0, zero, 1), amo(1, a1, a0, s0), sd(a0, 64, s0), ld(a2, 64, s0),
           jal(ra, static_cast<int>(kFunction) - static_cast<int>(kCode + 16)), sw(zero, 0, s0), j(back(6))},
          {sd(ra, 128, s0), csrci(mstatus, 8), mul(a3, a2, a2), csrsi(mstatus, 8), ld(ra, 128, s0), jalr(zero, ra, 0)});
    run();
    expect_same();
    EXPECT_TRUE(skipped_most());
}

TEST_F(RecurrenceTest, AWordThatSomebodyElseChangesEndsIt) {
    start({addi(a0, a0, 0), sd(a0, 64, s0), lw(a1, 256, s0), beq(a1, zero, back(3)), addi(a4, a4, 1), j(back(5))});
    run();
    for (Side* side : {&*skips, &*runs}) side->ram.bytes()[kData + 256] = 1;
    run(1);
    expect_same();
    EXPECT_NE(saved(*skips->hart, "a4"), 0u);
}

TEST_F(RecurrenceTest, ADivisionOfTheCounterEndsItInTheVeryRound) {
    start({addi(t1, zero, 1000), csrr(a1, mcycle), r_type(0x33, 1, 5, a1, a1, t1), sd(a1, 64, s0), addi(a2, zero, 300),
           ld(a3, 64, s0), bltu(a3, a2, back(6)), csrr(a5, mcycle), j(0)});
    run();
    expect_same();
    EXPECT_NEAR(static_cast<double>(saved(*skips->hart, "a5")), 300'000, 100);
    EXPECT_TRUE(skipped_most());
}

TEST_F(RecurrenceTest, ItsOwnSoftwareInterruptsAreCounted) {
    start({addi(a0, zero, 1), sd(a0, 64, s0), sw(a0, kMsip, s1), nop, j(back(4))}, {},
          {sd(a1, 72, s0), sw(zero, kMsip, s1), csrr(a2, mepc), csrw(mepc, a2), ld(a1, 72, s0), mret});
    run();
    expect_same();
    EXPECT_GT(skips->hart->interrupts_taken(), 1000u);
    EXPECT_TRUE(skipped_most());
}

TEST_F(RecurrenceTest, ARegisterOfADeviceThatMovesEndsIt) {
    start({sd(a0, 64, s0), lw(a1, kStatus, s1), bne(a1, zero, back(2)), addi(a4, a4, 1), j(back(4))});
    run();
    EXPECT_TRUE(skipped_most());
    for (Side* side : {&*skips, &*runs}) side->device.status = 0;
    run(1);
    expect_same();
    EXPECT_NE(saved(*skips->hart, "a4"), 0u);
}

TEST_F(RecurrenceTest, AnInterruptFindsTheRegistersThatTheRoundHasThere) {
    start({addi(a0, zero, 1), sd(a0, 64, s0), addi(a0, a0, 1), sd(a0, 72, s0), j(back(4))}, {},
          {addi(s11, s11, 1), csrw(mie, zero), csrr(s10, mepc), mret});
    run();
    for (Side* side : {&*skips, &*runs}) side->hart->set_interrupt(Interrupt::software, true);
    run(2);
    expect_same();
    EXPECT_EQ(saved(*skips->hart, "s11"), 1u);
}

TEST_F(RecurrenceTest, ALoopThatMovesThroughMemoryIsRun) {
    start({addi(a2, a2, 8), slli(a3, a2, 50), i_type(0x13, 5, a3, a3, 50), add(a3, a3, s0), sd(a2, 0, a3), j(back(5))});
    run();
    expect_same();
    EXPECT_EQ(skips->counter.loops, 0u);
}

TEST_F(RecurrenceTest, ALoopThatComputesWithFloatsIsRun) {
    start({fadd_d(1, 1, 2), sd(a0, 64, s0), j(back(2))});
    run();
    expect_same();
    EXPECT_EQ(skips->counter.loops, 0u);
}

TEST_F(RecurrenceTest, CodeThatChangesIsRunAsItIsThen) {
    start({sd(a0, 64, s0), addi(a1, zero, 1), sd(a1, 72, s0), j(back(3))});
    run();
    for (Side* side : {&*skips, &*runs}) {
        side->put(kCode + 4, {addi(a1, zero, 2)});
        side->epoch.advance();
    }
    run(2);
    expect_same();
    EXPECT_EQ(skips->double_word(kData + 72), 2u);
}

}  // namespace
}  // namespace k210
