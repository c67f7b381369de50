#include "scenario/held_picture.hpp"

#include <gtest/gtest.h>

namespace k210::scenario {
namespace {

TEST(HeldPictureTest, IsWholeInTheMiddleOfWhitePaper) {
    const Picture paper = on_paper(Picture(30, 30));
    EXPECT_EQ(paper.width * 3, paper.height * 4);
    EXPECT_GE(paper.height, 40u);
    EXPECT_EQ(paper.at(0, 0)[0], 255);
    unsigned black = 0;
    for (unsigned y = 0; y < paper.height; ++y)
        for (unsigned x = 0; x < paper.width; ++x) black += paper.at(x, y)[0] == 0;
    EXPECT_EQ(black, 30u * 30u);
    EXPECT_EQ(paper.at(paper.width / 2, paper.height / 2)[0], 0);
}

TEST(HeldPictureTest, AWideOneFitsToo) {
    const Picture paper = on_paper(Picture(300, 10));
    EXPECT_EQ(paper.width * 3, paper.height * 4);
    EXPECT_GE(paper.width, 400u);
}

}  // namespace
}  // namespace k210::scenario
