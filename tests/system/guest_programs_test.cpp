// Our own guest programs (firmware/), on a whole machine.
#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/builtin_demo.hpp"
#include "app/demo_camera.hpp"
#include "k210/loader/firmware.hpp"
#include "k210/machine/machine.hpp"
#include "support/paths.hpp"

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
    explicit GuestRun(const std::string& test_guest) : flash(find_board("maix_bit").storage_bytes("flash")) {
        program = load_firmware(guests_dir() / (test_guest + ".bin"), flash);
    }
    GuestRun() : flash(find_board("maix_bit").storage_bytes("flash")) {
        program = load_firmware(app::demo_firmware(), "demo", flash);
    }
    StopReason run(double seconds) {
        const std::vector<std::uint8_t> contents(flash.bytes().begin(), flash.bytes().end());
        machine.emplace(MachineConfig{find_board("maix_bit"), contents, program, camera, console}, log);
        return machine->run_until(SimTime{static_cast<std::uint64_t>(seconds * kPsPerSecond)});
    }

    FlashImage flash;
    std::optional<Program> program;
    app::DemoCamera camera;
    Recorder console;
    Log log;
    std::optional<Machine> machine;
    const Picture& screen() { return machine->port<Display>("lcd").picture(); }
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

TEST(GuestProgramsTest, KpuComputesTheSameHoweverItIsDriven) {
    GuestRun drivers("kpu_drivers");
    EXPECT_EQ(drivers.run(1), StopReason::idle);
    EXPECT_EQ(drivers.console.text,
              "one layer an interrupt: 30 layers, right\n"
              "FIFO kept full by stores: 30 layers in 3 bursts, right\n"
              "FIFO kept full by DMA: 30 layers in 3 bursts, right\n");
    EXPECT_EQ(drivers.machine->counters().kpu_layers, 90u);
    EXPECT_EQ(drivers.log.count(LogKind::guest_error) + drivers.log.count(LogKind::unverified), 0u);
}

TEST(GuestProgramsTest, DemoDoesTheSameTwice) {
    GuestRun first, second;
    first.run(0.6);
    second.run(0.6);
    EXPECT_EQ(first.console.text, second.console.text);
    EXPECT_EQ(first.screen().rgb, second.screen().rgb);
    EXPECT_EQ(first.machine->counters().harts[0].instructions, second.machine->counters().harts[0].instructions);
}

}  // namespace
}  // namespace k210
