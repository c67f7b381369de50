// Runs that are saved, and go on in another process.
#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "k210/base/file.hpp"
#include "support/paths.hpp"
#include "support/temp_dir.hpp"
#include "system/emulator_process.hpp"
#include "system/machine_bench.hpp"

namespace k210 {
namespace {

using testing::HasSubstr;
using Arguments = std::vector<std::string>;
using Json = nlohmann::json;

struct SnapshotCommandTest : testing::Test {
    TempDir dir;
    std::string snapshot = dir / "a.snap";

    std::vector<std::uint8_t> bytes(const char* name) const { return read_file(dir / name); }
    // What a run reports, but for what the host's time and the way there make of it.
    Json report(const char* name) const {
        const auto text = bytes(name);
        Json report = Json::parse(text.begin(), text.end());
        report.erase("wall_seconds");
        report.erase("reason");
        return report;
    }
    // One run to `end`, and one that is saved at `cut`, ends there, and goes on to `end` in another process: expects
    // the same of both.
    void expect_the_same_in_two(const Arguments& run, double cut, double end, const Arguments& camera = {}) {
        const auto limit = [](double seconds) { return Arguments{"--timeout", std::to_string(seconds)}; };
        const auto writing = [&](const std::string& name) {
            return Arguments{"--report", (dir / (name + ".json")).string(), "--screenshot",
                             (dir / (name + ".png")).string()};
        };
        const auto all = [](std::initializer_list<Arguments> parts) {
            Arguments arguments;
            for (const Arguments& part : parts) arguments.insert(arguments.end(), part.begin(), part.end());
            return arguments;
        };
        const auto whole = run_emulator(all({run, camera, limit(end), writing("whole")}));
        const auto first = run_emulator(all({run, camera, limit(cut), {"--save-at", std::to_string(cut), snapshot}}));
        ASSERT_EQ(first.status, 42) << first.err;
        const auto second =
            run_emulator(all({{"run", "--from", snapshot}, camera, limit(end - cut), writing("second")}));
        EXPECT_EQ(second.status, whole.status) << second.err;
        EXPECT_EQ(first.out + second.out, whole.out);
        EXPECT_EQ(report("second.json"), report("whole.json"));
        EXPECT_EQ(bytes("second.png"), bytes("whole.png"));
    }
    // A snapshot of the demo.
    void save_demo() {
        ASSERT_EQ(run_emulator({"run", "--timeout", "0.01", "--save-at", "0.01", snapshot}).status, 42);
    }
    std::string refusal(Arguments arguments) const {
        arguments.insert(arguments.begin(), "run");
        const auto end = run_emulator(std::move(arguments));
        EXPECT_EQ(end.status, 2) << end.err;
        EXPECT_EQ(std::count(end.err.begin(), end.err.end(), '\n'), 1) << end.err;
        return end.err;
    }
};

TEST_F(SnapshotCommandTest, TheDemoGoesOnInAnotherProcessAsInOne) {
    expect_the_same_in_two({"run"}, 0.15, 0.4);
}

TEST_F(SnapshotCommandTest, ABoardOfTheUsersOwnAndWiresGoAlong) {
    const auto board = find_board("maix_bit").text;
    const std::string file = dir.write("mine.toml", board);
    expect_the_same_in_two(
        {"run", (guests_dir() / "pads.bin").string(), "--board", file, "--wire", "10=11", "--timing", "instructions"},
        0.01, 0.05);
}

TEST_F(SnapshotCommandTest, ARunIsSavedWhenTheGuestHasSaidSomethingAndGoesOn) {
    const auto end =
        run_emulator({"run", "--save-on", "frame [0-9]", snapshot, "--expect", "frame 3", "--timeout", "3"});
    EXPECT_EQ(end.status, 0) << end.err;
    const auto second = run_emulator({"run", "--from", snapshot, "--expect", "frame 3", "--timeout", "3"});
    EXPECT_EQ(second.status, 0) << second.err;
    EXPECT_TRUE(end.out.ends_with(second.out)) << second.out;
    EXPECT_LT(second.out.size(), end.out.size());
}

TEST_F(SnapshotCommandTest, WhatWasNeverSavedIsTold) {
    const auto end = run_emulator({"run", "--timeout", "0.01", "--save-at", "5", snapshot});
    EXPECT_EQ(end.status, 42);
    EXPECT_THAT(end.err, HasSubstr(snapshot + ": was not written: the run has ended before"));
    EXPECT_FALSE(std::filesystem::exists(snapshot));
    const auto met = run_emulator({"run", "--expect", "frame", "--save-on", "never", snapshot});
    EXPECT_EQ(met.status, 3) << met.err;
}

TEST_F(SnapshotCommandTest, WhatASnapshotHasItselfIsRefusedBesideIt) {
    save_demo();
    EXPECT_THAT(refusal({"demo.bin", "--from", snapshot}),
                HasSubstr("--from: a snapshot has its own, and takes no FIRMWARE"));
    const std::pair<Arguments, const char*> given[] = {{{"--board", "maix_go"}, "--board"},
                                                       {{"--flash", "0=x"}, "--flash"},
                                                       {{"--flash-image", "x"}, "--flash-image"},
                                                       {{"--sd", "."}, "--sd"},
                                                       {{"--timing", "instructions"}, "--timing"},
                                                       {{"--wire", "1=2"}, "--wire"},
                                                       {{"--baud", "9600"}, "--baud"},
                                                       {{"--isp"}, "--isp"},
                                                       {{"--wifi"}, "--wifi"}};
    for (auto [arguments, option] : given) {
        arguments.insert(arguments.end(), {"--from", snapshot});
        EXPECT_THAT(refusal(arguments), HasSubstr(std::string("takes no ") + option));
    }
}

TEST_F(SnapshotCommandTest, WhatIsNoSnapshotIsRefusedInOneLine) {
    EXPECT_THAT(refusal({"--from", dir / "missing"}), HasSubstr("missing: No such file"));
    const std::string firmware = guests_dir() / "hello.bin";
    EXPECT_THAT(refusal({"--from", firmware}), HasSubstr("hello.bin: is no snapshot"));
    save_demo();
    auto damaged = read_file(snapshot);
    damaged[damaged.size() / 2] ^= 1;
    write_file_atomically(snapshot, damaged);
    EXPECT_THAT(refusal({"--from", snapshot}), HasSubstr("a.snap: is damaged"));
}

TEST_F(SnapshotCommandTest, SnapshotsGoWhereNothingElseIsReadOrWritten) {
    EXPECT_THAT(refusal({"--save-at", "1", snapshot, "--save-on", "x", snapshot}), HasSubstr("cannot be both"));
    EXPECT_THAT(refusal({"--save-at", "1", "/nowhere/a.snap"}), HasSubstr("/nowhere"));
    EXPECT_THAT(refusal({"--save-at", "-1", snapshot}), HasSubstr("no number of seconds"));
    EXPECT_THAT(refusal({"--save-on", "(", snapshot}), HasSubstr("--save-on '(': missing )"));
    EXPECT_THAT(refusal({"--save-at", "1"}), HasSubstr("--save-at"));
    EXPECT_THAT(refusal({"--board", "maix_go", "--wifi", "--save-at", "1", snapshot}),
                HasSubstr("--wifi cannot be saved"));
}

TEST_F(SnapshotCommandTest, PicturesOfTheUsersOwnAreAskedForAgain) {
    const std::string picture = source_dir() / "docs/examples/astronaut.png";
    expect_the_same_in_two({"run"}, 0.15, 0.3, {"--camera", picture});
    EXPECT_THAT(refusal({"--from", snapshot}), HasSubstr("name them for the camera again"));
}

struct SnapshotCommandRealImageTest : SnapshotCommandTest {
    void SetUp() override { K210_NEEDS(image_path("maixpy_0.6.2_84_ide.bin")); }
    const std::string image = image_path("maixpy_0.6.2_84_ide.bin");
};

TEST_F(SnapshotCommandRealImageTest, MaixPyGoesOnWhileAScriptIsTypedAndItsCardIsRead) {
    std::filesystem::create_directory(dir / "card");
    dir.write("card/boot.py", std::string("print('boot.py has run')\n"));
    const std::string script =
        dir.write("script.py",
                  std::string("import os, lcd\nlcd.init()\nfor i in range(9):\n    lcd.draw_string(9, 9 * i, str(i))\n"
                              "    print(i, os.listdir('/sd'))\n"));
    for (const double cut : {0.5, 0.95, 1.2})
        expect_the_same_in_two({"run", image, "--sd", dir / "card", "--script", script, "--type", "print('later')"},
                               cut, 2.4);
}

TEST_F(SnapshotCommandRealImageTest, ASnapshotAtThePromptTakesALine) {
    const auto first = run_emulator({"run", image, "--save-on", "^>>> ", snapshot, "--expect", "^>>> "});
    ASSERT_EQ(first.status, 0) << first.err;
    const auto second = run_emulator({"run", "--from", snapshot, "--type", "print(6 * 7)", "--expect", "^42"});
    EXPECT_EQ(second.status, 0) << second.err;
    EXPECT_EQ(second.out, "print(6 * 7)\r\n42\r\n");
}

}  // namespace
}  // namespace k210
