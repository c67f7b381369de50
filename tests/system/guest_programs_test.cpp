// Our own guest programs (firmware/), on a whole machine.
#include <cstdlib>
#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/builtin_demo.hpp"
#include "k210/host/camera_sources.hpp"
#include "k210/host/picture_file.hpp"
#include "k210/loader/firmware.hpp"
#include "k210/soc/machine.hpp"

namespace k210 {
namespace {

using testing::HasSubstr;

struct Recorder final : SerialSink {
    void receive(std::uint8_t byte) override {
        if (byte != '\r') text += static_cast<char>(byte);
    }
    std::string text;
};

struct GuestRun {
    explicit GuestRun(const std::string& test_guest) : flash(find_board("maix_bit").flash.size_bytes) {
        program = load_firmware(std::filesystem::path(K210_BINARY_DIR) / "firmware" / (test_guest + ".bin"), flash);
    }
    GuestRun() : flash(find_board("maix_bit").flash.size_bytes) {
        program = load_firmware(app::demo_firmware(), "demo", flash);
    }
    StopReason run(double seconds) {
        const std::vector<std::uint8_t> contents(flash.bytes().begin(), flash.bytes().end());
        machine.emplace(MachineConfig{find_board("maix_bit"), contents, program, camera, console}, log);
        return machine->run_until(SimTime{static_cast<std::uint64_t>(seconds * kPsPerSecond)});
    }

    FlashImage flash;
    std::optional<Program> program;
    StillCamera camera{decode_picture(app::demo_picture(), "demo")};
    Recorder console;
    Log log;
    std::optional<Machine> machine;
};

TEST(GuestProgramsTest, HelloEndsOnceItsLineIsOut) {
    GuestRun hello("hello");
    EXPECT_EQ(hello.run(1), StopReason::idle);
    EXPECT_EQ(hello.console.text, "hello from hart 0 at 390000000 Hz\n");
    EXPECT_LT(hello.machine->now().seconds(), 0.01);
}

TEST(GuestProgramsTest, JumpIntoNowhereEndsInACrashReport) {
    GuestRun crash("crash");
    EXPECT_EQ(crash.run(2), StopReason::crashed);
    EXPECT_EQ(crash.console.text,
              "about to jump\n\nhart 0: instruction access fault (cause 1) at pc 10000000, value 10000000\n");
    EXPECT_THAT(crash.machine->crash_report(), HasSubstr("cause 1, pc 0x10000000"));
    EXPECT_THAT(crash.machine->crash_report(),
                HasSubstr("last device access: write of 4 bytes at 0x38000000 (uarths)"));
}

TEST(GuestProgramsTest, HartsShareALockAndTakeTurns) {
    GuestRun two("two_harts");
    EXPECT_EQ(two.run(1), StopReason::idle);
    std::string expected;
    for (const char* line : {"1", "2", "3", "4", "5"})
        for (const char* hart : {"0", "1"}) expected += std::string("hart ") + hart + ", line " + line + "\n";
    EXPECT_EQ(two.console.text, expected + "counted to 40000\n");
}

double mean_difference(const Picture& screen, unsigned left, unsigned top, const Picture& scene) {
    double sum = 0;
    for (unsigned y = 2; y < 118; ++y)
        for (unsigned x = 2; x < 158; ++x)
            for (unsigned c = 0; c < 3; ++c) {
                const int mean = (scene.at(2 * x, 2 * y)[c] + scene.at(2 * x + 1, 2 * y)[c] +
                                  scene.at(2 * x, 2 * y + 1)[c] + scene.at(2 * x + 1, 2 * y + 1)[c]) /
                                 4;
                sum += std::abs(screen.at(left + x, top + y)[c] - mean);
            }
    return sum / (116 * 156 * 3);
}

double share_of_bright_pixels(const Picture& screen, unsigned left, unsigned top) {
    unsigned bright = 0;
    for (unsigned y = 2; y < 118; ++y)
        for (unsigned x = 2; x < 158; ++x) {
            const std::uint8_t* p = screen.at(left + x, top + y);
            bright += std::max({p[0], p[1], p[2]}) > 128;
        }
    return bright / (116.0 * 156.0);
}

TEST(GuestProgramsTest, DemoShowsThePictureAndItsEdges) {
    GuestRun demo;
    EXPECT_EQ(demo.run(1), StopReason::time_reached);
    EXPECT_THAT(demo.console.text, HasSubstr("cpu  403.000 MHz\n  kpu  398.666 MHz\n"));
    EXPECT_THAT(demo.console.text, HasSubstr("camera: OV2640, 320x240\n"));
    EXPECT_THAT(demo.console.text,
                testing::ContainsRegex("frame 5: capture [0-9.]+ ms, kpu 1\\.[0-9]+ ms, show [0-9.]+ ms\n"));
    const Picture& screen = demo.machine->screen();
    EXPECT_LT(mean_difference(screen, 0, 27, demo.camera.frame(0)), 12);
    EXPECT_GT(share_of_bright_pixels(screen, 160, 27), 0.1);
    EXPECT_LT(share_of_bright_pixels(screen, 160, 27), 0.5);
}

TEST(GuestProgramsTest, DemoDoesTheSameTwice) {
    GuestRun first, second;
    first.run(0.6);
    second.run(0.6);
    EXPECT_EQ(first.console.text, second.console.text);
    EXPECT_EQ(first.machine->screen().rgb, second.machine->screen().rgb);
    EXPECT_EQ(first.machine->counters().harts[0].instructions, second.machine->counters().harts[0].instructions);
}

}  // namespace
}  // namespace k210
