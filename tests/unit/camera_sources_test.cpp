#include "k210/host/camera_sources.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "k210/base/file.hpp"
#include "k210/host/picture_file.hpp"
#include "support/paths.hpp"
#include "support/temp_dir.hpp"

namespace k210 {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

Picture plain(unsigned width, unsigned height, std::uint8_t level) {
    Picture picture(width, height);
    picture.rgb.assign(picture.rgb.size(), level);
    return picture;
}

bool same(const Picture& a, const Picture& b) {
    return a.width == b.width && a.height == b.height && a.rgb == b.rgb;
}

struct PictureFileTest : testing::Test {
    TempDir dir;
};

TEST_F(PictureFileTest, PngKeepsEveryPixel) {
    const Picture chart = test_chart(3);
    save_png(dir / "chart.png", chart);
    EXPECT_TRUE(same(load_picture(dir / "chart.png"), chart));
}

TEST_F(PictureFileTest, SamePictureMakesTheSameFile) {
    EXPECT_EQ(encode_png(test_chart(1)), encode_png(test_chart(1)));
}

TEST_F(PictureFileTest, ReadsPpm) {
    dir.write("dot.ppm", std::string_view("P6\n2 1\n255\nabcdef"));
    const Picture picture = load_picture(dir / "dot.ppm");
    EXPECT_EQ(picture.width, 2u);
    EXPECT_EQ(picture.height, 1u);
    EXPECT_THAT(picture.rgb, ElementsAre('a', 'b', 'c', 'd', 'e', 'f'));
}

TEST_F(PictureFileTest, GreyBecomesRgb) {
    dir.write("dot.pgm", std::string_view("P5\n1 1\n255\na"));
    EXPECT_THAT(load_picture(dir / "dot.pgm").rgb, ElementsAre('a', 'a', 'a'));
}

TEST_F(PictureFileTest, ReadsRealPngAndBmp) {
    if (shared_dir().empty()) GTEST_SKIP() << "no shared pictures";
    for (const char* name : {"astronaut.png", "dog.bmp"}) {
        const Picture picture = load_picture(shared_dir() / "pictures" / name);
        EXPECT_EQ(picture.width, 320u) << name;
        EXPECT_EQ(picture.height, 240u) << name;
    }
}

TEST_F(PictureFileTest, NamesAMissingFile) {
    EXPECT_EQ(input_error_of([&] { load_picture(dir / "no.png"); }),
              (dir / "no.png").string() + ": No such file or directory");
}

TEST_F(PictureFileTest, NamesAnEmptyFile) {
    dir.write("no.png", std::string_view());
    EXPECT_EQ(input_error_of([&] { load_picture(dir / "no.png"); }), (dir / "no.png").string() + ": is empty");
}

TEST_F(PictureFileTest, NamesAFileThatIsNoPicture) {
    dir.write("no.png", std::string_view("this is text"));
    EXPECT_THAT(input_error_of([&] { load_picture(dir / "no.png"); }),
                StartsWith((dir / "no.png").string() + ": is not a picture that can be read ("));
}

TEST_F(PictureFileTest, RefusesAHeaderThatAsksForTheMoon) {
    dir.write("moon.ppm", std::string_view("P6\n100000 100000\n255\nabc"));
    EXPECT_EQ(input_error_of([&] { load_picture(dir / "moon.ppm"); }),
              (dir / "moon.ppm").string() + ": is too large: 100000 x 100000 pixels");
}

TEST_F(PictureFileTest, TruncatedPngIsAnErrorNotAPicture) {
    auto bytes = encode_png(test_chart(0));
    bytes.resize(bytes.size() / 2);
    dir.write("half.png", bytes);
    EXPECT_THAT(input_error_of([&] { load_picture(dir / "half.png"); }), HasSubstr("half.png: cannot be decoded ("));
}

struct CameraSourcesTest : testing::Test {
    void add(const char* name, std::uint8_t level) { save_png(dir / name, plain(4, 2, level)); }
    static std::uint8_t level(CameraSource& camera, std::uint64_t n) { return camera.frame(n).rgb.front(); }
    TempDir dir;
};

TEST_F(CameraSourcesTest, AStillIsTheSameForEver) {
    add("one.png", 9);
    const auto camera = open_camera_source(dir / "one.png");
    EXPECT_EQ(level(*camera, 0), 9);
    EXPECT_EQ(level(*camera, 1'000'000'000'000), 9);
}

TEST_F(CameraSourcesTest, AFolderIsShownInNaturalOrderAndRepeats) {
    add("frame10.png", 10);
    add("frame2.PNG", 2);
    add("frame1.png", 1);
    const auto camera = open_camera_source(dir.path());
    std::vector<int> levels;
    for (std::uint64_t n = 0; n < 5; ++n) levels.push_back(level(*camera, n));
    EXPECT_THAT(levels, ElementsAre(1, 2, 10, 1, 2));
}

TEST_F(CameraSourcesTest, FramesMayBeSkippedOrAskedForAgain) {
    for (std::uint8_t i = 0; i < 4; ++i) add(("p" + std::to_string(i) + ".png").c_str(), i);
    FolderCamera camera(dir.path());
    EXPECT_EQ(level(camera, 3), 3);
    EXPECT_EQ(level(camera, 1), 1);
    EXPECT_EQ(level(camera, 1), 1);
    EXPECT_EQ(level(camera, 4), 0);
}

TEST_F(CameraSourcesTest, OtherFilesInTheFolderAreLeftAlone) {
    add("b.png", 1);
    dir.write("README.txt", std::string_view("pictures"));
    std::filesystem::create_directory(dir / "a.png");
    EXPECT_THAT(FolderCamera(dir.path()).files(), ElementsAre(dir / "b.png"));
}

TEST_F(CameraSourcesTest, AFolderWithoutPicturesIsRefused) {
    EXPECT_EQ(input_error_of([&] { open_camera_source(dir.path()); }), dir.path().string() + ": holds no pictures");
}

TEST_F(CameraSourcesTest, NamesThePictureThatIsNone) {
    add("a.png", 1);
    dir.write("b.png", std::string_view("text"));
    EXPECT_THAT(input_error_of([&] { open_camera_source(dir.path()); }),
                StartsWith((dir / "b.png").string() + ": is not a picture"));
}

TEST_F(CameraSourcesTest, NamesTheFirstPictureWhenItCannotBeDecoded) {
    auto bytes = encode_png(test_chart(0));
    bytes.resize(bytes.size() / 2);
    dir.write("a.png", bytes);
    EXPECT_THAT(input_error_of([&] { open_camera_source(dir.path()); }), HasSubstr("a.png: cannot be decoded"));
}

TEST_F(CameraSourcesTest, APictureBrokenLaterBecomesTheTestChart) {
    add("a.png", 1);
    auto bytes = encode_png(test_chart(0));
    bytes.resize(bytes.size() / 2);
    dir.write("b.png", bytes);
    std::string why;
    FolderCamera camera(dir.path(), [&](const std::string& text) { why = text; });
    EXPECT_TRUE(same(camera.frame(1), test_chart(1)));
    EXPECT_THAT(why, StartsWith((dir / "b.png").string() + ": cannot be decoded"));
    EXPECT_EQ(level(camera, 2), 1);
}

TEST_F(CameraSourcesTest, NamesAPathThatIsNotThere) {
    EXPECT_EQ(input_error_of([&] { open_camera_source(dir / "none"); }),
              (dir / "none").string() + ": No such file or directory");
}

TEST_F(CameraSourcesTest, TestChartMovesAndComesBack) {
    TestChartCamera camera;
    EXPECT_FALSE(same(test_chart(0), test_chart(1)));
    EXPECT_TRUE(same(camera.frame(7), test_chart(7)));
    EXPECT_TRUE(same(test_chart(0), test_chart(40)));
}

}  // namespace
}  // namespace k210
