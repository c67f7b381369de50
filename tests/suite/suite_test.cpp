#include "suite/suite.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "k210/base/file.hpp"
#include "suite/artifact_folder.hpp"
#include "suite/cases.hpp"
#include "support/temp_dir.hpp"

namespace k210::suite {
namespace {

using scenario::Status;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::SizeIs;

// Called as "program FILE --result JSON --artifacts DIR [--set KEY=VALUE]...".
constexpr std::string_view kPass = R"(
echo '{"status": "passed", "message": "", "detail": "", "board": "maix_bit", "guest_seconds": 1.5,
       "wall_seconds": 0.1, "console": ["'"$*"'"], "steps": []}' > "$3")";

struct Listener final : SuiteListener {
    std::vector<std::string> lines;
    bool stop_at_once = false;
    void began(const Case& test) override { lines.push_back("began " + test.file.filename().string()); }
    void ended(const CaseResult& result) override {
        lines.push_back(fmt::format("{} {}", to_string(result.result.status), result.test.file.filename().string()));
    }
    bool stop() override { return stop_at_once; }
};

struct SuiteTest : testing::Test {
    TempDir files;
    Listener listener;
    std::vector<std::filesystem::path> scenarios;

    void scenario(std::string_view name, const std::string& head = {}) {
        scenarios.push_back(files.write(name, head + "steps: []\n"));
    }
    Results run(const std::string& program, ProcessPool::Seconds grace = ProcessPool::Seconds{1000}) {
        const SuiteConfig config{{"/bin/sh", files.write("program", program).string()}, files / "kept", 1, grace};
        return suite::run(config, cases_of(scenarios, {}), listener);
    }
    scenario::Result run_one(const std::string& program) {
        scenario("a.yaml");
        return run(program).cases.at(0).result;
    }
};

TEST_F(SuiteTest, RunsEachCaseByAProgram) {
    scenario("a.yaml", "name: first\nmatrix: {board: [maix_bit, maix_go]}\n");
    scenario("b.yaml");
    const Results results = run(std::string(kPass));
    ASSERT_THAT(results.cases, SizeIs(3));
    EXPECT_EQ(results.cases[0].name, "first");
    EXPECT_EQ(results.cases[0].result.status, Status::passed);
    EXPECT_EQ(results.cases[0].result.guest_s, 1.5);
    const std::string folder = (files / "kept" / results.cases[1].folder.string()).string();
    EXPECT_THAT(results.cases[1].result.last_lines,
                ElementsAre(fmt::format("{0} --result {1}/result.json --artifacts {1} --set board=maix_go",
                                        (files / "a.yaml").string(), folder)));
    EXPECT_THAT(listener.lines, ElementsAre("began a.yaml", "passed a.yaml", "began a.yaml", "passed a.yaml",
                                            "began b.yaml", "passed b.yaml"));
}

TEST_F(SuiteTest, ListsWhatIsKept) {
    scenario("a.yaml");
    const Results results = run("echo said; : > \"$5/empty\"; echo x > \"$5/last.png\"" + std::string(kPass));
    EXPECT_THAT(results.cases.at(0).artifacts, ElementsAre("emulator.txt", "last.png"));
}

TEST_F(SuiteTest, ACrashOfTheEmulatorIsToldWithItsLastWords) {
    const auto result = run_one("echo begin; echo 'a bug'; kill -SEGV $$");
    EXPECT_EQ(result.status, Status::failed);
    EXPECT_THAT(result.message, EndsWith("a.yaml: the emulator has ended by itself with signal 11: a bug"));
}

TEST_F(SuiteTest, HalfAResultIsNone) {
    EXPECT_THAT(run_one("echo '{\"status\": \"pas' > \"$3\"; exit 4").message,
                HasSubstr("the emulator has ended by itself with status 4"));
}

TEST_F(SuiteTest, AResultThatCouldNotBeWrittenIsNoFailure) {
    const auto result = run_one("exit 3");
    EXPECT_EQ(result.status, Status::lost);
    EXPECT_THAT(result.message, HasSubstr("a.yaml: its result could not be written to "));
}

TEST_F(SuiteTest, OneWhoseFolderCannotBeHasNotRun) {
    scenario("a.yaml");
    files.write("kept", std::string("in the way"));
    const auto result = run("exit 1").cases.at(0).result;
    EXPECT_EQ(result.status, Status::lost);
    EXPECT_THAT(result.message, HasSubstr("a.yaml: has not run: "));
}

TEST_F(SuiteTest, AnEmulatorThatHangsIsEnded) {
    scenario("a.yaml", "wall-timeout: 0\n");
    const auto result = run("exec sleep 1000", ProcessPool::Seconds{0}).cases.at(0).result;
    EXPECT_EQ(result.status, Status::wall_timeout);
    EXPECT_THAT(result.message, EndsWith("a.yaml: 0 seconds of real time are over, and the emulator hangs"));
}

TEST_F(SuiteTest, WhatIsMissingIsSkipped) {
    scenario("a.yaml", "needs: no.bin\n");
    const auto result = run("exit 1").cases.at(0).result;
    EXPECT_EQ(result.status, Status::skipped);
    EXPECT_EQ(result.message, "there is no " + (files / "no.bin").string());
}

// --- what starts from where others end ---

TEST_F(SuiteTest, WhatSeveralStartFromRunsOnce) {
    files.write("boot.yaml", std::string("steps: []\n"));
    scenario("a.yaml", "start_from: boot.yaml\n");
    scenario("b.yaml", "start_from: boot.yaml\n");
    const std::string log = (files / "log").string();
    const Results results = run("echo \"$*\" >> " + log + std::string(kPass));
    ASSERT_THAT(results.cases, SizeIs(2));
    const std::string kept =
        (files / "kept" / folder_of({.file = files / "boot.yaml", .id = "boot"}).string()).string();
    const auto bytes = read_file(log);
    const std::string text(bytes.begin(), bytes.end());
    EXPECT_THAT(text, testing::MatchesRegex(".*boot.yaml --result .* --keep-end\n.*a.yaml --result .* --from " + kept +
                                            "/end.snapshot\n.*b.yaml --result .* --from " + kept + "/end.snapshot\n"));
}

TEST_F(SuiteTest, WhatIsAskedForAndStartedFromRunsOnceToo) {
    scenario("boot.yaml");
    scenario("a.yaml", "start_from: boot.yaml\n");
    EXPECT_THAT(run(std::string(kPass)).cases, SizeIs(2));
    EXPECT_THAT(listener.lines, ElementsAre("began boot.yaml", "passed boot.yaml", "began a.yaml", "passed a.yaml"));
}

TEST_F(SuiteTest, EachOfAMatrixThatIsStartedFromIsBegunWith) {
    files.write("boot.yaml", std::string("matrix: {board: [maix_bit, maix_go]}\nsteps: []\n"));
    scenario("a.yaml", "start_from: boot.yaml\nmatrix: {camera: [., ..]}\n");
    const std::string log = (files / "log").string();
    run("case $1 in *boot*) echo x >> " + log + ";; esac" + std::string(kPass));
    EXPECT_EQ(read_file(log).size(), 4u);
    EXPECT_THAT(listener.lines, SizeIs(8));
}

TEST_F(SuiteTest, WithoutABeginningThereIsNoRun) {
    files.write("boot.yaml", std::string("steps: []\n"));
    scenario("a.yaml", "start_from: boot.yaml\n");
    const auto result = run("exit 9").cases.at(0).result;
    EXPECT_EQ(result.status, Status::failed);
    EXPECT_THAT(result.message,
                HasSubstr("a.yaml: starts from " + (files / "boot.yaml").string() + ", which has not passed: "));
}

TEST_F(SuiteTest, ABadBeginningIsTold) {
    files.write("boot.yaml", std::string("board: no\nsteps: []\n"));
    scenario("a.yaml", "start_from: boot.yaml\n");
    EXPECT_THAT(input_error_of([&] { run(std::string(kPass)); }), HasSubstr("boot.yaml:1: board: "));
}

TEST_F(SuiteTest, NothingRunsWhereAScenarioIsBad) {
    scenario("a.yaml", "board: no\n");
    scenario("b.yaml");
    scenario("c.yaml", "firmware: no\n");
    try {
        run(std::string(kPass));
        FAIL();
    } catch (const BadScenarios& bad) {
        EXPECT_THAT(bad.each(), ElementsAre(HasSubstr("a.yaml:1: board: "), HasSubstr("c.yaml:1: firmware: ")));
    }
    EXPECT_THAT(listener.lines, ElementsAre());
}

TEST_F(SuiteTest, CanBeStopped) {
    scenario("a.yaml");
    listener.stop_at_once = true;
    const Results results = run("exec sleep 1000");
    EXPECT_TRUE(results.interrupted);
    EXPECT_THAT(results.cases, SizeIs(0));
}

}  // namespace
}  // namespace k210::suite
