// Programs written on Kendryte's SDK, as their authors published them: detection demos of the SDK itself, nncase's
// first example, and the examples for Sipeed's LicheeDan board.
#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>
#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "system/machine_bench.hpp"
#include "system/picture_checks.hpp"

namespace k210 {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

std::unique_ptr<CameraSource> camera_on(const std::filesystem::path& picture) {
    return std::make_unique<StillCamera>(load_picture(picture));
}

// Runs until the screen looks like that, at most so long.
template <class Looks>
bool shows(MachineBench& bench, double patience_seconds, Looks looks) {
    const double until = bench.machine().now().seconds() + patience_seconds;
    while (bench.machine().now().seconds() < until) {
        bench.run(0.1);
        if (looks(bench.screen())) return true;
    }
    return false;
}

TEST(SdkRealImageTest, FaceDetectMarksTheFacesCorners) {
    K210_NEEDS(image_path("sdk_face_detect.kfpkg"));
    K210_NEEDS(shared_path("pictures/astronaut.png"));
    MachineBench board(image_firmware("sdk_face_detect.kfpkg", "kd233"),
                       camera_on(shared_path("pictures/astronaut.png")));
    // The demo's corner marks are eight pixels long.
    const auto corner = [](const Picture& lcd, unsigned x, unsigned y) {
        return share_of_colour(lcd, {x - 8, y - 8, 16, 16}, 255, 0, 0) > 0.05;
    };
    EXPECT_TRUE(shows(board, 8, [&](const Picture& lcd) {
        return corner(lcd, 108, 30) && corner(lcd, 172, 30) && corner(lcd, 108, 115) && corner(lcd, 172, 115);
    }));
    const Picture scene = load_picture(shared_path("pictures/astronaut.png"));
    EXPECT_LT(difference(board.screen(), {0, 130, 320, 100}, scene, 0, 130), 12);
}

TEST(SdkRealImageTest, TwentyClassesNamesTheBicycle) {
    K210_NEEDS(image_path("sdk_kpu_20class.kfpkg"));
    K210_NEEDS(shared_path("pictures/dog.bmp"));
    MachineBench board(image_firmware("sdk_kpu_20class.kfpkg", "kd233"), camera_on(shared_path("pictures/dog.bmp")));
    const auto green = [](const Picture& lcd, Rectangle area) { return share_of_colour(lcd, area, 0, 255, 0); };
    ASSERT_TRUE(shows(board, 4, [&](const Picture& lcd) {
        return green(lcd, {33, 42, 220, 2}) == 1 && green(lcd, {33, 199, 220, 2}) == 1 &&
               green(lcd, {33, 60, 2, 140}) == 1 && green(lcd, {251, 42, 2, 158}) == 1;
    }));
    // No other of the twenty names has seven letters. They are black on green, eight pixels each.
    const Picture& lcd = board.screen();
    const Rectangle name{35, 44, 7 * 8 - 2, 14}, after_it{35 + 7 * 8, 45, 8, 14};
    const double letters = share_of_colour(lcd, name, 0, 0, 0);
    EXPECT_NEAR(letters, 0.25, 0.1);
    EXPECT_NEAR(letters + green(lcd, name), 1, 0.001);
    EXPECT_EQ(green(lcd, after_it), 0);
}

TEST(SdkRealImageTest, IrisIsSetosa) {
    K210_NEEDS(image_path("nncase_iris.kfpkg"));
    MachineBench board(image_firmware("nncase_iris.kfpkg", "maix_bit"));
    ASSERT_TRUE(board.hears("setosa", 2));
    EXPECT_THAT(board.console(), HasSubstr("5.607656, -2.071745, \nsetosa"));
}

TEST(SipeedRealImageTest, HelloComesFromBothHarts) {
    K210_NEEDS(image_path("sipeed_hello_world.bin"));
    MachineBench board(image_firmware("sipeed_hello_world.bin", "lichee_dan"));
    board.run(0.2);
    EXPECT_THAT(board.console(), HasSubstr("Core 0 Hello world\n"));
    EXPECT_THAT(board.console(), HasSubstr("Core 1 Hello world\n"));
}

TEST(SipeedRealImageTest, LcdTurnsHalfRedWithRedAndBlueLetters) {
    K210_NEEDS(image_path("sipeed_lcd.bin"));
    MachineBench board(image_firmware("sipeed_lcd.bin", "lichee_dan"));
    board.run(1);
    const Picture& lcd = board.screen();
    EXPECT_EQ(share_of_colour(lcd, {160, 0, 160, 240}, 255, 0, 0), 1);
    EXPECT_GT(share_of_colour(lcd, {0, 0, 160, 240}, 0, 0, 0), 0.9);
    EXPECT_NEAR(share_of_colour(lcd, {40, 170, 16, 60}, 255, 0, 0), 0.2, 0.1);
    EXPECT_NEAR(share_of_colour(lcd, {80, 10, 16, 220}, 0, 0, 255), 0.2, 0.1);
}

class SipeedKeyRealImageTest : public testing::Test {
protected:
    void SetUp() override {
        K210_NEEDS(image_path("sipeed_gpiohs_led.bin"));
        board.emplace(image_firmware("sipeed_gpiohs_led.bin", "lichee_dan"));
        ASSERT_TRUE(board->hears("The PIN is 1\n", 2));
    }
    bool led_pad() {
        constexpr unsigned kLed = 12;
        return board->machine().save().at("chip.fpioa.pads").at(kLed) & 1;
    }
    std::optional<MachineBench> board;
};

TEST_F(SipeedKeyRealImageTest, BootKeyInterruptsAndSwitchesTheLed) {
    board->press("boot", true);
    EXPECT_TRUE(board->hears("IRQ The PIN is 0\n", 0.1));
    board->run(0.01);
    EXPECT_TRUE(led_pad());
    board->press("boot", false);
    EXPECT_TRUE(board->hears("IRQ The PIN is 1\n", 0.1));
    board->run(0.01);
    EXPECT_FALSE(led_pad());
}

TEST_F(SipeedKeyRealImageTest, LedBlinksWhileTheKeyIsLeftAlone) {
    const bool before = led_pad();
    ASSERT_TRUE(board->hears("The PIN is 1\n", 1.1));
    EXPECT_NE(led_pad(), before);
}

// LicheeDan's camera looks at people like a mirror.
TEST(SipeedRealImageTest, DvpShowsWhatTheCameraSees) {
    K210_NEEDS(image_path("sipeed_dvp_ov.bin"));
    K210_NEEDS(shared_path("pictures/astronaut.png"));
    MachineBench board(image_firmware("sipeed_dvp_ov.bin", "lichee_dan"),
                       camera_on(shared_path("pictures/astronaut.png")));
    const Picture scene = mirrored(load_picture(shared_path("pictures/astronaut.png")));
    EXPECT_TRUE(shows(board, 3, [&](const Picture& lcd) {
        return difference(lcd, {0, 0, 320, 240}, scene, 0, 0) < 12;
    }));
}

// Black strokes on white paper, as wide as a felt pen's.
class Paper {
public:
    Paper() { std::fill(picture.rgb.begin(), picture.rgb.end(), 255); }
    void stroke(double x0, double y0, double x1, double y1) {
        const int steps = static_cast<int>(std::hypot(x1 - x0, y1 - y0)) + 1;
        for (int i = 0; i <= steps; ++i) dot(x0 + (x1 - x0) * i / steps, y0 + (y1 - y0) * i / steps);
    }
    void arc(double x, double y, double radius_x, double radius_y, double from_degrees, double to_degrees) {
        for (double a = from_degrees; a <= to_degrees; a += 2)
            dot(x + radius_x * std::cos(a * std::numbers::pi / 180),
                y - radius_y * std::sin(a * std::numbers::pi / 180));
    }
    void figure_eight(double x, double y, double radius_x, double radius_y, double slant) {
        for (double t = 0; t < 2 * std::numbers::pi; t += 0.01)
            dot(x + radius_x * std::sin(2 * t) + slant * std::cos(t), y - radius_y * std::cos(t));
    }
    Picture picture{320, 240};

private:
    void dot(double x, double y) {
        constexpr int kPen = 8;
        for (int dy = -kPen; dy <= kPen; ++dy)
            for (int dx = -kPen; dx <= kPen; ++dx)
                if (dx * dx + dy * dy <= kPen * kPen)
                    std::fill_n(picture.at(static_cast<unsigned>(x + dx), static_cast<unsigned>(y + dy)), 3,
                                std::uint8_t{0});
    }
};

Picture digit(int n) {
    Paper paper;  // the program looks at 224 x 224 pixels from the upper left
    switch (n) {
        case 0: paper.arc(112, 112, 38, 60, 0, 360); break;
        case 1: paper.stroke(112, 50, 112, 174); break;
        case 2:
            paper.arc(112, 88, 40, 36, -20, 170);
            paper.stroke(150, 100, 72, 172);
            paper.stroke(72, 172, 158, 172);
            break;
        case 3:
            paper.arc(108, 82, 36, 30, -90, 150);
            paper.arc(108, 142, 40, 30, -150, 90);
            break;
        case 4:
            paper.stroke(82, 52, 72, 118);
            paper.stroke(72, 118, 156, 118);
            paper.stroke(136, 60, 132, 176);
            break;
        case 5:
            paper.stroke(150, 54, 88, 54);
            paper.stroke(88, 54, 82, 106);
            paper.arc(108, 136, 40, 36, -150, 120);
            break;
        case 6:
            paper.stroke(126, 50, 84, 120);
            paper.arc(112, 138, 34, 34, 0, 360);
            break;
        case 7:
            paper.stroke(66, 60, 156, 60);
            paper.stroke(156, 60, 104, 176);
            break;
        case 8: paper.figure_eight(112, 112, 34, 62, 12); break;
        default: paper.arc(110, 88, 34, 32, 0, 360); paper.stroke(144, 88, 130, 176);
    }
    return paper.picture;
}

class MnistRealImageTest : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Digits, MnistRealImageTest, testing::Range(0, 10));

TEST_P(MnistRealImageTest, ReadsTheDigit) {
    K210_NEEDS(image_path("sipeed_mnist.bin"));
    MachineBench board(image_firmware("sipeed_mnist.bin", "lichee_dan"),
                       std::make_unique<StillCamera>(digit(GetParam())));
    ASSERT_TRUE(board.hears("i_max=", 3));
    ASSERT_TRUE(board.hears(", pmax=0.", 1));
    EXPECT_THAT(board.console(), EndsWith(std::to_string(GetParam()) + ", pmax=0."));
}

}  // namespace
}  // namespace k210
