// Scenarios as users run them, and as a program runs one of many.
#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "k210/base/file.hpp"
#include "k210/host/sound_file.hpp"
#include "system/emulator_process.hpp"

namespace k210 {
namespace {

using ::testing::HasSubstr;

struct ScenarioCommandTest : testing::Test {
    TempDir files;

    std::string hello(const std::string& steps) const {
        return files.write("hello.yaml", "firmware: " + (guests_dir() / "hello.elf").string() + "\nsteps:\n" + steps);
    }
    std::string text(const std::filesystem::path& path) const {
        std::ifstream file(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
};

TEST_F(ScenarioCommandTest, TheExampleOfTheDocumentationPasses) {
    const auto result = run_emulator({"test", "-v", (source_dir() / "docs/examples/demo_digit.yaml").string()});
    EXPECT_EQ(result.status, 0) << result.out << result.err;
    EXPECT_THAT(result.out, HasSubstr("demo_digit.yaml:12: expect-picture"));
}

TEST_F(ScenarioCommandTest, TheDocumentationShowsTheExampleAsItIs) {
    std::string example = text(source_dir() / "docs/examples/demo_digit.yaml");
    example.erase(0, example.find('\n') + 1);  // the comment on top
    EXPECT_THAT(text(source_dir() / "docs/scenarios.md"), HasSubstr("# docs/examples/demo_digit.yaml\n" + example));
}

TEST_F(ScenarioCommandTest, StatusTellsFailureBadInputAndTimeoutApart) {
    EXPECT_EQ(run_emulator({"test", hello("- expect-text: hello\n")}).status, 0);
    EXPECT_EQ(run_emulator({"test", hello("- expect-text: goodbye\n")}).status, 1);
    EXPECT_EQ(run_emulator({"test", hello("- wait-still: 2\n  timeout: 1\n")}).status, 42);
    const auto bad = run_emulator({"test", hello("- prss: a\n")});
    EXPECT_EQ(bad.status, 2);
    EXPECT_THAT(bad.err, HasSubstr("hello.yaml:3: there is no step 'prss'; did you mean press?"));
}

TEST_F(ScenarioCommandTest, TheMicrophoneHearsWhatTheScenarioSays) {
    const Sound tone{.rate_hz = 16'000, .frames = std::vector<SoundFrame>(100, {1234 << 16, 0})};
    write_file_atomically(files / "tone.wav", encode_sound(tone, "tone.wav"));
    const auto echo = [this](const std::string& more) {
        return files.write("echo.yaml", "firmware: " + (guests_dir() / "echo.elf").string() + "\n" + more);
    };
    const std::string steps = "steps:\n- expect-text: the loudest 1234\n";
    const auto heard = run_emulator({"test", echo("board: maixduino\nmic: tone.wav\n" + steps)});
    EXPECT_EQ(heard.status, 0) << heard.out << heard.err;
    files.write("noise.wav", std::string("no sound"));
    const auto bad = run_emulator({"test", echo("board: maixduino\nmic: noise.wav\n" + steps)});
    EXPECT_EQ(bad.status, 2);
    EXPECT_THAT(bad.err, HasSubstr("echo.yaml:3: mic: "));
    const auto deaf = run_emulator({"test", echo("board: unitv\nmic: tone.wav\n" + steps)});
    EXPECT_EQ(deaf.status, 2);
    EXPECT_THAT(deaf.out + deaf.err, HasSubstr("unitv has no microphone"));
}

TEST_F(ScenarioCommandTest, OneOfManyLeavesItsResultAndArtifactsAndSaysNothing) {
    const std::string scenario = hello("- expect-text: hello\n- expect-picture: other.png\n  timeout: 10ms\n");
    files.write("other.png", text(source_dir() / "docs/examples/demo_digit.png"));
    const auto result = run_emulator({"test", "--one", scenario, "--result", (files / "result.json").string(),
                                      "--artifacts", (files / "artifacts").string()});
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.out, "");
    const auto json = nlohmann::json::parse(text(files / "result.json"));
    EXPECT_EQ(json["status"], "failed");
    EXPECT_EQ(json["steps"].size(), 2u);
    EXPECT_EQ(json["steps"][1]["line"], 4);
    EXPECT_THAT(json["message"].get<std::string>(), HasSubstr("pixels differ"));
    EXPECT_EQ(text(files / "artifacts/console.txt"), "hello from hart 0 at 390000000 Hz\r\n");
    for (const char* name : {"artifacts/last.png", "artifacts/diff.png", "artifacts/log.txt"})
        EXPECT_TRUE(std::filesystem::exists(files / name)) << name;
}

TEST_F(ScenarioCommandTest, ABadScenarioHasAResultToo) {
    run_emulator({"test", "--one", hello("- wait: x\n"), "--result", (files / "result.json").string()});
    EXPECT_EQ(nlohmann::json::parse(text(files / "result.json"))["status"], "bad_input");
}

}  // namespace
}  // namespace k210
