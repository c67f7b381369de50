#include "suite/cases.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "suite/artifact_folder.hpp"
#include "support/temp_dir.hpp"

namespace k210::suite {
namespace {

using testing::ElementsAre;

struct CasesTest : testing::Test {
    TempDir files;
    std::filesystem::path a = files.write("a.yaml", std::string("matrix: {board: [maix_bit, maix_go], one: [1]}\n"
                                                                "steps: []\n"));
    std::filesystem::path b = files.write("b.yaml", std::string("steps: []\n"));

    std::vector<Case> cases(const Given& given = {}) const { return cases_of(std::vector{a, b}, given); }
    // Without the folder.
    std::vector<std::string> short_ones(const std::vector<Case>& of, std::string Case::*text) const {
        std::vector<std::string> all;
        for (const Case& test : of) {
            std::string one = test.*text;
            const std::string folder = files.path().string() + "/";
            if (const auto at = one.find(folder); at != one.npos) one.erase(at, folder.size());
            all.push_back(one);
        }
        return all;
    }
};

TEST_F(CasesTest, AreCalledByWhatTellsThemApart) {
    EXPECT_THAT(short_ones(cases(), &Case::id),
                ElementsAre("a.yaml[board=maix_bit]", "a.yaml[board=maix_go]", "b.yaml"));
}

TEST_F(CasesTest, AMatrixOnTheCommandLineIsPartOfTheirNames) {
    EXPECT_THAT(short_ones(cases({.matrix = {{"strict", {"off", "warn"}}}, .set = {{"board", "maix_go"}}}), &Case::id),
                ElementsAre("a.yaml[board=maix_go,strict=off]", "a.yaml[board=maix_go,strict=warn]",
                            "b.yaml[strict=off]", "b.yaml[strict=warn]"));
}

TEST_F(CasesTest, KnowTheCommandThatRunsThemAgain) {
    EXPECT_THAT(short_ones(cases({.matrix = {{"camera", {"a b.png"}}}, .set = {{"one", "a'b"}}}), &Case::again),
                ElementsAre("k210emu test a.yaml --set board=maix_bit --matrix 'camera=a b.png' --set 'one=a'\\''b'",
                            "k210emu test a.yaml --set board=maix_go --matrix 'camera=a b.png' --set 'one=a'\\''b'",
                            "k210emu test b.yaml --matrix 'camera=a b.png'"));
}

TEST_F(CasesTest, AreNotAllThatAKeyIsFor) {
    EXPECT_EQ(cases({.set = {{"one", "2"}}}).back().settings, scenario::Settings{});
}

TEST_F(CasesTest, RefuseAKeyThatNoneKnows) {
    EXPECT_EQ(
        input_error_of([&] {
            cases({.set = {{"oen", "2"}}});
        }),
        "--set oen: no scenario has that; did you mean one? Keys: firmware, board, flash, sd, camera, camera-mount, "
        "timeout, wall-timeout, strict, timing, flash-timing, mic, one");
    EXPECT_EQ(input_error_of([&] {
                  cases({.matrix = {{"one", {"1"}}}, .set = {{"one", "2"}}});
              }),
              "one is given twice");
}

TEST(GivenTest, IsReadAsPeopleWriteIt) {
    const auto choices = parse_choices("n=a,b=c");
    EXPECT_EQ(choices.key, "n");
    EXPECT_THAT(choices.values, ElementsAre("a", "b=c"));
    EXPECT_EQ(parse_setting("n=a,b=c"), (scenario::Setting{"n", "a,b=c"}));
}

TEST(GivenTest, RefusesWhatIsNone) {
    for (const std::string text : {"n", "=a", "n="}) {
        EXPECT_EQ(input_error_of([&] { parse_choices(text); }), "--matrix '" + text + "': is no KEY=VALUE");
        EXPECT_EQ(input_error_of([&] { parse_setting(text); }), "--set '" + text + "': is no KEY=VALUE");
    }
    for (const std::string text : {"n=a,", "n=,a", "n=a,,b"})
        EXPECT_EQ(input_error_of([&] { parse_choices(text); }), "--matrix '" + text + "': an empty value");
}

// --- where they leave what they make ---

std::filesystem::path folder(const std::string& file, const std::string& settings = {}) {
    return folder_of({.file = file, .id = file + (settings.empty() ? "" : "[" + settings + "]")});
}

TEST(ArtifactFolderTest, IsTheScenariosPathAndItsSettings) {
    EXPECT_EQ(folder("tests/a.yaml"), "tests/a.yaml");
    EXPECT_EQ(folder("tests/a.yaml", "board=maix_go"), "tests/a.yaml/board=maix_go");
}

TEST(ArtifactFolderTest, IsNeverOutsideOfTheFolderOfAll) {
    EXPECT_EQ(folder("/a.yaml"), "%2F/a.yaml");
    EXPECT_EQ(folder("../a.yaml", ".."), "%2E./a.yaml/%2E.");
    EXPECT_EQ(folder("a.yaml", "x=/b/../c"), "a.yaml/x=%2Fb%2F..%2Fc");
    EXPECT_NE(folder("a.yaml", "x=%2Fb"), folder("a.yaml", "x=/b"));
}

TEST(ArtifactFolderTest, LosesWhatAnEarlierRunLeftButNothingOfOthers) {
    const TempDir files;
    files.write("own.png", std::string("x"));
    begin_folder(files.path());
    EXPECT_THAT(artifacts_in(files.path()), ElementsAre("own.png"));
    files.write(kResultFile, std::string("{}"));
    begin_folder(files.path());
    EXPECT_THAT(artifacts_in(files.path()), ElementsAre());
}

}  // namespace
}  // namespace k210::suite
