// Runs that are recorded and given again in another process.
#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "k210/base/file.hpp"
#include "support/paths.hpp"
#include "support/temp_dir.hpp"
#include "system/emulator_process.hpp"
#include "system/machine_bench.hpp"

namespace k210 {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using Arguments = std::vector<std::string>;

struct RecordCommandTest : testing::Test {
    TempDir dir;
    std::string record = dir / "run.jsonl";

    std::string text() const {
        const auto bytes = read_file(record);
        return {bytes.begin(), bytes.end()};
    }
    static std::string refusal(Arguments arguments) {
        arguments.insert(arguments.begin(), "run");
        const auto end = run_emulator(std::move(arguments));
        EXPECT_EQ(end.status, 2) << end.err;
        EXPECT_EQ(std::count(end.err.begin(), end.err.end(), '\n'), 1) << end.err;
        return end.err;
    }
};

TEST_F(RecordCommandTest, TheDemoIsTheSameAgain) {
    const auto first = run_emulator({"run", "--timing", "instructions", "--timeout", "0.3", "--record", record});
    const auto again = run_emulator({"run", "--replay", record, "--screenshot", dir / "lcd.png"});
    EXPECT_EQ(again.status, 0) << again.err;
    EXPECT_EQ(again.out, first.out);
    EXPECT_EQ(again.err, "");
}

TEST_F(RecordCommandTest, ACrashCrashesAgainAndIsTheSameRun) {
    const std::string crash = guests_dir() / "crash.bin";
    const auto first = run_emulator({"run", crash, "--record", record});
    EXPECT_EQ(first.status, 1);
    const auto again = run_emulator({"run", crash, "--replay", record});
    EXPECT_EQ(again.status, 0) << again.err;
    EXPECT_EQ(again.out, first.out);
    EXPECT_THAT(again.err, HasSubstr("fault at "));
}

TEST_F(RecordCommandTest, AnotherFirmwareDepartsAndIsToldBeforehand) {
    run_emulator({"run", guests_dir() / "hello.bin", "--record", record});
    const auto other = run_emulator({"run", guests_dir() / "crash.bin", "--replay", record});
    EXPECT_EQ(other.status, 1) << other.err;
    EXPECT_THAT(other.err, StartsWith("k210emu: " + record + ": not the same as when it was recorded: the firmware\n"));
    EXPECT_THAT(other.err, HasSubstr(record + ": departs at "));
}

TEST_F(RecordCommandTest, WhatCannotBeRecordedOrReplayedIsRefusedInOneLine) {
    EXPECT_THAT(refusal({"--board", "maix_go", "--wifi", "--record", record}), HasSubstr("takes no --wifi"));
    EXPECT_THAT(refusal({"--record", "/nowhere/r"}), HasSubstr("/nowhere"));
    EXPECT_THAT(refusal({"--camera", source_dir() / "docs/examples/astronaut.png", "--camera",
                         source_dir() / "docs/images/demo.png", "--record", record}),
                HasSubstr("which of several was seen"));
    run_emulator({"run", "--timeout", "0.01", "--record", record});
    for (const char* option : {"--type", "--script", "--board", "--expect", "--record"})
        EXPECT_THAT(refusal({"--replay", record, option, "x"}),
                    HasSubstr(std::string("--replay: a record has its own, and takes no ") + option));
    dir.write("run.jsonl", text() + "nonsense\n");
    EXPECT_THAT(refusal({"--replay", record}), HasSubstr("run.jsonl:3: is no line of a record"));
    EXPECT_THAT(refusal({"--replay", guests_dir() / "hello.bin"}), HasSubstr("hello.bin:1: is no record"));
}

TEST_F(RecordCommandTest, WhatGoesOnFromASnapshotIsTheSameAgain) {
    const std::string snapshot = dir / "snapshot";
    run_emulator({"run", guests_dir() / "flash_log.bin", "--save-at", "0.05", snapshot, "--timeout", "0.06"});
    const auto first = run_emulator({"run", "--from", snapshot, "--timeout", "0.5", "--record", record});
    const auto again = run_emulator({"run", "--from", snapshot, "--replay", record});
    EXPECT_EQ(again.status, 0) << again.err;
    EXPECT_EQ(again.out, first.out);
    EXPECT_THAT(refusal({"--replay", record}), HasSubstr("begins with a snapshot, which --from names"));
}

TEST_F(RecordCommandTest, ARecordFromTheBeginningTakesNoSnapshot) {
    const std::string snapshot = dir / "snapshot";
    run_emulator({"run", guests_dir() / "hello.bin", "--save-at", "0.001", snapshot, "--record", record});
    EXPECT_THAT(refusal({"--from", snapshot, "--replay", record}), HasSubstr("begins with no snapshot"));
}

TEST_F(RecordCommandTest, ARecordThatCannotBeWrittenIsTold) {
    const auto end = run_emulator({"run", "--expect", "frame 1", "--record", "/dev/full"});
    EXPECT_EQ(end.status, 3);
    EXPECT_THAT(end.err, HasSubstr("/dev/full: No space left on device"));
}

struct RecordCommandRealImageTest : RecordCommandTest {
    void SetUp() override { K210_NEEDS(image_path("maixpy_0.6.2_84_ide.bin")); }
};

TEST_F(RecordCommandRealImageTest, WhatWasTypedAtMaixPyIsSmallAndTheSameAgain) {
    const std::string image = image_path("maixpy_0.6.2_84_ide.bin");
    const std::string script =
        dir.write("script.py", std::string("import time\nfor i in range(3):\n    print(i, time.ticks_us())\n"));
    const auto first = run_emulator(
        {"run", image, "--script", script, "--type", "print('later')", "--timeout", "2", "--record", record});
    EXPECT_LT(text().size(), 4096u);
    const auto again = run_emulator({"run", image, "--replay", record});
    EXPECT_EQ(again.status, 0) << again.err;
    EXPECT_EQ(again.out, first.out);
}

TEST_F(RecordCommandRealImageTest, WhatASnapshotIsStillToTypeIsTypedOnceAgain) {
    const std::string snapshot = dir / "snapshot";
    run_emulator({"run", image_path("maixpy_0.6.2_84_ide.bin"), "--type", "print(6 * 7)", "--save-at", "0.5", snapshot,
                  "--timeout", "0.6"});
    const auto first = run_emulator({"run", "--from", snapshot, "--expect", "^42", "--record", record});
    EXPECT_THAT(text(), HasSubstr("print(6 * 7)"));
    const auto again = run_emulator({"run", "--from", snapshot, "--replay", record});
    EXPECT_EQ(again.status, 0) << again.err;
    EXPECT_EQ(again.out, first.out);
}

}  // namespace
}  // namespace k210
