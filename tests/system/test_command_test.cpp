// `k210emu test` on guests of firmware/: suites, and what they leave behind.
#include <algorithm>
#include <regex>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "k210/base/file.hpp"
#include "k210/host/camera_sources.hpp"
#include "k210/host/picture_file.hpp"
#include "support/full_disk.hpp"
#include "support/paths.hpp"
#include "support/temp_dir.hpp"
#include "system/emulator_process.hpp"
#include "system/replay_line.hpp"

namespace k210 {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

struct TestCommandTest : testing::Test {
    TempDir files;
    std::string artifacts = (files / "kept").string();

    std::string scenario(std::string_view name, std::string_view guest, std::string_view steps) const {
        const std::string text = "firmware: " + (guests_dir() / guest).string() + "\nsteps:\n" + std::string(steps);
        return files.write(name, text).string();
    }
    std::string passing(std::string_view name = "passing.yaml") const {
        return scenario(name, "hello.elf", "- expect-text: hello\n");
    }
    std::string failing(std::string_view name = "failing.yaml") const {
        return scenario(name, "crash.elf", "- expect-text: never\n");
    }
    std::string late(std::string_view name = "late.yaml") const {
        return scenario(name, "flash_log.elf", "- expect-text: never\n  timeout: 100ms\n");
    }
    EmulatorProcess::Result test(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), "test");
        arguments.insert(arguments.end(), {"--artifacts", artifacts});
        return run_emulator(arguments);
    }
    std::string text(const std::filesystem::path& file) const {
        const auto bytes = read_file(file);
        return {bytes.begin(), bytes.end()};
    }
    std::string short_text(std::string all) const {
        const std::string folder = files.path().string() + "/";
        for (std::size_t at; (at = all.find(folder)) != all.npos;) all.erase(at, folder.size());
        return std::regex_replace(all, std::regex(", [0-9.]+ s\\)"), ", T s)");
    }
};

TEST_F(TestCommandTest, SaysALineForEachScenarioAndASum) {
    passing("a.yaml"), passing("b.yaml");
    const auto result = test({files.path().string(), "-j1"});
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(short_text(result.out),
              "passed a.yaml (0.003 guest seconds, T s)\npassed b.yaml (0.003 guest seconds, "
              "T s)\n2 scenarios: 2 passed\n");
    EXPECT_EQ(result.err, "");
}

TEST_F(TestCommandTest, AFailureSaysWhatIsKeptAndHowToRunItAgain) {
    const std::string file = failing();
    const auto result = test({file});
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.out, HasSubstr("failing.yaml:3: expect-text 'never': the guest has crashed"));
    EXPECT_THAT(result.out, HasSubstr("console.txt"));
    EXPECT_THAT(result.out, HasSubstr("  again: k210emu test " + file + "\n"));
    EXPECT_THAT(text(artifacts + "/%2F" + file + "/console.txt"), HasSubstr("instruction access fault"));
}

TEST_F(TestCommandTest, TheExitStatusTellsTimeOutsFromFailures) {
    passing(), late();
    EXPECT_EQ(test({files.path().string()}).status, 42);
    failing();
    EXPECT_EQ(test({files.path().string()}).status, 1);
}

TEST_F(TestCommandTest, EachBadScenarioIsToldAndNothingRuns) {
    passing();
    const std::string a = scenario("a.yaml", "hello.elf", "- pres: boot\n"), b = scenario("b.yaml", "no.elf", "");
    const auto result = test({files.path().string()});
    EXPECT_EQ(result.status, 2);
    EXPECT_EQ(result.out, "");
    EXPECT_THAT(short_text(result.err), testing::MatchesRegex("k210emu: a.yaml:3: there is no step 'pres'[^\n]*\n"
                                                              "k210emu: b.yaml:1: firmware: there is no [^\n]*\n"));
}

