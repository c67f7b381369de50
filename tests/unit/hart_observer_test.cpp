// What a hart tells whoever watches it, on a bare bus with RAM at 0x8000'0000.
#include "k210/cpu/hart_observer.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/hart_bench.hpp"
#include "support/rv_asm.hpp"

namespace k210 {
namespace {

using namespace rvasm;
using testing::Contains;
using testing::ElementsAre;

constexpr std::uint32_t kRam = HartBench::kRam;
constexpr std::uint32_t kHandler = 0x1000, kData = 0x2000;  // offsets in RAM

struct RecordingObserver final : HartObserver {
    std::vector<std::string> seen;
    std::uint64_t last = 0, outside = 0;  // cycles, and those between its turns
    bool backwards = false;

    void at(std::uint64_t cycle) {
        backwards |= cycle < last;
        last = cycle;
    }
    void attached(const ClockDomain&, const Bus&) override {}
    void reset() override { seen.clear(); }
    void resume(std::uint64_t cycle) override {
        outside += cycle - last;
        at(cycle);
    }
    void pause(std::uint64_t cycle) override { at(cycle); }
    void clock_changed(SimTime) override {}
    void block(CodePlace place, std::uint32_t size_bytes, std::uint64_t cycle) override {
        at(cycle);
        const std::string text = fmt::format("block +{:x} of {} bytes", place.pc - kRam, size_bytes);
        if (seen.empty() || seen.back() != text) seen.push_back(text);
    }
    void waited_in_loop(std::uint64_t pc, const IdleLoopReads& reads, std::uint64_t cycle) override {
        at(cycle);
        seen.push_back(fmt::format("polled +{:x}{}", pc - kRam, reads.counter ? " for the counter" : ""));
        if (reads.memory) seen.back() += fmt::format(" at +{:x}", *reads.memory - kRam);
    }
    void repeats(CodePlace, std::uint32_t) override {}
    void slept(std::uint64_t cycle) override {
        at(cycle);
        seen.emplace_back("slept");
    }
    void trapped(std::uint64_t cause, CodePlace handler, std::uint64_t cycle) override {
        at(cycle);
        seen.push_back(fmt::format("trapped {:x} to +{:x}", cause, handler.pc - kRam));
    }
    void returned(std::uint64_t cycle) override {
        at(cycle);
        seen.emplace_back("returned");
    }
};

struct HartObserverTest : testing::Test, HartBench {
    RecordingObserver observer;
    std::unique_ptr<Hart> hart = make(0, TimingModel::instructions, &observer);

