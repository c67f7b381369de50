#include "scenario/matrix.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenario/read_scenario.hpp"
#include "support/temp_dir.hpp"

namespace k210::scenario {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct MatrixTest : testing::Test {
    TempDir files;

    std::filesystem::path write(const std::string& text, std::string_view name = "test.yaml") const {
        return files.write(name, text + "steps: []\n");
    }
    // "a=1 b=2" for each.
    std::vector<std::string> combinations(const std::string& text, const std::vector<Choices>& given = {}) const {
        std::vector<std::string> all;
        for (const Settings& row : Matrix(write(text)).combinations(given)) {
            std::string line;
            for (const Setting& setting : row) line += (line.empty() ? "" : " ") + setting.key + "=" + setting.value;
            all.push_back(line);
        }
        return all;
    }
    // Without the folder.
    std::string complaint(const std::string& text, const Settings& settings = {}) const {
        const std::filesystem::path file = write(text);
        const std::string what = input_error_of([&] {
            Matrix matrix(file);
            read_scenario(file, settings);
        });
        const std::string folder = files.path().string() + "/";
        return what.starts_with(folder) ? what.substr(folder.size()) : what;
    }
};

TEST_F(MatrixTest, WithoutOneThereIsOneCombinationOfNothing) {
    EXPECT_THAT(combinations("name: x\n"), ElementsAre(""));
}

TEST_F(MatrixTest, AMapGivesAllCombinations) {
    EXPECT_THAT(combinations("matrix: {board: [maix_bit, maix_go], n: [1, 2], one: x}\n"),
                ElementsAre("board=maix_bit n=1 one=x", "board=maix_bit n=2 one=x", "board=maix_go n=1 one=x",
                            "board=maix_go n=2 one=x"));
}

TEST_F(MatrixTest, AListGivesThoseThatItNames) {
    EXPECT_THAT(combinations("matrix: [{a: 1, b: 2}, {a: 3}]\n"), ElementsAre("a=1 b=2", "a=3"));
}

TEST_F(MatrixTest, WhatIsGivenTakesThePlaceOfWhatIsOffered) {
    EXPECT_THAT(combinations("matrix: {n: [1, 2], m: [1, 2]}\n", {{"n", {"7", "8"}}}),
                ElementsAre("m=1 n=7", "m=1 n=8", "m=2 n=7", "m=2 n=8"));
}

TEST_F(MatrixTest, KeysOfTheScenarioCanBeGivenToAll) {
    EXPECT_THAT(combinations("name: x\n", {{"board", {"maix_go"}}, {"unknown", {"1"}}}), ElementsAre("board=maix_go"));
}

TEST_F(MatrixTest, GoesOverWhatTheScenarioStartsFromAsWell) {
    write("matrix: {board: [maix_bit, maix_go], n: [5]}\n", "boot.yaml");
    EXPECT_THAT(combinations("matrix: {n: [1]}\nstart_from: boot.yaml\n"),
                ElementsAre("n=1 board=maix_bit", "n=1 board=maix_go"));
}

TEST_F(MatrixTest, KnowsWhichKeysTellCombinationsApart) {
    const Matrix matrix(write("matrix: [{a: 1, b: 2, c: 4}, {a: 1, b: 3}]\n"));
    EXPECT_FALSE(matrix.varies("a"));
    EXPECT_TRUE(matrix.varies("b"));
    EXPECT_TRUE(matrix.varies("c"));
    EXPECT_FALSE(matrix.varies("board"));
}

TEST_F(MatrixTest, EachKindOfMistakeIsTold) {
    EXPECT_EQ(complaint("name: x\nmatrix: []\n"), "test.yaml:2: matrix: is empty");
    EXPECT_EQ(complaint("matrix:\n  a: []\n"), "test.yaml:2: a: is empty");
    EXPECT_EQ(complaint("matrix:\n  a b: [1]\n"), "test.yaml:2: a b: 'a b' is no word of letters, digits, _ and -");
    EXPECT_EQ(complaint("matrix:\n  a: [[1]]\n"), "test.yaml:2: a: is a list, not text");
    EXPECT_EQ(complaint("matrix: 7\n"), "test.yaml:1: matrix: is '7', not a map of keys and values");
    EXPECT_THAT(complaint("matrix: {a: [" + std::string(20'000, ',') + "]}\n"), HasSubstr("test.yaml:1: "));
}

// --- what settings do to a scenario ---

TEST_F(MatrixTest, ASettingTakesThePlaceOfAKeysValue) {
    const auto file = write("matrix: {board: [maix_go]}\nboard: maix_bit\n");
    EXPECT_EQ(read_scenario(file).board->name, "maix_bit");
    EXPECT_EQ(read_scenario(file, {{"board", "maix_go"}}).board->name, "maix_go");
    EXPECT_EQ(read_scenario(file, {{"board", "m5stickv"}}).board->name, "m5stickv");
}

TEST_F(MatrixTest, WordsInTextsAreReplaced) {
    const auto file = files.write("test.yaml", std::string("name: a ${n} b${n}${m}\nsteps: [type: 'x = ${n}']\n"));
    const Scenario scenario = read_scenario(file, {{"n", "${m}1"}, {"m", "7"}});
    EXPECT_EQ(scenario.name, "a 71 b717");
    EXPECT_EQ(std::get<Type>(scenario.steps.at(0).action).line, "x = 71");
}

TEST_F(MatrixTest, WithoutSettingsNothingIsReplaced) {
    EXPECT_EQ(read_scenario(write("name: ${n}\n")).name, "${n}");
}

TEST_F(MatrixTest, WordsThatThereAreNotAreTold) {
    EXPECT_EQ(complaint("matrix: {image: [1]}\nname: ${imag}\n", {{"image", "1"}}),
              "test.yaml:2: there is no ${imag}, only image; did you mean image?");
    EXPECT_EQ(complaint("matrix: {n: [1]}\nname: ${n}\n", {{"n", "${n}"}}), "test.yaml:2: ${n} stands for itself");
}

TEST_F(MatrixTest, FilesOfTheMatrixAreBesideTheScenario) {
    files.write("firmware.bin", std::string("x"));
    const auto file = write("matrix: {firmware: ['${name}.bin'], name: [firmware]}\n");
    const Scenario scenario = read_scenario(file, {{"firmware", "${name}.bin"}, {"name", "firmware"}});
    EXPECT_EQ(scenario.firmware, files / "firmware.bin");
}

TEST_F(MatrixTest, FilesOfTheCommandLineAreWhereItIsGiven) {
    EXPECT_EQ(complaint("name: x\n", {{"firmware", "no.bin"}}), "--set: firmware: there is no no.bin");
    EXPECT_EQ(complaint("matrix:\n  firmware: [no.bin]\n", {{"firmware", "no.bin"}}),
              "test.yaml:2: firmware: there is no " + (files / "no.bin").string());
}

// --- what is needed, and what it starts from ---

TEST_F(MatrixTest, AScenarioWithoutWhatItNeedsIsNotRead) {
    const Scenario scenario = read_scenario(write("needs: [test.yaml, no.bin]\nfirmware: no.bin\n"));
    EXPECT_EQ(scenario.missing, "there is no " + (files / "no.bin").string());
    EXPECT_FALSE(read_scenario(write("needs: test.yaml\n")).missing.has_value());
}

TEST_F(MatrixTest, AScenarioHasTheBoardOfWhatItStartsFrom) {
    write("board: m5stickv\n", "boot.yaml");
    const Scenario scenario = read_scenario(write("start_from: boot.yaml\n"));
    EXPECT_EQ(scenario.start_from, files / "boot.yaml");
    EXPECT_EQ(scenario.board->name, "m5stickv");
}

TEST_F(MatrixTest, AScenarioNeedsWhatTheOneNeedsThatItStartsFrom) {
    write("needs: no.bin\n", "boot.yaml");
    EXPECT_TRUE(read_scenario(write("start_from: boot.yaml\n")).missing.has_value());
}

TEST_F(MatrixTest, WhatABoardIsAndHasGoesNotWithWhatItStartsFrom) {
    write("", "boot.yaml");
    EXPECT_THAT(complaint("start_from: boot.yaml\nboard: maix_bit\n"),
                HasSubstr("test.yaml:2: there is no key 'board'"));
}

TEST_F(MatrixTest, ScenariosThatStartFromEachOtherAreRefused) {
    EXPECT_EQ(complaint("start_from: test.yaml\n"),
              "test.yaml:1: start_from: the scenarios start from each other too deep");
}

TEST_F(MatrixTest, MoreCombinationsThanAnybodyWantsAreRefused) {
    std::string text = "matrix:\n";
    for (const char key : {'a', 'b', 'c', 'd', 'e'})
        text += std::string("  ") + key + ": [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]\n";
    EXPECT_EQ(complaint(text), "test.yaml:2: matrix: has more than 10000 combinations");
}

TEST_F(MatrixTest, AWordThatGrowsWithoutEndIsRefused) {
    EXPECT_THAT(complaint("name: ${a}\n", {{"a", "${b}${b}"}, {"b", std::string(600'000, 'x')}}),
                HasSubstr("it is larger than 1048576 bytes"));
}

}  // namespace
}  // namespace k210::scenario
