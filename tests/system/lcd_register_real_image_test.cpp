// What MaixPy's lcd.register() asks of a panel shows in its picture.
#include <array>
#include <string_view>

#include <gtest/gtest.h>

#include "system/machine_bench.hpp"

namespace k210 {
namespace {

constexpr std::string_view kImage = "maixpy_0.6.2_84_openmv_v4.bin";

// Rows of the panel's memory lie across the picture, the last one on its left.
TEST(LcdRegisterRealImageTest, ScrollsShowsAPartAndIdles) {
    K210_NEEDS(image_path(kImage));
    MachineBench board(image_firmware(kImage, "maix_bit"));
    ASSERT_TRUE(board.hears(">>> ", 10));
    board.reply("import lcd, image; img = image.Image(size=(320,240))");
    board.reply("img.draw_rectangle(0, 0, 160, 240, color=(96,255,152), fill=True)");
    board.reply("lcd.display(img)");
    const auto green = [&](unsigned x) { return board.screen().at(x, 120)[1]; };
    ASSERT_EQ(green(159), 255);
    ASSERT_EQ(green(160), 0);

    board.reply("lcd.register(0x33, [0, 0, 1, 0x40, 0, 0]); lcd.register(0x37, [0, 100])");
    EXPECT_EQ(green(99), 0) << "moved right by 100";
    EXPECT_EQ(green(100), 255);
    EXPECT_EQ(green(259), 255);

    board.reply("lcd.register(0x30, [0, 200, 0, 239]); lcd.register(0x12, 0)");
    EXPECT_EQ(green(79), 0);
    EXPECT_EQ(green(80), 255) << "row 239";
    EXPECT_EQ(green(119), 255) << "row 200";
    EXPECT_EQ(green(120), 0);

    const auto colour = [&] { return std::vector<unsigned>(board.screen().at(80, 120), board.screen().at(81, 120)); };
    EXPECT_EQ(colour(), (std::vector<unsigned>{99, 255, 148}));
    board.reply("lcd.register(0x39, 0)");
    EXPECT_EQ(colour(), (std::vector<unsigned>{0, 255, 255}));
}

}  // namespace
}  // namespace k210
