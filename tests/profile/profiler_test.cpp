// What is told of the harts, put together for people.
#include "profile/profiler.hpp"

#include <optional>

#include <gtest/gtest.h>

#include "k210/host/camera_sources.hpp"
#include "support/device_bench.hpp"

namespace k210::profile {
namespace {

constexpr std::uint64_t kMain = 0x8000'0000, kLoop = 0x8000'0100, kHandler = 0x8000'0200;
constexpr std::uint64_t kEcall = 11;

struct ProfilerTest : testing::Test {
    DeviceBench bench;
    Memory ram{"ram", 0x1000};
    Bus bus{bench.log};
    TestChartCamera camera;
    FakeSerial console;
    Profiler profiler{SymbolTable()};
    HartObserver* hart = nullptr;
    TraceSink* trace = nullptr;
    std::uint64_t cycle = 0;

    ProfilerTest() {
        bus.map(ram, kMain);
        MachineConfig config{.board = find_board("maix_bit"),
                             .flash = {},
                             .program = std::nullopt,
                             .camera = camera,
                             .console = console};
        profiler.watch(config);
        for (HartObserver* observer : config.hart_observers) {
            observer->attached(bench.clock, bus);
            observer->reset();
        }
        hart = config.hart_observers[0];
        trace = config.trace;
        hart->resume(0);
    }
    void run(std::uint64_t pc, std::uint64_t cycles) {
        hart->block(pc, 4, cycle);
        cycle += cycles;
    }
    void wait(std::uint64_t pc, std::uint64_t cycles) {
        run(pc, cycles);
        hart->waited_in_loop(pc, {.counter = true}, cycle);
    }
    HartLines finish() {
        hart->pause(cycle);
        return profiler.finish(bench.clock.time_of(cycle)).harts[0];
    }
    std::uint64_t ps(std::uint64_t cycles) const { return bench.clock.time_of(cycles).ps; }
};

TEST_F(ProfilerTest, AProgramsWaitingIsApartFromItsRunning) {
    run(kMain, 10);
    wait(kLoop, 100);
    run(kMain, 10);
    const HartLines lines = finish();
    EXPECT_EQ(lines.running_ps, ps(20));
    EXPECT_EQ(lines.waiting_ps, ps(100));
    EXPECT_EQ(lines.trap_ps, 0u);
    ASSERT_EQ(lines.waits.size(), 1u);
    EXPECT_EQ(lines.waits[0].time_ps, ps(100));
}

TEST_F(ProfilerTest, WaitingInATrapIsTheTrapsTime) {
    run(kMain, 10);
    hart->trapped(kEcall, kHandler, cycle);
    run(kHandler, 5);
    wait(kLoop, 100);
    hart->block(kMain, 4, cycle);
    hart->returned(cycle);
    const HartLines lines = finish();
    EXPECT_EQ(lines.running_ps, ps(10));
    EXPECT_EQ(lines.waiting_ps, 0u);
    EXPECT_EQ(lines.trap_ps, ps(105));
    EXPECT_TRUE(lines.waits.empty());
    ASSERT_EQ(lines.traps.size(), 1u);
    EXPECT_EQ(lines.traps[0].time_ps, ps(105));
}

// --- windows ----------------------------------------------------------------------------------------------------

struct ProfilerWindowsTest : ProfilerTest {
    void open() { hart->pause(cycle), profiler.open_window(bench.clock.time_of(cycle)); }
    void close() { hart->pause(cycle), profiler.close_window(bench.clock.time_of(cycle)); }
    Profile profile() {
        hart->pause(cycle);
        return profiler.finish(bench.clock.time_of(cycle));
    }
};

TEST_F(ProfilerWindowsTest, NothingElseCounts) {
    close();
    run(kMain, 1000);
    open();
    run(kLoop, 30);
    close();
    run(kMain, 500);
    open();
    run(kMain, 10);
    wait(kLoop, 50);
    close();
    run(kMain, 1000);
    const Profile profile = this->profile();
    EXPECT_EQ(profile.elapsed_ps, ps(90));
    EXPECT_EQ(profile.windows_ps, (std::vector<std::uint64_t>{ps(30), ps(60)}));
    EXPECT_EQ(profile.harts[0].running_ps, ps(40));
    EXPECT_EQ(profile.harts[0].waiting_ps, ps(50));
}

TEST_F(ProfilerWindowsTest, OneThatIsOpenAtTheEndCounts) {
    close();
    run(kMain, 1000);
    open();
    run(kMain, 20);
    EXPECT_EQ(profile().elapsed_ps, ps(20));
}

TEST_F(ProfilerWindowsTest, OneThatIsNeverClosedFromTheStartOnIsTheWholeRun) {
    run(kMain, 20);
    const Profile profile = this->profile();
    EXPECT_EQ(profile.elapsed_ps, ps(20));
    EXPECT_TRUE(profile.windows_ps.empty());
}

TEST_F(ProfilerWindowsTest, DevicesWorkCountsFromAndToTheWindowsEnds) {
    close();
    TraceSink* const sink = trace;
    const auto at = [this](std::uint64_t cycles) { return bench.clock.time_of(cycles); };
    sink->begin(at(0), "kpu", "conv", {{"kind", "conv"}, {"parameters", "0x1"}});
    cycle = 100;
    open();
    sink->end(at(110), "kpu");
    sink->begin(at(150), "kpu", "conv", {{"kind", "conv"}, {"parameters", "0x1"}});
    cycle = 170;
    close();
    sink->end(at(500), "kpu");
    cycle = 500;
    const Profile profile = this->profile();
    ASSERT_EQ(profile.devices.size(), 1u);
    EXPECT_EQ(profile.devices[0].busy_ps, ps(30));
    EXPECT_EQ(profile.devices[0].times, 2u);
    ASSERT_EQ(profile.layers.size(), 1u);
    EXPECT_EQ(profile.layers[0].busy_ps, ps(30));
    EXPECT_EQ(profile.layers[0].runs, 2u);
}

TEST_F(ProfilerWindowsTest, WhatWorkedOutsideOfThemOnlyIsNotThere) {
    close();
    trace->begin(bench.clock.time_of(0), "kpu", "conv", {{"kind", "conv"}, {"parameters", "0x1"}});
    trace->end(bench.clock.time_of(50), "kpu");
    cycle = 100;
    open();
    run(kMain, 20);
    const Profile profile = this->profile();
    EXPECT_TRUE(profile.devices.empty());
    EXPECT_TRUE(profile.layers.empty());
}

}  // namespace
}  // namespace k210::profile
