// The built-in demo (firmware/demo): what it reads in what the camera sees, on console and LCD.
#include <iostream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/digit_drawings.hpp"
#include "support/paths.hpp"
#include "support/temp_dir.hpp"
#include "system/emulator_process.hpp"
#include "system/machine_bench.hpp"
#include "system/picture_checks.hpp"

namespace k210 {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;

// Somebody who holds pictures before the camera.
class Hand final : public CameraSource {
public:
    explicit Hand(Picture picture) : picture_(std::move(picture)) {}
    void hold(Picture picture) { picture_ = std::move(picture); }
    const Picture& frame(std::uint64_t) override { return picture_; }

private:
    Picture picture_;
};

Picture of_one_colour(std::uint8_t red, std::uint8_t green, std::uint8_t blue) {
    Picture picture(320, 240);
    for (std::size_t i = 0; i < picture.rgb.size(); i += 3) {
        picture.rgb[i] = red;
        picture.rgb[i + 1] = green;
        picture.rgb[i + 2] = blue;
    }
    return picture;
}

struct DemoTest : testing::Test {
    // What the demo says it sees; the frame under way may still be one of the picture before.
    std::string seen(Picture picture) {
        dynamic_cast<Hand&>(bench.camera()).hold(std::move(picture));
        for (int i = 0; i < 2; ++i)
            if (!bench.hears(": sees ", 2)) return "nothing at all";
        EXPECT_TRUE(bench.hears(" %)", 1));
        const std::string& said = bench.console();
        const auto from = said.rfind(": sees ") + 7;
        return said.substr(from, said.rfind(" (") - from);
    }
    MachineBench bench{demo_on_maix_bit(), std::make_unique<Hand>(of_one_colour(220, 220, 215))};
};

TEST_F(DemoTest, SaysWhatItRunsOn) {
    ASSERT_TRUE(bench.hears("frame 1: ", 2));
    EXPECT_THAT(bench.console(), HasSubstr("cpu  403.000 MHz\n  kpu  398.666 MHz\n"));
    EXPECT_THAT(bench.console(), HasSubstr("lcd: ST7789, 320x240\ncamera: OV2640, 320x240\n"));
}

TEST_F(DemoTest, ReadsDrawingsItHasNeverSeen) {
    constexpr unsigned kDrawings = 100, kEnough = 95;
    unsigned right = 0;
    std::string wrong;
    for (unsigned i = 0; i < kDrawings; ++i) {
        const unsigned digit = i % 10;
        const std::string read = seen(draw_digit(digit, i / 10));
        if (read == std::to_string(digit))
            ++right;
        else
            wrong += " " + std::to_string(digit) + " as " + read + ",";
    }
    if (!wrong.empty()) wrong.back() = ')';
    std::cout << right << " of " << kDrawings << " unseen drawings read right"
              << (wrong.empty() ? "" : " (" + wrong.substr(1)) << "\n";
    EXPECT_GE(right, kEnough) << wrong;
}

TEST_F(DemoTest, SeesNoDigitWhereThereIsNone) {
    EXPECT_EQ(seen(of_one_colour(250, 250, 240)), "no digit");
    EXPECT_EQ(seen(of_one_colour(20, 40, 30)), "no digit");
    EXPECT_EQ(seen(load_picture(source_dir() / "docs/examples/astronaut.png")), "no digit");
}

TEST_F(DemoTest, ShowsPictureAndAnswer) {
    const Picture picture = draw_digit(4, 1);
    ASSERT_EQ(seen(picture), "4");
    ASSERT_TRUE(bench.hears("frame", 1));  // and has shown it
    const Picture& screen = bench.screen();
    Picture half(160, 120);
    for (unsigned y = 0; y < half.height; ++y)
        for (unsigned x = 0; x < half.width; ++x) std::copy_n(picture.at(2 * x, 2 * y), 3, half.at(x, y));
    EXPECT_LT(difference(screen, {2, 29, 156, 116}, half, 2, 2), 12);

    // A large yellow 4, and a long yellow bar in the row of the fours.
    const auto yellow = [&](Rectangle area) { return share_of_colour(screen, area, 255, 199, 66); };
    EXPECT_GT(yellow({170, 29, 60, 84}), 0.25);
    EXPECT_GT(yellow({254, 71, 60, 7}), 0.5);
    EXPECT_EQ(yellow({254, 27, 60, 7}), 0);
}

TEST(DemoSceneTest, ShowsTenDigitsOneAfterTheOther) {
    MachineBench bench(demo_on_maix_bit());
    std::string digits;
    for (int readings = 0; readings < 250 && digits.size() < 10; ++readings) {
        ASSERT_TRUE(bench.hears(": sees ", 1));
        ASSERT_TRUE(bench.hears(" (", 1));
        const char digit = bench.console()[bench.console().size() - 3];
        if (digits.find(digit) == std::string::npos) digits += digit;
    }
    EXPECT_EQ(digits, "2107493856");
}

// The demo mirrors and flips, as the board's own mount needs it.
struct Mount {
    const char* name;
    const char* quarters;  // of a scene that is red, green, blue and black, line by line
};
class DemoMountTest : public testing::TestWithParam<Mount> {};
INSTANTIATE_TEST_SUITE_P(All, DemoMountTest,
                         testing::Values(Mount{"rotate180", "rgbk"}, Mount{"normal", "kbgr"}, Mount{"mirror", "bkrg"},
                                         Mount{"flip", "grkb"}),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_P(DemoMountTest, CameraHangsAsToldByTheOption) {
    Picture scene = of_one_colour(0, 0, 0);
    for (unsigned y = 0; y < scene.height; ++y)
        for (unsigned x = 0; x < scene.width; ++x) {
            const unsigned quarter = 2 * (y / (scene.height / 2)) + x / (scene.width / 2);
            if (quarter < 3) scene.at(x, y)[quarter] = 255;
        }
    TempDir files;
    save_png(files / "scene.png", scene);
    const auto run = run_emulator({"run", "--camera", files / "scene.png", "--camera-mount", GetParam().name,
                                   "--expect", "frame 3: ", "--timeout", "10", "--screenshot", files / "lcd.png"});
    ASSERT_EQ(run.status, 0) << run.out << run.err;
    const Picture lcd = load_picture(files / "lcd.png");
    std::string quarters;
    for (const auto& [x, y] : {std::pair{20u, 40u}, {140u, 40u}, {20u, 130u}, {140u, 130u}}) {
        const std::uint8_t* pixel = lcd.at(x, y);
        quarters += pixel[0] > 200 ? 'r' : pixel[1] > 200 ? 'g' : pixel[2] > 200 ? 'b' : 'k';
    }
    EXPECT_EQ(quarters, GetParam().quarters);
}

// The demo's model is one like any other: MaixPy's own runtime loads and runs it.
TEST(DemoModelRealImageTest, ReadsADigitInMaixPy) {
    const auto image = image_path("maixpy_0.6.2_84_ide.bin");
    K210_NEEDS(image);
    const auto tree = source_dir();
    TempDir files;
    save_png(files / "seven.png", draw_digit(7, 1));
    const auto run =
        run_emulator({"run", image, "--flash", "0x300000=" + (tree / "firmware/demo/digits.kmodel").string(),
                      "--camera", files / "seven.png", "--script", tree / "docs/examples/read_digits.py", "--expect",
                      "frames done", "--timeout", "30"});
    ASSERT_EQ(run.status, 0) << run.out << run.err;
    EXPECT_THAT(run.out, ContainsRegex("\nsees 7 \\([0-9]+ %\\)"));
}

}  // namespace
}  // namespace k210
