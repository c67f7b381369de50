// What a webcam's pictures become, and what is refused as one.
#include "host/webcam.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "k210/base/error.hpp"
#include "support/temp_dir.hpp"

namespace k210 {
namespace {

using testing::ElementsAre;

std::vector<std::uint8_t> one_pixel(int y, int cb, int cr) {
    const auto byte = [](int v) { return static_cast<std::uint8_t>(v); };
    const Picture picture = picture_of_yuyv(std::vector{byte(y), byte(cb), byte(y), byte(cr)}, 2, 1, 4);
    return {picture.rgb.begin(), picture.rgb.begin() + 3};
}

std::string complaint(const char* path) {
    try {
        open_webcam(path);
    } catch (const InputError& error) { return error.what(); }
    return {};
}

// The ends of the range and pure colours: [doc] ITU-R BT.601-7, section 2.5.
TEST(YuyvTest, ColoursAreThoseOfBt601InLimitedRange) {
    EXPECT_THAT(one_pixel(16, 128, 128), ElementsAre(0, 0, 0));
    EXPECT_THAT(one_pixel(235, 128, 128), ElementsAre(255, 255, 255));
    EXPECT_THAT(one_pixel(81, 90, 240), ElementsAre(255, 0, 0));
    EXPECT_THAT(one_pixel(145, 54, 34), ElementsAre(0, 255, 1));
    EXPECT_THAT(one_pixel(41, 240, 110), ElementsAre(0, 0, 255));
}

TEST(YuyvTest, WhatIsOutOfRangeIsCut) {
    EXPECT_THAT(one_pixel(0, 128, 128), ElementsAre(0, 0, 0));
    EXPECT_THAT(one_pixel(255, 128, 128), ElementsAre(255, 255, 255));
}

TEST(YuyvTest, TwoPixelsShareTheirColourAndLinesMayBeLonger) {
    const std::vector<std::uint8_t> bytes{16, 128, 235, 128, 9, 9, 9, 9, 235, 128, 16, 128, 9, 9, 9, 9};
    const Picture picture = picture_of_yuyv(bytes, 2, 2, 8);
    EXPECT_THAT(picture.rgb, ElementsAre(0, 0, 0, 255, 255, 255, 255, 255, 255, 0, 0, 0));
}

TEST(WebcamTest, ADeviceThatIsNotThereOrIsNoCameraIsToldInOneLine) {
    EXPECT_EQ(complaint("/dev/video4711"), "/dev/video4711: No such file or directory");
    EXPECT_EQ(complaint("/dev/null"), "/dev/null: is no camera");
}

TEST(WebcamTest, PicturesAreNoWebcamsWhateverTheyAreCalled) {
    const TempDir dir;
    EXPECT_FALSE(names_webcam(dir.write("video0", std::string_view("x"))));
    EXPECT_FALSE(names_webcam(dir / "nothing.png"));
    EXPECT_FALSE(names_webcam("/dev/null"));
    EXPECT_TRUE(names_webcam("/dev/video4711"));
}

}  // namespace
}  // namespace k210
