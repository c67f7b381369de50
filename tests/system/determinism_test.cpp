// The same inputs give the same run, to the last bit, whatever else the process does meanwhile.
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "k210/base/file.hpp"
#include "support/paths.hpp"
#include "system/machine_bench.hpp"
#include "system/snapshot_compare.hpp"

namespace k210 {
namespace {

constexpr double kTurnSeconds = 0.0137;

void expect_the_same_for_the_guest(MachineBench& one, MachineBench& other) {
    EXPECT_EQ(one.console(), other.console());
    EXPECT_EQ(encode_png(one.screen()), encode_png(other.screen()));
    EXPECT_EQ(one.machine().now(), other.machine().now());
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

void expect_the_same(MachineBench& one, MachineBench& other) {
    expect_the_same_for_the_guest(one, other);
    EXPECT_TRUE(same_state(one.machine().save(), other.machine().save()));
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
        alone.run(0.000'37);
        for (auto& bench : together) bench->run(0.000'37);
    }
    EXPECT_EQ(alone.machine().counters().kpu_layers, 90u);
    for (auto& bench : together) expect_the_same(alone, *bench);
}

// Whatever the host does while a layer runs, its thread may be done before or long after the harts are.
TEST(DeterminismTest, PausesOfTheHostChangeNothing) {
    MachineBench steady(guest_on_maix_bit("kpu_drivers")), halting(guest_on_maix_bit("kpu_drivers"));
    for (int turn = 0; turn < 300; ++turn) {
        steady.run(0.000'37);
        halting.run(0.000'37);
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
        watched.screen();
        watched.machine().counters();
        watched.machine().crash_report();
        watched.flash().contents();
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

// Loops that only wait are skipped to save time of the host's, and may not save or cost the guest a cycle.
TEST(DeterminismTest, SkippingLoopsThatWaitChangesNothing) {
    MachineBench skipping(demo_on_maix_bit());
    MachineBench waiting(demo_on_maix_bit(), std::make_unique<app::DemoCamera>(), false);
    for (MachineBench* bench : {&skipping, &waiting}) {
        ASSERT_TRUE(bench->hears("frame 3:", 2));
        bench->run(0.02);
    }
    expect_the_same_for_the_guest(skipping, waiting);
}

TEST(DeterminismRealImageTest, SkippingLoopsThatWaitChangesNothingForMaixPy) {
    K210_NEEDS(image_path("maixpy_0.6.2_52_minimum.bin"));
    const Firmware firmware = image_firmware("maixpy_0.6.2_52_minimum.bin", "maix_bit");
    MachineBench skipping(firmware), waiting(firmware, std::make_unique<app::DemoCamera>(), false);
    for (MachineBench* bench : {&skipping, &waiting}) ASSERT_TRUE(bench->hears(">>> ", 3));
    expect_the_same_for_the_guest(skipping, waiting);
}

TEST(DeterminismRealImageTest, SkippingLoopsThatWaitChangesNothingForTheFaceDetector) {
    const auto picture = source_dir() / "docs/examples/astronaut.png";
    const auto script = read_file(source_dir() / "docs/examples/face_detect.py");
    const auto model = shared_path("models/face_model_at_0x300000.kfpkg");
    K210_NEEDS(image_path("maixpy_0.6.2_84_ide.bin"));
    K210_NEEDS(model);
    const Firmware firmware = image_firmware("maixpy_0.6.2_84_ide.bin", "maix_bit", {model.string()});
    MachineBench skipping(firmware, open_camera_source(picture)), waiting(firmware, open_camera_source(picture), false);
    constexpr std::string_view kPasteMode = "\x05", kEndOfPaste = "\x04";
    for (MachineBench* bench : {&skipping, &waiting}) {
        ASSERT_TRUE(bench->hears(">>> ", 3));
        bench->keyboard().send(kPasteMode);
        bench->keyboard().send(std::string(script.begin(), script.end()));
        bench->keyboard().send(kEndOfPaste);
        ASSERT_TRUE(bench->hears("frames done\n", 20));
        EXPECT_GT(bench->machine().counters().kpu_layers, 0u);
    }
    expect_the_same_for_the_guest(skipping, waiting);
}

}  // namespace
}  // namespace k210
