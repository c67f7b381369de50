#include "suite/results.hpp"

#include <regex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "suite/junit.hpp"
#include "support/temp_dir.hpp"

namespace k210::suite {
namespace {

using scenario::Status;
using testing::HasSubstr;

CaseResult result(const std::string& id, Status status, double wall_s = 1.5) {
    CaseResult test{.test = {.file = id, .id = id}, .name = id};
    test.result.status = status;
    test.result.wall_s = wall_s;
    test.result.guest_s = 2.25;
    if (status != Status::passed) test.result.message = id + ":3: expect-text 'x': it has not been said";
    test.test.again = "k210emu test " + id;
    test.folder = id;
    return test;
}

Results results(std::vector<CaseResult> cases, Shard shard = {}) {
    return {.shard = shard, .cases = std::move(cases), .wall_s = 3};
}

Results full() {
    CaseResult failed = result("dir/b.yaml", Status::failed);
    failed.test.settings = {{"board", "maix_go"}};
    failed.test.id += "[board=maix_go]";
    failed.result.detail = "Traceback\n  line 1\n";
    failed.result.board = "maix_go";
    failed.result.last_lines = {"hello", ">>> "};
    failed.result.steps = {{.place = {"dir/b.yaml", 3}, .shown = "wait '1s'", .ended_s = 1},
                           {.place = {"dir/b.yaml", 4},
                            .shown = "expect-text 'x'",
                            .status = Status::failed,
                            .began_s = 1,
                            .ended_s = 2.25,
                            .why = "it has not been said"}};
    failed.artifacts = {"console.txt", "last.png"};
    return results({result("a.yaml", Status::passed), failed});
}

std::string without_wall_times(const std::string& json) {
    return std::regex_replace(json, std::regex("\"wall_seconds\": [0-9.]+"), "");
}

struct ResultsFileTest : testing::Test {
    TempDir files;
    Results read(const std::string& text) { return read_results(files.write("results.json", text)); }
};

TEST_F(ResultsFileTest, HoldsAllOfTheResults) {
    EXPECT_EQ(to_json_text(read(to_json_text(full()))), to_json_text(full()));
}

TEST_F(ResultsFileTest, OnlyWallSecondsDependOnTheHost) {
    Results other = full();
    other.wall_s = 99;
    for (CaseResult& test : other.cases) {
        test.result.wall_s = 98;
        for (scenario::StepResult& step : test.result.steps) step.wall_s = 97;
    }
    EXPECT_NE(to_json_text(other), to_json_text(full()));
    EXPECT_EQ(without_wall_times(to_json_text(other)), without_wall_times(to_json_text(full())));
}

TEST_F(ResultsFileTest, TakesConsolesThatAreNoUtf8) {
    Results odd = full();
    odd.cases[1].result.last_lines = {"\xff\x01"};
    EXPECT_NO_THROW(read(to_json_text(odd)));
}

TEST_F(ResultsFileTest, RefusesOtherFiles) {
    const std::string where = (files / "results.json").string() + ": ";
    for (const char* text : {"", "{}", "[]", "{\"format\": \"x\"}", "what?"})
        EXPECT_EQ(input_error_of([&] { read(text); }), where + "is no results file of k210emu test") << text;
    EXPECT_EQ(input_error_of([&] { read("{\"format\": 1000}"); }),
              where + "is of another version of k210emu test: of format 1000, not 1");
}

TEST_F(ResultsFileTest, RefusesAStatusThatThereIsNot) {
    std::string text = to_json_text(full());
    text.replace(text.rfind("\"failed\""), 8, "\"wet\"");
    EXPECT_THAT(input_error_of([&] { read(text); }), testing::EndsWith("results.json: 'wet' is no status"));
}

TEST(ResultsTest, AreSummedUp) {
    EXPECT_EQ(summary(full()), "2 scenarios: 1 passed, 1 failed");
    EXPECT_EQ(summary(results({result("a", Status::timeout)})), "1 scenario: 1 too late");
}

TEST(ResultsTest, TheWorstDecides) {
    const auto verdict_of = [](std::initializer_list<Status> statuses) {
        Results all;
        for (const Status status : statuses) all.cases.push_back(result("x", status));
        return verdict(all);
    };
    EXPECT_EQ(verdict_of({Status::passed, Status::skipped}), Status::passed);
    EXPECT_EQ(verdict_of({Status::passed, Status::timeout}), Status::timeout);
    EXPECT_EQ(verdict_of({Status::timeout, Status::wall_timeout}), Status::wall_timeout);
    EXPECT_EQ(verdict_of({Status::timeout, Status::failed}), Status::failed);
    EXPECT_EQ(verdict_of({Status::failed, Status::bad_input}), Status::bad_input);
}

TEST(ResultsTest, ARerunTakesThePlaceOfWhatItHasRun) {
    const Results both = updated(results({result("a", Status::passed), result("b", Status::failed)}),
                                 results({result("b", Status::passed), result("c", Status::timeout)}));
    ASSERT_EQ(both.cases.size(), 3u);
    EXPECT_EQ(both.cases[1].test.id, "b");
    EXPECT_EQ(both.cases[1].result.status, Status::passed);
    EXPECT_EQ(both.cases[2].test.id, "c");
}

Results merged(const std::vector<ResultsFile>& parts) {
    return merge(parts);
}

TEST(MergeTest, JoinsShardsInOrder) {
    const Results both = merged({{"2/results.json", results({result("b", Status::passed)}, {2, 2})},
                                 {"1/results.json", results({result("a", Status::passed)}, {1, 2})}});
    ASSERT_EQ(both.cases.size(), 2u);
    EXPECT_EQ(both.cases[0].test.id, "a");
    EXPECT_TRUE(both.shard.whole());
    EXPECT_EQ(both.wall_s, 6);
}

TEST(MergeTest, SaysFoldersFromHere) {
    EXPECT_EQ(merged({{"run/1/results.json", results({result("a", Status::passed)})}}).cases[0].folder, "run/1/a");
}

TEST(MergeTest, RefusesAnInterruptedRun) {
    Results part = results({});
    part.interrupted = true;
    EXPECT_EQ(input_error_of([&] { merged({{"1.json", part}}); }), "merge: 1.json: that run was interrupted");
}

TEST(ResultsTest, FoldersAreSaidFromTheFileThatNamesThem) {
    EXPECT_EQ(moved(results({result("a", Status::passed)}), "run/1", "run").cases[0].folder, "1/a");
}

TEST(ResultsTest, OnlyWhatHasNotPassedIsRunAgain) {
    std::vector<Case> cases;
    for (const char* id : {"a", "b", "c", "new"}) cases.push_back({.file = id, .id = id});
    const auto again = not_passed(
        cases, results({result("a", Status::passed), result("b", Status::failed), result("c", Status::skipped)}));
    ASSERT_EQ(again.size(), 2u);
    EXPECT_EQ(again[0].id, "b");
    EXPECT_EQ(again[1].id, "new");
}

TEST(MergeTest, RefusesToGoWithoutAShard) {
    EXPECT_EQ(input_error_of([] {
                  merged({{"1.json", results({}, {1, 3})}, {"3.json", results({}, {3, 3})}});
              }),
              "merge: the results of shard 2/3 are missing");
}

TEST(MergeTest, TakesTheSameResultTwice) {
    EXPECT_EQ(merged({{"1.json", results({result("a", Status::passed, 1)})},
                      {"2.json", results({result("a", Status::passed, 2)})}})
                  .cases.size(),
              1u);
}

TEST(MergeTest, RefusesResultsThatDoNotAgree) {
    EXPECT_EQ(input_error_of([] {
                  merged({{"1.json", results({result("a", Status::passed)})},
                          {"2.json", results({result("a", Status::failed)})}});
              }),
              "merge: 1.json and 2.json do not agree on a");
}

TEST(JUnitTest, ListsCasesWithTheirTimes) {
    const std::string xml = junit(full());
    EXPECT_THAT(xml,
                HasSubstr(R"(<testsuite name="k210emu" tests="2" failures="1" errors="0" skipped="0" time="3.000">)"));
    EXPECT_THAT(xml, HasSubstr(R"(<testcase name="a.yaml" classname="." file="a.yaml" time="1.500" />)"));
    EXPECT_THAT(xml, HasSubstr(R"(<testcase name="b.yaml[board=maix_go]" classname="dir" file="dir/b.yaml")"));
}

TEST(JUnitTest, SaysWhyACaseFailedAndWhatTheGuestHadSaid) {
    const std::string xml = junit(full());
    EXPECT_THAT(xml, HasSubstr("<failure message=\"dir/b.yaml:3: expect-text 'x': it has not been said\" "
                               "type=\"failed\">Traceback\n  line 1\n</failure>"));
    EXPECT_THAT(xml, HasSubstr("<system-out>hello\n&gt;&gt;&gt; \nagain: k210emu test dir/b.yaml\n</system-out>"));
}

TEST(JUnitTest, TellsErrorsAndSkippedCasesFromFailures) {
    const std::string xml =
        junit(results({result("a", Status::bad_input), result("b", Status::skipped), result("c", Status::timeout)}));
    EXPECT_THAT(xml, HasSubstr(R"(failures="1" errors="1" skipped="1")"));
    EXPECT_THAT(xml, HasSubstr("<error message"));
    EXPECT_THAT(xml, HasSubstr("<skipped message"));
}

TEST(JUnitTest, HoldsNothingThatXmlForbids) {
    Results odd = full();
    odd.cases[1].result.last_lines = {"\x01\x1b[31m\xff]]><&\""};
    EXPECT_THAT(junit(odd), HasSubstr(R"(\x01\x1b[31m\xff]]&gt;&lt;&amp;")"));
}

}  // namespace
}  // namespace k210::suite
