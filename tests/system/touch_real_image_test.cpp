// MaixPy's touch screen module on boards that have one.
#include <gtest/gtest.h>

#include "system/machine_bench.hpp"

namespace k210 {
namespace {

TEST(TouchRealImageTest, MaixPyReadsWhereTheScreenIsTouched) {
    constexpr std::string_view kImage = "maixpy_0.6.2_84_lvgl.bin";
    K210_NEEDS(image_path(kImage));
    MachineBench board(image_firmware(kImage, "maix_go"));
    ASSERT_TRUE(board.hears(">>> ", 4));
    EXPECT_EQ(board.reply("from machine import I2C; import touchscreen as ts"), "");
    EXPECT_EQ(board.reply("ts.init(I2C(I2C.I2C0, freq=400000, scl=30, sda=31))"), "");
    EXPECT_EQ(board.reply("ts.read()[0] == ts.STATUS_IDLE"), "True\n");
    Touch& screen = board.machine().port<Touch>("touch");
    screen.touch(200, 50);
    EXPECT_EQ(board.reply("s, x, y = ts.read(); s == ts.STATUS_PRESS, abs(x - 200) < 2, abs(y - 50) < 2"),
              "(True, True, True)\n");
    screen.release();
    EXPECT_EQ(board.reply("ts.read()[0] == ts.STATUS_RELEASE"), "True\n");
}

// As LilyGo-K210-Script demo_touchscreen.py turns what it reads, for its rotation 2.
TEST(TouchRealImageTest, TheWatchReadsWhereItIsTouched) {
    constexpr std::string_view kImage = "maixpy_0.6.2_75_twatch.bin";
    K210_NEEDS(image_path(kImage));
    MachineBench board(image_firmware(kImage, "twatch"));
    ASSERT_TRUE(board.hears(">>> ", 4));
    EXPECT_EQ(board.reply("from machine import I2C; import touchscreen as ts"), "");
    EXPECT_EQ(board.reply("ts.init(I2C(I2C.I2C0, freq=400000, scl=30, sda=31), ts.FT62XX)"), "");
    board.machine().port<Touch>("touch").touch(200, 50);
    EXPECT_EQ(board.reply("s, x, y = ts.read(); s == ts.STATUS_PRESS, abs(y - 200) < 2, abs(240 - x - 50) < 2"),
              "(True, True, True)\n");
}

}  // namespace
}  // namespace k210
