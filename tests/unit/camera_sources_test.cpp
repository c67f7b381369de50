#include "k210/host/camera_sources.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/stat.h>

#include "k210/base/file.hpp"
#include "k210/host/picture_file.hpp"
#include "support/paths.hpp"
#include "support/sample_pictures.hpp"
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

// What malloc() gives is filled with another byte in each round.
template <class Work>
auto whatever_memory_holds(Work work) {
    std::vector<decltype(work())> results;
    for (const int fill : {0x11, 0xc3}) {
        ::mallopt(M_PERTURB, fill);
        results.push_back(work());
    }
    ::mallopt(M_PERTURB, 0);
    EXPECT_EQ(results[0], results[1]);
    return results[0];
}

TEST_F(PictureFileTest, SamePictureMakesTheSameFile) {
    const auto encoded = [](std::uint64_t n) {
        return whatever_memory_holds([n] { return encode_png(test_chart(n)); });
    };
    EXPECT_NE(encoded(1), encoded(2));
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

// Size and pixels; nothing when it is refused.
std::vector<std::uint8_t> decoded(std::span<const std::uint8_t> bytes) {
    try {
        const Picture picture = decode_picture(bytes, "picture");
        std::vector<std::uint8_t> all = picture.rgb;
        all.push_back(static_cast<std::uint8_t>(picture.width));
        all.push_back(static_cast<std::uint8_t>(picture.height));
        return all;
    } catch (const InputError&) { return {}; }
}

class SamplePictureTest : public testing::TestWithParam<SamplePicture> {};
INSTANTIATE_TEST_SUITE_P(All, SamplePictureTest, testing::ValuesIn(kSamplePictures), [](const auto& test) {
    std::string name = test.param.name;
    std::ranges::replace(name, '.', '_');
    return name;
});

TEST_P(SamplePictureTest, HasItsGradient) {
    const Picture picture = decode_picture(GetParam().bytes(), "picture");
    ASSERT_EQ(picture.width, 9u);
    ASSERT_EQ(picture.height, 5u);
    // Red grows to the right, green downwards; palettes and JPEG only come near, and grey adds both up.
    const int least = std::string_view(GetParam().name).starts_with("grey") ? 40 : 100;
    EXPECT_GT(picture.at(8, 0)[0], picture.at(0, 0)[0] + least);
    EXPECT_GT(picture.at(0, 4)[1], picture.at(0, 0)[1] + least);
    EXPECT_LT(picture.at(0, 0)[0], 60);
}

TEST_P(SamplePictureTest, EveryBeginningIsRefusedUnlessEveryPixelIsThere) {
    const Bytes whole = GetParam().bytes();
    const auto picture = decoded(whole);
    ASSERT_FALSE(picture.empty());
    std::size_t accepted = 0;
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const auto part = whatever_memory_holds([&] { return decoded(std::span(whole).first(size)); });
        accepted += !part.empty();
        if (!part.empty()) { ASSERT_EQ(part, picture) << size; }
    }
    EXPECT_LE(accepted, 3u);  // JPEG: without the marker that ends it; BMP: without the last row's padding
}

TEST_P(SamplePictureTest, DamageAlwaysLooksTheSame) {
    const Bytes whole = GetParam().bytes();
    for (std::size_t at = 0; at < whole.size(); ++at)
        for (const unsigned damage : {0x01u, 0x80u, 0xffu}) {
            Bytes damaged = whole;
            damaged[at] ^= static_cast<std::uint8_t>(damage);
            whatever_memory_holds([&] { return decoded(damaged); });
        }
}

TEST_F(PictureFileTest, FormatsWithoutABeginningAreNotRead) {
    Bytes tga(18 + 3, 0);
    tga[2] = 2;  // true colour, 1 x 1 pixels of 24 bits
    tga[12] = tga[14] = 1;
    tga[16] = 24;
    EXPECT_THAT(input_error_of([&] { decode_picture(tga, "a.tga"); }),
                StartsWith("a.tga: is not a picture that can be read"));
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

TEST_F(CameraSourcesTest, ANamedPipeInTheFolderIsRefusedWithoutWaiting) {
    add("a.png", 1);
    ASSERT_EQ(::mkfifo((dir / "b.png").c_str(), 0600), 0);
    EXPECT_EQ(input_error_of([&] { open_camera_source(dir.path()); }),
              (dir / "b.png").string() + ": is a named pipe, not a file");
    EXPECT_EQ(input_error_of([&] { open_camera_source(dir / "b.png"); }),
              (dir / "b.png").string() + ": is a named pipe, not a file");
}

TEST_F(CameraSourcesTest, EveryFormatIsFoundInAFolderWhateverItsCase) {
    for (const SamplePicture& picture : kSamplePictures) dir.write(picture.name, picture.bytes());
    dir.write("a.PNM", kSamplePictures[6].bytes());
    dir.write("a.Jpeg", kSamplePictures[2].bytes());
    EXPECT_EQ(FolderCamera(dir.path()).files().size(), kSamplePictures.size() + 2);
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
