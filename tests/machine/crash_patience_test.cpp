// When a machine counts as crashed: never while its own watchdog will reset it.
#include <cstring>

#include <gtest/gtest.h>

#include "k210/host/camera_sources.hpp"
#include "k210/machine/machine.hpp"
#include "support/device_bench.hpp"
#include "support/rv_asm.hpp"

namespace k210 {
namespace {

using namespace rvasm;

constexpr std::uint32_t kProgram = 0x8000'0000, kHandler = 0x200, kOtherHart = 0x400;  // offsets of the latter
constexpr std::uint64_t kMs = kPsPerSecond / 1000;

struct CrashPatienceTest : testing::Test {
    TestChartCamera camera;
    FakeSerial console;
    Log log = DeviceBench{}.log;
    std::vector<std::uint32_t> code = std::vector<std::uint32_t>(0x200);
    std::optional<Machine> machine;

    // Where hart 0 goes wrong; the watchdog's time-out is 2^(16 + top) cycles of 13 MHz.
    static constexpr int kNoWatchdog = -1;
    void crash(int watchdog_top, SimTime patience = SimTime{kPsPerSecond}) {
        const int enable = watchdog_top != kNoWatchdog;
        put(0, {csrr(t1, mhartid), bne(t1, zero, kOtherHart - 4), auipc(t0, 0), addi(t0, t0, kHandler - 8),
                csrw(mtvec, t0), lui(a0, 0x50400), addi(a1, zero, enable ? watchdog_top * 0x11 : 0), sw(a1, 4, a0),
                addi(a1, zero, 0x76), sw(a1, 12, a0), addi(a1, zero, enable), sw(a1, 0, a0), 0xffff'ffff});
        std::vector<std::uint8_t> bytes(code.size() * 4);
        std::memcpy(bytes.data(), code.data(), bytes.size());
        machine.emplace(MachineConfig{.board = find_board("maix_bit"),
                                      .flash = {},
                                      .program = Program{.entry = kProgram, .segments = {{kProgram, bytes}}},
                                      .camera = camera,
                                      .console = console,
                                      .settings = {.crash_patience = patience}},
                        log);
    }
    void put(std::uint32_t offset, std::initializer_list<std::uint32_t> instructions) {
        std::copy(instructions.begin(), instructions.end(), code.begin() + offset / 4);
    }
    StopReason run_for(std::uint64_t ms) { return machine->run_until(SimTime{ms * kMs}); }

    CrashPatienceTest() {
        put(kHandler, {j(0)});
        put(kOtherHart, {csrw(mie, zero), wfi, j(-4)});
    }
};

TEST_F(CrashPatienceTest, AHandlerThatDoesNotReturnIsACrashOnceThePatienceIsOver) {
    crash(kNoWatchdog);
    EXPECT_EQ(run_for(999), StopReason::time_reached);
    EXPECT_EQ(run_for(1002), StopReason::crashed);
    EXPECT_LT(machine->now(), SimTime{1001 * kMs});
    crash(kNoWatchdog, SimTime{50 * kMs});
    EXPECT_EQ(run_for(49), StopReason::time_reached);
    EXPECT_EQ(run_for(52), StopReason::crashed);
}

TEST_F(CrashPatienceTest, AHandlerThatReturnsInTimeIsNone) {
    // after 2^20 rounds of a loop
    put(kHandler,
        {lui(t2, 0x100), addi(t2, t2, -1), bne(t2, zero, -4), csrr(t0, mepc), addi(t0, t0, 4), csrw(mepc, t0), mret});
    put(0x34, {j(0)});
    crash(kNoWatchdog);
    EXPECT_EQ(run_for(1500), StopReason::time_reached);
}

TEST_F(CrashPatienceTest, AWatchdogThatWillResetIsWaitedFor) {
    crash(10);  // 5.2 s
    EXPECT_EQ(run_for(5100), StopReason::time_reached);
    EXPECT_EQ(machine->counters().resets, 0u);
    EXPECT_EQ(run_for(5300), StopReason::time_reached);
    EXPECT_EQ(machine->counters().resets, 1u);
}

TEST_F(CrashPatienceTest, AWatchdogIsWaitedForWithoutAHandler) {
    put(kHandler, {0xffff'ffff});
    crash(10);
    EXPECT_EQ(run_for(5300), StopReason::time_reached);
    EXPECT_EQ(machine->counters().resets, 1u);
    crash(kNoWatchdog);
    EXPECT_EQ(run_for(5300), StopReason::crashed);
    EXPECT_LT(machine->now(), SimTime{kMs});
}

TEST_F(CrashPatienceTest, AMachineWhoseHartsAllWaitIsNotIdleWhileAWatchdogRuns) {
    put(kHandler, {csrw(mie, zero), wfi, j(-4)});
    crash(10, SimTime{kPsPerSecond});
    EXPECT_EQ(run_for(5300), StopReason::time_reached);
    EXPECT_EQ(machine->counters().resets, 1u);
}

TEST_F(CrashPatienceTest, AWatchdogThatTheOtherHartRestartsForEverIsWaitedForOnce) {
    put(kOtherHart, {lui(a0, 0x50400), addi(a1, zero, 0x76), sw(a1, 12, a0), j(-4)});
    crash(3, SimTime{10 * kMs});  // 40 ms
    EXPECT_EQ(run_for(45), StopReason::time_reached);
    EXPECT_EQ(run_for(60), StopReason::crashed);
    EXPECT_EQ(machine->counters().resets, 0u);
}

TEST_F(CrashPatienceTest, WhatIsWaitedForIsSaved) {
    put(kOtherHart, {lui(a0, 0x50400), addi(a1, zero, 0x76), sw(a1, 12, a0), j(-4)});
    crash(3, SimTime{10 * kMs});
    ASSERT_EQ(run_for(45), StopReason::time_reached);
    const Snapshot snapshot = machine->save();
    crash(3, SimTime{10 * kMs});
    machine->restore(snapshot);
    EXPECT_EQ(run_for(60), StopReason::crashed);
}

}  // namespace
}  // namespace k210