TEST_F(TestCommandTest, WhatAScenarioNamesIsLookedAtBeforeAnythingRuns) {
    passing();
    files.write("no.bin", std::string("\x7f"
                                      "ELF"));
    files.write("no.kfpkg", std::string("PK"));
    files.write("no.snapshot", std::string("k210snap"));
    files.write("no.img", std::string("x"));
    std::filesystem::create_directory(files / "no-pictures");
    const auto told = [&](const std::string& head) {
        const std::string file = files.write("bad.yaml", "name: bad\n" + head + "\nsteps: []\n").string();
        const auto result = test({files.path().string()});
        EXPECT_EQ(result.status, 2) << head;
        EXPECT_EQ(result.out, "") << head;
        EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
        return short_text(result.err);
    };
    EXPECT_THAT(told("firmware: no.bin"), StartsWith("k210emu: bad.yaml:2: firmware: no.bin: "));
    EXPECT_THAT(told("flash: no.kfpkg"), StartsWith("k210emu: bad.yaml:2: flash: no.kfpkg: "));
    EXPECT_THAT(told("camera: no-pictures"), StartsWith("k210emu: bad.yaml:2: camera: no-pictures: holds no pictures"));
    EXPECT_THAT(told("sd: no.img"), StartsWith("k210emu: bad.yaml:2: sd: no.img: "));
    EXPECT_THAT(told("start_from: no.snapshot"), StartsWith("k210emu: bad.yaml:2: start_from: no.snapshot: "));
    EXPECT_EQ(told("wires: [[10, 10]]"), "k210emu: bad.yaml:2: wires: pad 10 cannot be joined to itself\n");
    EXPECT_EQ(told("wires: [[16, 3]]"), "k210emu: bad.yaml:2: wires: pad 16 is driven by boot of maix_bit\n");
}

TEST_F(TestCommandTest, ARegisterThatIsNoneIsToldBeforeAnythingRuns) {
    passing();
    scenario("a.yaml", "hello.elf", "- expect-register: {name: nothing, value: 1}\n");
    const auto result = test({files.path()});
    EXPECT_EQ(result.status, 2);
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(short_text(result.err), "k210emu: a.yaml:3: expect-register: there is no register 'nothing'\n");
}

TEST_F(TestCommandTest, TwoRunsOfASuiteDifferInWallTimesOnly) {
    passing(), failing(), late();
    const auto run = [&](const std::string& jobs) {
        const std::filesystem::path json = files / "results.json";
        test({files.path().string(), "-j", jobs, "--json", json.string()});
        return std::regex_replace(text(json), std::regex("\"wall_seconds\": [0-9.]+"), "");
    };
    EXPECT_EQ(run("1"), run("3"));
}

TEST_F(TestCommandTest, OnlyWhatHasFailedIsRunAgain) {
    passing();
    const std::string file = failing("other.yaml");
    test({files.path().string()});
    const std::vector<std::string> again{files.path().string(), "--rerun-failed"};
    EXPECT_THAT(test(again).out, AllOf(HasSubstr("1 scenario: 1 failed\n"), Not(HasSubstr("passing.yaml"))));
    passing("other.yaml");
    EXPECT_THAT(test(again).out, HasSubstr("1 scenario: 1 passed\n"));
    const auto none = test(again);
    EXPECT_EQ(none.out, "nothing has failed in the last run\n");
    EXPECT_EQ(none.status, 0);
}

TEST_F(TestCommandTest, ShardsMergeToTheSameResultsAsOneRun) {
    passing("a.yaml"), failing("b.yaml"), passing("c.yaml");
    const std::string whole = (files / "whole.json").string(), both = (files / "both.json").string();
    test({files.path().string(), "--json", whole});
    artifacts = (files / "1").string();
    test({files.path().string(), "--shard", "1/2"});
    artifacts = (files / "2").string();
    test({files.path().string(), "--shard", "2/2"});
    const auto merged = run_emulator(
        {"test", "merge", (files / "1/results.json").string(), (files / "2/results.json").string(), "--json", both});
    EXPECT_EQ(merged.status, 1);
    EXPECT_THAT(merged.out, HasSubstr("3 scenarios: 2 passed, 1 failed\n"));
    const auto comparable = [&](const std::string& file) {
        return std::regex_replace(text(file), std::regex("\"(wall_seconds|folder)\": [^\n]+"), "");
    };
    EXPECT_EQ(comparable(whole), comparable(both));
    EXPECT_EQ(run_emulator({"test", "merge", (files / "1/results.json").string()}).err,
              "k210emu: merge: the results of shard 2/2 are missing\n");
}

