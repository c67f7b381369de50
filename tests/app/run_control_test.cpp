#include "app/run_control.hpp"

#include <gtest/gtest.h>

namespace k210::app {
namespace {

TEST(RunControlTest, OneKeyPausesAndGoesOn) {
    RunControl control(kBoardSpeed);
    EXPECT_FALSE(control.paused());
    control.pause_or_go();
    EXPECT_TRUE(control.paused());
    control.look(1);
    EXPECT_TRUE(control.paused());
    control.pause_or_go();
    control.look(2);
    EXPECT_FALSE(control.paused());
}

TEST(RunControlTest, AFrameEndsWithTheNextWholePicture) {
    RunControl control(kBoardSpeed);
    control.pause_or_go();
    for (std::uint64_t frames = 5; frames < 7; ++frames) {
        control.go_on_for_a_frame(frames);
        control.look(frames);
        EXPECT_FALSE(control.paused());
        control.look(frames + 1);
        EXPECT_TRUE(control.paused());
    }
}

TEST(RunControlTest, GoingOnMeanwhileForgetsTheFrame) {
    RunControl control(kBoardSpeed);
    control.go_on_for_a_frame(5);
    control.pause_or_go();
    control.pause_or_go();
    control.look(6);
    EXPECT_FALSE(control.paused());
}

TEST(RunControlTest, SpeedsFollowOneAnother) {
    RunControl control(kBoardSpeed);
    control.next_speed();
    EXPECT_EQ(control.speed(), kFullSpeed);
    control.next_speed();
    EXPECT_EQ(control.speed(), 0.5);
    control.next_speed();
    EXPECT_EQ(control.speed(), 0.1);
    control.next_speed();
    EXPECT_EQ(control.speed(), kBoardSpeed);
}

TEST(RunControlTest, ASpeedOfTheUsersOwnIsLeftForTheBoards) {
    RunControl control(3);
    EXPECT_EQ(control.speed(), 3);
    control.next_speed();
    EXPECT_EQ(control.speed(), kBoardSpeed);
}

}  // namespace
}  // namespace k210::app
