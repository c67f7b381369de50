#include "scenario/picture_check.hpp"

#include <gtest/gtest.h>

namespace k210::scenario {
namespace {

Picture grey(unsigned width, unsigned height, std::uint8_t level = 100) {
    Picture picture(width, height);
    picture.rgb.assign(picture.rgb.size(), level);
    return picture;
}

struct PictureCheckTest : testing::Test {
    Picture seen = grey(4, 3);
    PictureCheck check{.golden = grey(4, 3)};

    std::string why() const {
        const auto found = difference(seen, check);
        return found ? found->why : std::string();
    }
};

TEST_F(PictureCheckTest, TheSamePictureIsNoOther) {
    EXPECT_EQ(why(), "");
}

TEST_F(PictureCheckTest, SaysHowManyPixelsDifferHowMuchAndWhereFirst) {
    seen.at(2, 1)[0] = 110;
    seen.at(1, 2)[2] = 60;
    EXPECT_EQ(why(), "2 pixels differ by up to 40 of 255, the first at 2, 1");
    seen.at(1, 2)[2] = 100;
    EXPECT_EQ(why(), "1 pixel differs by up to 10 of 255, the first at 2, 1");
}

TEST_F(PictureCheckTest, EachColourMayBeOffByTheTolerance) {
    check.tolerance = 10;
    seen.at(2, 1)[1] = 90;
    EXPECT_EQ(why(), "");
    seen.at(2, 1)[1] = 89;
    EXPECT_NE(why(), "");
}

TEST_F(PictureCheckTest, SoManyPixelsMayDiffer) {
    check.differing_pixels = 1;
    seen.at(0, 0)[0] = 0;
    EXPECT_EQ(why(), "");
    seen.at(1, 0)[0] = 0;
    EXPECT_NE(why(), "");
}

TEST_F(PictureCheckTest, WhatIsMaskedDoesNotCount) {
    check.masks = {{0, 0, 1, 1}, {1, 1, 2, 1}};
    for (const auto& [x, y] : {std::pair{0u, 0u}, {1u, 1u}, {2u, 1u}}) seen.at(x, y)[0] = 0;
    EXPECT_EQ(why(), "");
    seen.at(3, 1)[0] = 0;
    EXPECT_EQ(why(), "1 pixel differs by up to 100 of 255, the first at 3, 1");
}

TEST_F(PictureCheckTest, OnlyTheRegionCounts) {
    check.region = Area{1, 1, 2, 2};
    seen.at(0, 1)[0] = seen.at(3, 1)[0] = seen.at(1, 0)[0] = 0;
    EXPECT_EQ(why(), "");
    seen.at(2, 2)[0] = 0;
    EXPECT_EQ(why(), "1 pixel differs by up to 100 of 255, the first at 2, 2");
}

TEST_F(PictureCheckTest, APictureOfTheRegionAloneWillDo) {
    check.golden = grey(2, 1);
    check.golden.at(1, 0)[0] = 7;
    check.region = Area{2, 1, 2, 1};
    seen.at(3, 1)[0] = 7;
    EXPECT_EQ(why(), "");
    seen.at(3, 1)[0] = 8;
    EXPECT_NE(why(), "");
}

TEST_F(PictureCheckTest, SizesThatDoNotGoTogetherAreTold) {
    check.golden = grey(5, 3);
    EXPECT_EQ(why(), "it is 5x3, and the screen 4x3");
    check.golden = grey(4, 3);
    check.region = Area{3, 0, 2, 1};
    EXPECT_EQ(why(), "the region reaches beyond the screen, which is 4x3");
}

TEST_F(PictureCheckTest, ShowsWhatDiffersInRedAndWhatDoesNotCountInBlue) {
    check.masks = {{0, 0, 1, 1}};
    seen.at(1, 0)[0] = 0;
    const auto found = difference(seen, check);
    ASSERT_TRUE(found.has_value());
    const auto pixel = [&](unsigned x) { return std::vector(found->shown.at(x, 0), found->shown.at(x, 0) + 3); };
    EXPECT_EQ(pixel(1), (std::vector<std::uint8_t>{255, 0, 0}));
    EXPECT_EQ(pixel(2), (std::vector<std::uint8_t>{50, 50, 50}));
    EXPECT_GT(pixel(0)[2], pixel(0)[0]);
}

TEST(GoldenTest, IsOfTheRegionAloneWhereItWas) {
    Picture seen(8, 4);
    seen.at(5, 2)[0] = 200;
    PictureCheck check{.golden = Picture(2, 1), .region = Area{5, 2, 2, 1}};
    const Picture part = golden_of(seen, check);
    EXPECT_EQ(part.width, 2u);
    EXPECT_EQ(part.height, 1u);
    EXPECT_EQ(part.at(0, 0)[0], 200);
    check.golden = Picture(8, 4);
    EXPECT_EQ(golden_of(seen, check).rgb, seen.rgb);
}

}  // namespace
}  // namespace k210::scenario