TEST_F(TestCommandTest, AFilterAndAMatrixChoose) {
    const std::string file =
        files
            .write("m.yaml", "matrix: {guest: [hello, crash]}\nfirmware: " + guests_dir().string() +
                                 "/${guest}.elf\nsteps:\n- expect-text: hello\n")
            .string();
    EXPECT_THAT(test({file, "--filter", "guest=hello"}).out, HasSubstr("1 scenario: 1 passed\n"));
    EXPECT_THAT(test({file, "--set", "guest=hello"}).out, HasSubstr("1 scenario: 1 passed\n"));
    EXPECT_THAT(test({file, "--matrix", "strict=off,warn"}).out, HasSubstr("4 scenarios: 2 passed, 2 failed\n"));
    EXPECT_EQ(test({file, "--filter", "nothing"}).err, "k210emu: --filter 'nothing': no scenario has such a name\n");
}

TEST_F(TestCommandTest, GoesOnFromWhereAnotherScenarioEnds) {
    scenario("boot.yaml", "flash_log.elf", "- expect-text: record 2\n");
    const std::string on =
        files.write("on.yaml", std::string("start_from: boot.yaml\nsteps:\n- expect-text: record 4\n")).string();
    const std::string whole =
        scenario("whole.yaml", "flash_log.elf", "- expect-text: record 2\n- expect-text: record 4\n");
    const auto end_of = [](const std::string& out) { return out.substr(out.find('('), out.find(',') - out.find('(')); };
    const auto result = test({on});
    EXPECT_EQ(result.status, 0) << result.out;
    EXPECT_EQ(end_of(result.out), end_of(test({whole}).out));
}

TEST_F(TestCommandTest, GoesOnFromASnapshot) {
    const std::string guest = (guests_dir() / "flash_log.elf").string(), snapshot = (files / "at2.snapshot").string();
    run_emulator({"run", guest, "--save-on", "record 2", snapshot, "--expect", "record 3"});
    const std::string on = files
                               .write("on.yaml", std::string("start_from: at2.snapshot\nsteps:\n"
                                                             "- expect-text: record 4\n"))
                               .string();
    const auto result = test({on});
    EXPECT_EQ(result.status, 0) << result.out << result.err;
    const std::string file = artifacts + "/%2F" + on;
    EXPECT_THAT(text(file + "/console.txt"), AllOf(Not(HasSubstr("record 1")), HasSubstr("record 4")));
}

TEST_F(TestCommandTest, AFailureBehindASnapshotKeepsWhatWasSaidBefore) {
    const std::string guest = (guests_dir() / "flash_log.elf").string(), snapshot = (files / "at2.snapshot").string();
    run_emulator({"run", guest, "--save-on", "record 2", snapshot, "--expect", "record 3"});
    const std::string on = files
                               .write("on.yaml", std::string("start_from: at2.snapshot\nsteps:\n"
                                                             "- {expect-text: never, timeout: 1ms}\n"))
                               .string();
    EXPECT_EQ(test({on}).status, 42);
    EXPECT_THAT(text(artifacts + "/%2F" + on + "/console_before.txt"), testing::EndsWith("record 2\r\n"));
}

TEST_F(TestCommandTest, FiguresTellHowLongEachKpuLayerTook) {
    EXPECT_EQ(test({source_dir() / "docs/examples/demo_digit.yaml"}).status, 0);
    std::string file;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(artifacts))
        if (entry.path().filename() == "figures.json") file = entry.path();
    const auto figures = nlohmann::json::parse(text(file));
    std::uint64_t runs = 0;
    for (const auto& layer : figures.at("layers")) {
        EXPECT_GT(layer.at("ms").get<double>(), 0) << layer.at("kind");
        runs += layer.at("runs").get<std::uint64_t>();
    }
    EXPECT_EQ(runs, figures.at("kpu_layers").get<std::uint64_t>());
    EXPECT_GT(figures.at("memory_used").at("ai_ram_bytes").get<std::uint64_t>(), 0u);
}