    HartObserverTest() { hart->reset(kRam); }
    using HartBench::run_to_cycle;
    void run_to_cycle(std::uint64_t cycle) { run_to_cycle(cycle, *hart); }
};

TEST_F(HartObserverTest, NamesBlocksBeforeTheyRunAndSleepAfterwards) {
    put(0, {addi(a0, zero, 2), addi(a0, a0, -1), bne(a0, zero, -4), wfi});
    run_to_cycle(1000);
    EXPECT_THAT(observer.seen,
                ElementsAre("block +0 of 12 bytes", "block +4 of 8 bytes", "block +c of 4 bytes", "slept"));
}

TEST_F(HartObserverTest, SaysWhatALoopWaitsFor) {
    put(0, {lui(a4, 10), csrr(a5, mcycle), bltu(a5, a4, -4), auipc(s0, 2), lw(a0, 0, s0), beq(a0, zero, -4)});
    run_to_cycle(100'000);
    EXPECT_THAT(observer.seen, Contains("polled +4 for the counter"));
    EXPECT_THAT(observer.seen, Contains("polled +10 at +200c"));
}

TEST_F(HartObserverTest, TellsTrapsAndReturns) {
    put(0, {auipc(t0, 1), csrw(mtvec, t0), addi(t0, zero, 0x80), csrw(mie, t0), csrsi(mstatus, 8), nop, j(0)});
    put(kHandler, {csrw(mie, zero), mret});
    run_to_cycle(100);
    observer.seen.clear();
    hart->set_interrupt(Interrupt::timer, true);
    run_to_cycle(200);
    observer.seen.resize(5);
    EXPECT_THAT(observer.seen, ElementsAre("trapped 8000000000000007 to +1000", "block +1000 of 4 bytes",
                                           "block +1004 of 4 bytes", "block +18 of 4 bytes", "returned"));
}

TEST_F(HartObserverTest, AccountsForEveryCycleOfItsTurns) {
    put(0, {lui(a4, 10), csrr(a5, mcycle), bltu(a5, a4, -4), addi(a0, a0, 1), ecall});
    put(kHandler, {nop, wfi});
    for (std::uint64_t turn = 1; turn <= 50; ++turn) run_to_cycle(turn * 1000);
    EXPECT_FALSE(observer.backwards);
    EXPECT_EQ(observer.outside, 0u);
    EXPECT_EQ(observer.last, bench.clock.cycle_at(hart->local_now()));
}

TEST_F(HartObserverTest, ChangesNothing) {
    put(0, {auipc(s0, 2), addi(a0, zero, 100), addi(a0, a0, -1), bne(a0, zero, -4), csrr(a1, mcycle), sd(a1, 0, s0),
            j(-16)});
    const auto unwatched = make(1);
    unwatched->reset(kRam);
    const auto result = [&](Hart& which) {
        for (std::uint64_t turn = 1; turn <= 20; ++turn) run_to_cycle(turn * 777, which);
        return std::tuple(which.instructions(), which.local_now(), double_word(kData));
    };
    EXPECT_EQ(result(*hart), result(*unwatched));
}

// --- accesses to devices ---------------------------------------------------------------------------------------------

constexpr std::uint32_t kDevice = 0x3800'0000;

struct RecordingAccesses final : AccessObserver {
    std::vector<std::string> seen;

    void attached(const Bus&) override {}
    bool follows(std::uint32_t address) const override { return address < kDevice + 0x20; }
    void accessed(const ObservedAccess& access) override {
        seen.push_back(fmt::format("+{:x} {} {} bytes at {:x}: {:x}", access.pc - kRam,
                                   access.is_write ? "writes" : "reads", access.size_bytes, access.address - kDevice,
                                   access.value));
    }
    void polled(unsigned, std::uint64_t, std::uint32_t, SimTime) override {}
};

struct HartAccessTest : testing::Test, HartBench {
    struct Storage final : BusTarget {
        std::uint32_t word = 0;
        std::uint32_t read(std::uint32_t, unsigned size_bytes) override { return word & width_mask(size_bytes); }
        void write(std::uint32_t, unsigned, std::uint32_t value) override { word = value; }
    } storage;
    RecordingAccesses observer;
    std::unique_ptr<Hart> hart;

    HartAccessTest() {
        bus.map("storage", storage, kDevice, 0x1000);
        hart = make_hart({.id = 0,
                          .bus = bus,
                          .clock = bench.clock,
                          .code_epoch = epoch,
                          .log = bench.log,
                          .timing = TimingModel::instructions,
                          .access_observer = &observer});
        hart->reset(kRam);
    }
};

TEST_F(HartAccessTest, TellsTheInstructionInsideItsBlock) {
    put(0,
        {lui(s0, kDevice >> 12), addi(a0, zero, 7), sw(a0, 0, s0), addi(a0, a0, 1), sw(a0, 4, s0), lw(a1, 0, s0), wfi});
    run_to_cycle(1000, *hart);
    EXPECT_THAT(observer.seen,
                ElementsAre("+8 writes 4 bytes at 0: 7", "+10 writes 4 bytes at 4: 8", "+14 reads 4 bytes at 0: 8"));
}

TEST_F(HartAccessTest, TellsApartInstructionsThatMayHaveMadeIt) {
    put(0, {lui(s0, kDevice >> 12), sw(zero, 0, s0), addi(s0, s0, 4), sw(zero, 0, s0), sw(zero, 0, s0), wfi});
    run_to_cycle(1000, *hart);
    EXPECT_THAT(observer.seen,
                ElementsAre("+4 writes 4 bytes at 0: 0", "+c writes 4 bytes at 4: 0", "+10 writes 4 bytes at 4: 0"));
}

TEST_F(HartAccessTest, SixtyFourBitsAreTwoAccessesOfOneInstruction) {
    put(0, {lui(s0, kDevice >> 12), addi(a0, zero, -1), sd(a0, 8, s0), wfi});
    run_to_cycle(1000, *hart);
    EXPECT_THAT(observer.seen, ElementsAre("+8 writes 4 bytes at 8: ffffffff", "+8 writes 4 bytes at c: ffffffff"));
}

TEST_F(HartAccessTest, TellsOnlyWhatIsFollowed) {
    put(0, {lui(s0, kDevice >> 12), sw(zero, 0x40, s0), sw(zero, 0x1c, s0), wfi});
    run_to_cycle(1000, *hart);
    EXPECT_THAT(observer.seen, ElementsAre("+8 writes 4 bytes at 1c: 0"));
}

}  // namespace
}  // namespace k210
