// The same inputs give the same run, to the last bit, whatever else the process does meanwhile.
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "system/machine_bench.hpp"
#include "system/snapshot_compare.hpp"

namespace k210 {
namespace {

constexpr double kTurnSeconds = 0.0137;

void expect_the_same(MachineBench& one, MachineBench& other) {
    EXPECT_EQ(one.console(), other.console());
    EXPECT_EQ(encode_png(one.machine().screen()), encode_png(other.machine().screen()));
    EXPECT_TRUE(same_state(one.machine().save(), other.machine().save()));
    const MachineCounters a = one.machine().counters(), b = other.machine().counters();
    for (std::size_t hart = 0; hart < a.harts.size(); ++hart) {
        EXPECT_EQ(a.harts[hart].instructions, b.harts[hart].instructions);
        EXPECT_EQ(a.harts[hart].interrupts, b.harts[hart].interrupts);
    }
    EXPECT_EQ(a.cpu_cycles, b.cpu_cycles);
    EXPECT_EQ(a.kpu_layers, b.kpu_layers);
    EXPECT_EQ(a.frames_captured, b.frames_captured);
    EXPECT_EQ(a.frames_shown, b.frames_shown);
}

TEST(DeterminismTest, DemoRunsTheSameTwice) {
    MachineBench first(demo_on_maix_bit()), second(demo_on_maix_bit());
    for (MachineBench* bench : {&first, &second}) {
        ASSERT_TRUE(bench->hears("frame 3:", 2));
        bench->run(0.02);
    }
    expect_the_same(first, second);
}

TEST(DeterminismTest, TakingTurnsChangesNothing) {
    MachineBench alone(demo_on_maix_bit()), here(demo_on_maix_bit()), there(demo_on_maix_bit());
    for (int turn = 0; turn < 25; ++turn) alone.run(kTurnSeconds);
    for (int turn = 0; turn < 25; ++turn) {
        here.run(kTurnSeconds);
        there.run(kTurnSeconds);
    }
    expect_the_same(alone, here);
    expect_the_same(alone, there);
}

// Layers are computed on threads of their own meanwhile, as many as there are machines.
TEST(DeterminismTest, MachinesWhoseKpusWorkAtOnceDoTheSame) {
    MachineBench alone(guest_on_maix_bit("kpu_drivers"));
    std::vector<std::unique_ptr<MachineBench>> together;
    for (int i = 0; i < 3; ++i) together.push_back(std::make_unique<MachineBench>(guest_on_maix_bit("kpu_drivers")));
    for (int turn = 0; turn < 300; ++turn) {
        alone.run(0.000'11);
        for (auto& bench : together) bench->run(0.000'11);
    }
    EXPECT_EQ(alone.machine().counters().kpu_layers, 90u);
    for (auto& bench : together) expect_the_same(alone, *bench);
}

// Whatever the host does while a layer runs, its thread may be done before or long after the harts are.
TEST(DeterminismTest, PausesOfTheHostChangeNothing) {
    MachineBench steady(guest_on_maix_bit("kpu_drivers")), halting(guest_on_maix_bit("kpu_drivers"));
    for (int turn = 0; turn < 300; ++turn) {
        steady.run(0.000'11);
        halting.run(0.000'11);
        std::this_thread::sleep_for(std::chrono::microseconds(turn % 7 * 60));
    }
    expect_the_same(steady, halting);
}

TEST(DeterminismTest, LookingAtAMachineChangesNothing) {
    MachineBench alone(demo_on_maix_bit()), watched(demo_on_maix_bit());
    for (int turn = 0; turn < 25; ++turn) alone.run(kTurnSeconds);
    for (int turn = 0; turn < 25; ++turn) {
        watched.run(kTurnSeconds);
        watched.machine().save();
        watched.machine().screen();
        watched.machine().counters();
        watched.machine().crash_report();
        watched.machine().flash();
    }
    expect_the_same(alone, watched);
}

TEST(DeterminismRealImageTest, MaixPyTypesAndReadsTheSameTwice) {
    K210_NEEDS(image_path("maixpy_0.6.2_84_ide.bin"));
    const Firmware firmware = image_firmware("maixpy_0.6.2_84_ide.bin", "maix_bit");
    MachineBench first(firmware), second(firmware);
    for (MachineBench* bench : {&first, &second}) {
        ASSERT_TRUE(bench->hears(">>> ", 3));
        EXPECT_EQ(bench->reply("import lcd; lcd.init(color=(255,0,0)); print(6*7)"), "42\n");
        bench->run(0.1);
    }
    expect_the_same(first, second);
}

}  // namespace
}  // namespace k210