TEST_F(TestCommandTest, ASnapshotThatSawPicturesNeedsThemAgain) {
    const std::string chart = (files / "chart.png").string(), snapshot = (files / "demo.snapshot").string();
    save_png(chart, test_chart(7));
    run_emulator({"run", "--camera", chart, "--save-on", "camera: ", snapshot, "--expect", "frame 1"});
    const std::string blind = files.write("a.yaml", std::string("start_from: demo.snapshot\nsteps: []\n")).string();
    EXPECT_EQ(short_text(test({blind}).err),
              "k210emu: a.yaml:1: start_from: demo.snapshot: the camera saw pictures of the user's own: name them for "
              "the camera again\n");
    files.write("a.yaml", std::string("start_from: demo.snapshot\ncamera: chart.png\nsteps: []\n"));
    EXPECT_EQ(test({blind}).status, 0);
}

TEST_F(TestCommandTest, AFailureLeavesASnapshotToGoOnFrom) {
    const std::string file = late();
    test({file});
    const auto on = run_emulator({"run", "--from", artifacts + "/%2F" + file + "/end.snapshot", "--expect", "record"});
    EXPECT_EQ(on.status, 0) << on.err;
}

TEST_F(TestCommandTest, AFailureLeavesATimeline) {
    const std::string file = scenario("a.yaml", "flash_log.elf",
                                      "- expect-text: record 2\n- send: x\n- expect-text: never\n  timeout: 100ms\n");
    test({file});
    const std::string timeline = text(artifacts + "/%2F" + file + "/timeline.txt");
    EXPECT_THAT(timeline, HasSubstr(" s  console record 2\n"));
    EXPECT_THAT(timeline, HasSubstr(" s  step    " + file + ":4: send 'x'\n"));
    EXPECT_THAT(timeline, HasSubstr(" s  input   'x' on console\n"));
    passing();
    test({passing()});
    EXPECT_FALSE(std::filesystem::exists(artifacts + "/%2F" + passing() + "/timeline.txt"));
}

struct ReplayTest : TestCommandTest {
    // Of a scenario that has failed: the record that is kept gives the same console and the same picture.
    void expect_the_same_again(const std::string& file) const {
        const auto failed = test({file});
        ASSERT_THAT(failed.out, HasSubstr("replay: k210emu run ")) << failed.err;
        std::vector<std::string> arguments = replay_arguments(failed.out);
        const std::string lcd = (files / "lcd.png").string();
        arguments.insert(arguments.end(), {"--screenshot", lcd});
        const auto again = run_emulator(arguments);
        EXPECT_EQ(again.status, 0) << again.err;
        const std::string folder = artifacts + "/%2F" + file;
        EXPECT_EQ(again.out, text(folder + "/console.txt"));
        EXPECT_EQ(text(lcd), text(folder + "/last.png"));
    }
};

TEST_F(ReplayTest, OfButtonsPicturesAndACardIsTheSameAgain) {
    const std::string chart = (files / "chart.png").string();
    save_png(chart, test_chart(7));
    std::filesystem::create_directory(files / "card");
    files.write("card/a.txt", std::string("on the card"));
    expect_the_same_again(scenario("a.yaml", "demo.elf",
                                   "- expect-text: 'camera: '\n"
                                   "- camera: " +
                                       chart +
                                       "\n"
                                       "- expect-text: frame 2\n"
                                       "- insert-card: card\n"
                                       "- press: reset\n"
                                       "- expect-text: 'camera: '\n"
                                       "- expect-text: never\n  timeout: 100ms\n"));
}

TEST_F(ReplayTest, OfACrashIsTheSameAgain) {
    expect_the_same_again(failing());
}

TEST_F(ReplayTest, OfWhatHasStartedFromAnotherScenarioIsTheSameAgain) {
    scenario("boot.yaml", "flash_log.elf", "- expect-text: record 2\n");
    expect_the_same_again(files
                              .write("on.yaml", std::string("start_from: boot.yaml\nsteps:\n"
                                                            "- cut-power: {seed: 5}\n- expect-text: record 1\n"
                                                            "- send: x\n- expect-text: never\n  timeout: 50ms\n"))
                              .string());
}

