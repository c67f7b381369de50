// Without --board, a run finds the board that its firmware was built for.
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "k210/base/file.hpp"
#include "k210/host/picture_file.hpp"
#include "support/temp_dir.hpp"
#include "system/emulator_process.hpp"
#include "system/machine_bench.hpp"

namespace k210 {
namespace {

struct Choice {
    const char *name, *image, *board;
};
struct BoardChoiceRealImageTest : testing::TestWithParam<Choice> {};

// M5StickV builds look for their power chip before they route an LCD; the SDK's demos clock their LCD.
INSTANTIATE_TEST_SUITE_P(All, BoardChoiceRealImageTest,
                         testing::Values(Choice{"M5StickV", "maixpy_0.5.0_9_m5stickv.bin", "m5stickv"},
                                         Choice{"M5StickVOfKrux", "krux_m5stickv.kfpkg", "m5stickv"},
                                         Choice{"TouchScreen", "sipeed_lvgl.bin", "maix_go"},
                                         Choice{"Demo", "sdk_face_detect.kfpkg", "kd233"},
                                         Choice{"MaixPy", "maixpy_0.6.2_84_ide.bin", "maix_bit"}),
                         [](const auto& choice) { return std::string(choice.param.name); });

TEST_P(BoardChoiceRealImageTest, IsTheFirmwares) {
    const auto& [name, image, board] = GetParam();
    K210_NEEDS(image_path(image));
    const TempDir files;
    const auto run = run_emulator({"run", image_path(image).string(), "--timeout", "2", "--report",
                                   (files / "report.json").string(), "--screenshot", (files / "lcd.png").string()});
    EXPECT_EQ(run.status, 42) << run.err;
    const auto bytes = read_file(files / "report.json");
    EXPECT_EQ(nlohmann::json::parse(bytes.begin(), bytes.end()).at("board"), board);
    EXPECT_EQ(load_picture(files / "lcd.png").width, std::string_view(board) == "m5stickv" ? 240u : 320u);
}

}  // namespace
}  // namespace k210
