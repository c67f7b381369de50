// Scenarios of real firmware: MaixPy with its prompt, files and card, and Krux's own sequences.
#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "system/emulator_process.hpp"
#include "system/machine_bench.hpp"

namespace k210 {
namespace {

using ::testing::HasSubstr;

struct ScenarioRealImageTest : testing::Test {
    TempDir files;

    EmulatorProcess::Result run(std::string_view image, std::string_view board, const std::string& rest) const {
        const std::string text =
            "firmware: " + image_path(image).string() + "\nboard: " + std::string(board) + "\n" + rest;
        return run_emulator(
            {"test", files.write("test.yaml", text).string(), "--artifacts", (files / "artifacts").string()});
    }
};

constexpr std::string_view kMaixPy = "maixpy_0.6.2_84_ide.bin";

TEST_F(ScenarioRealImageTest, MaixPyRunsAScriptAndKeepsFilesInFlashAndOnACard) {
    K210_NEEDS(image_path(kMaixPy));
    std::filesystem::create_directory(files / "card");
    files.write("card/a.txt", std::string("x"));
    files.write("keep.py",
                std::string("f = open('/flash/kept.txt', 'w')\nf.write('kept 42')\nf.close()\nprint('done')\n"));
    const auto result = run(kMaixPy, "maix_bit", R"yaml(steps:
  - expect-text: ">>> "
    within: 3
  - script: keep.py
  - expect-file: {flash: /flash/kept.txt, contains: kept 42}
  - insert-card: card
  - press: reset
  - expect-text: ">>> "
  - type: "f = open('/sd/b.txt', 'w'); f.write('on the card'); f.close()"
  - expect-file: {card: b.txt, contains: on the card}
  - expect-file: {card: a.txt}
  - remove-card
)yaml");
    EXPECT_EQ(result.status, 0) << result.out << result.err;
}

TEST_F(ScenarioRealImageTest, AnExceptionFailsAScriptWithTheWholeTraceback) {
    K210_NEEDS(image_path(kMaixPy));
    files.write("bad.py", std::string("def deep():\n    return missing\ndeep()\n"));
    const auto result = run(kMaixPy, "maix_bit", "steps:\n  - script: bad.py\n");
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.out, HasSubstr("it has raised NameError: name 'missing' isn't defined"));
    EXPECT_THAT(result.out, HasSubstr("  File \"<stdin>\", line 2, in deep\n"));
}

struct KruxBoard {
    const char *name, *image, *board;
};
struct KruxSequenceRealImageTest : ScenarioRealImageTest, testing::WithParamInterface<KruxBoard> {};

// clang-format off
INSTANTIATE_TEST_SUITE_P(All, KruxSequenceRealImageTest, testing::Values(
    KruxBoard{"M5StickV", "krux_m5stickv.kfpkg", "m5stickv"},
    KruxBoard{"Amigo", "krux_amigo.kfpkg", "amigo_ips"},
    KruxBoard{"Dock", "krux_dock.kfpkg", "maix_dock"},
    KruxBoard{"WonderK", "krux_wonder_k.kfpkg", "wonder_k"}),
    [](const auto& board) { return std::string(board.param.name); });
// clang-format on

TEST_P(KruxSequenceRealImageTest, AboutShowsTheCodeOfKruxsAddress) {
    const auto& [name, image, board] = GetParam();
    K210_NEEDS(image_path(image));
    if (krux_dir().empty()) GTEST_SKIP() << "no Krux: set K210_KRUX to a checkout of selfcustody/krux";
    const std::string sequence = (krux_dir() / "simulator/sequences/about.txt").string();
    const std::string golden =
        (source_dir() / "tests/scenarios/krux" / ("about_" + std::string(board) + ".png")).string();
    const auto result =
        run(image, board,
            "steps:\n  - wait: 6\n  - include: " + sequence + "\n  - expect-picture: " + golden + "\n    timeout: 1\n");
    EXPECT_EQ(result.status, 0) << result.out << result.err;
    EXPECT_TRUE(std::filesystem::exists(files / ("artifacts/%2F" + (files / "test.yaml").string()) / "about.png"));
}

}  // namespace
}  // namespace k210