TEST_F(TestCommandTest, WhatHasPassedLeavesNoRecord) {
    const std::string file = passing();
    test({file});
    EXPECT_FALSE(std::filesystem::exists(artifacts + "/%2F" + file + "/record.jsonl"));
}

// --- a disk that is full ---

TEST_F(TestCommandTest, ArtifactsThatDoNotFitAreAnErrorOfTheirOwn) {
    const std::string file = scenario("a.yaml", "demo.elf", "- expect-text: frame 2\n");
    const FullDisk disk(4096);  // enough for a result, and not for a picture
    const auto result = test({file});
    EXPECT_EQ(result.status, 3);
    EXPECT_THAT(result.out, HasSubstr("1 scenario: 1 passed\n"));
    EXPECT_EQ(result.err, "k210emu: " + artifacts + "/%2F" + file + "/last.png: File too large\n");
}

TEST_F(TestCommandTest, AFailureWhoseArtifactsDoNotFitIsTheSameFailure) {
    const std::string file = failing();
    const std::string message = test({file}).out;
    const FullDisk disk(4096);
    const auto result = test({file});
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.out.substr(result.out.find('\n')).substr(0, 100),
              message.substr(message.find('\n')).substr(0, 100));
    EXPECT_THAT(result.err, HasSubstr("end.snapshot: File too large\n"));
}

TEST_F(TestCommandTest, AResultThatDoesNotFitIsLost) {
    const std::string file = passing();
    const FullDisk disk(600);  // enough for what is said
    const auto result = test({file});
    EXPECT_EQ(result.status, 3);
    EXPECT_THAT(result.out, HasSubstr("its result could not be written"));
    EXPECT_THAT(result.out, HasSubstr("1 scenario: 1 without a result\n"));
    EXPECT_THAT(result.err, HasSubstr("results.json: File too large\n"));
}

TEST_F(TestCommandTest, GoldenPicturesAreUpdatedWhenThatIsAskedFor) {
    const auto other = read_file(source_dir() / "docs/examples/demo_digit.png");
    const std::filesystem::path golden = files.write("golden.png", other);
    const std::string file = scenario("a.yaml", "hello.elf", "- expect-picture: golden.png\n  timeout: 10ms\n");
    EXPECT_EQ(test({file}).status, 1);
    EXPECT_EQ(read_file(golden), other);
    EXPECT_EQ(test({file, "--update-goldens"}).status, 0);
    EXPECT_NE(read_file(golden), other);
    EXPECT_EQ(test({file}).status, 0);
}

TEST_F(TestCommandTest, ACrashUpdatesNoGoldenPicture) {
    const auto other = read_file(source_dir() / "docs/examples/demo_digit.png");
    const std::filesystem::path golden = files.write("golden.png", other);
    const std::string file = scenario("a.yaml", "crash.elf", "- expect-picture: golden.png\n");
    EXPECT_EQ(test({file, "--update-goldens"}).status, 1);
    EXPECT_EQ(read_file(golden), other);
}

TEST_F(TestCommandTest, OutputsAreNoInputs) {
    const std::string file = passing();
    EXPECT_THAT(test({file, "--json", file}).err, HasSubstr("is one of the inputs"));
    const std::string out = (files / "out").string();
    EXPECT_THAT(test({file, "--json", out, "--junit", out}).err, HasSubstr("--junit and --json are one file"));
    EXPECT_EQ(test({file, "--junit", "/no/folder/x.xml"}).status, 2);
}

TEST_F(TestCommandTest, IsEndedInOrder) {
    const std::string file = scenario("long.yaml", "flash_log.elf", "- expect-text: never\n  timeout: 100000\n");
    EmulatorProcess process({"test", file, "--artifacts", artifacts});
    ASSERT_TRUE(process.handles(SIGTERM));
    process.signal(SIGTERM);
    const auto result = process.wait();
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.out, "0 scenarios; interrupted\n");
}

}  // namespace
}  // namespace k210
