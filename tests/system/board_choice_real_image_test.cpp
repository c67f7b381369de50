// Without --board, a run finds the board that its firmware was built for.
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "k210/base/file.hpp"
#include "support/temp_dir.hpp"
#include "system/emulator_process.hpp"
#include "system/machine_bench.hpp"

namespace k210 {
namespace {

struct Choice {
    const char *name, *image, *board, *why;
};
struct BoardChoiceRealImageTest : testing::TestWithParam<Choice> {};

// M5StickV builds look for their power chip before they route an LCD; the SDK's demos clock their LCD.
// clang-format off
INSTANTIATE_TEST_SUITE_P(All, BoardChoiceRealImageTest, testing::Values(
    Choice{"M5StickV", "maixpy_0.5.0_9_m5stickv.bin", "m5stickv", "the firmware clocks the sd_card on pad 30"},
    Choice{"TouchScreen", "sipeed_lvgl.bin", "maix_go", "the firmware looks for the ns2009 on pads 30 and 31"},
    Choice{"TWatch", "maixpy_0.6.2_75_twatch.bin", "twatch", "the firmware looks for the axp202 on pads 30 and 31"},
    Choice{"KruxAmigo", "krux_amigo.kfpkg", "amigo_ips", "the firmware's configuration is of type 'amigo'"},
    Choice{"KruxCube", "krux_cube.kfpkg", "cube", "the firmware's configuration is of type 'cube'"},
    Choice{"Demo", "sdk_face_detect.kfpkg", "kd233", "the firmware clocks an LCD on pad 7"},
    Choice{"Krux", "krux_dock.kfpkg", "maix_dock", "the firmware's configuration is of type 'dock'"},
    Choice{"KruxM5StickV", "krux_m5stickv.kfpkg", "m5stickv", "the firmware's configuration is of type 'm5stickv'"},
    Choice{"KruxWonderK", "krux_wonder_k.kfpkg", "wonder_k", "the firmware's configuration is of type 'wonder_k'"},
    Choice{"MaixPy", "maixpy_0.6.2_84_ide.bin", "maix_bit", "the default"}),
    [](const auto& choice) { return std::string(choice.param.name); });
// clang-format on

nlohmann::json report_of(const TempDir& files, std::vector<std::string> options, int status = 42) {
    options.insert(options.end(), {"--timeout", "2", "--report", (files / "report.json").string()});
    const auto run = run_emulator(options);
    EXPECT_EQ(run.status, status) << run.err;
    const auto bytes = read_file(files / "report.json");
    return nlohmann::json::parse(bytes.begin(), bytes.end());
}

TEST_P(BoardChoiceRealImageTest, IsTheFirmwaresAndAllThatCounts) {
    const auto& [name, image, board, why] = GetParam();
    K210_NEEDS(image_path(image));
    const TempDir files;
    auto found = report_of(files, {"run", image_path(image).string()});
    auto asked_for = report_of(files, {"run", image_path(image).string(), "--board", board});
    EXPECT_EQ(found.at("board"), board);
    EXPECT_EQ(found.at("board_reason"), why);
    EXPECT_EQ(asked_for.at("board_reason"), "asked for");
    for (const char* differs : {"board_reason", "wall_seconds"}) {
        found.erase(differs);
        asked_for.erase(differs);
    }
    EXPECT_EQ(found, asked_for);
}

// Its LCD is wired as a Maix Bit's.
TEST(BoardChoiceTest, WhatTheFirmwaresConfigurationSaysStands) {
    const TempDir files;
    const std::string config = files.write("config.json", std::string(R"({"type": "m5stickv", "lcd": {}})"));
    const std::string firmware = (guests_dir() / "demo.bin").string();
    EXPECT_EQ(report_of(files, {"run", firmware}).at("board"), "maix_bit");
    const auto report = report_of(files, {"run", firmware, "--flash", "0x800000=" + config}, 0);  // and finds no camera
    EXPECT_EQ(report.at("board"), "m5stickv");
    EXPECT_EQ(report.at("board_reason"), "the firmware's configuration is of type 'm5stickv'");
}

}  // namespace
}  // namespace k210
