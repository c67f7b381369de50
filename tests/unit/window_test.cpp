#include "k210/host_sdl/window.hpp"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host_sdl/keys.hpp"
#include "host_sdl/layout.hpp"
#include "k210/host/camera_sources.hpp"
#include "support/temp_dir.hpp"

namespace k210 {
namespace {

using testing::StartsWith;

TEST(PlacePictureTest, FillsAWindowOfAWholeMultiple) {
    EXPECT_EQ(place_picture(320, 240, 640, 480), (Placement{0, 0, 640, 480, true}));
}

TEST(PlacePictureTest, KeepsToWholeMultiplesInTheMiddle) {
    EXPECT_EQ(place_picture(320, 240, 1000, 700), (Placement{180, 110, 640, 480, true}));
    EXPECT_EQ(place_picture(320, 240, 959, 10'000), (Placement{159, 4760, 640, 480, true}));
}

TEST(PlacePictureTest, ShrinksIntoASmallerWindow) {
    EXPECT_EQ(place_picture(320, 240, 160, 240), (Placement{0, 60, 160, 120, false}));
    EXPECT_EQ(place_picture(320, 240, 400, 120), (Placement{120, 0, 160, 120, false}));
}

TEST(ButtonsTest, KeysAreButtons) {
    EXPECT_EQ(button_of_key('b'), Button::boot);
    EXPECT_EQ(button_of_key(' '), Button::boot);
    EXPECT_EQ(button_of_key('a'), Button::a);
    EXPECT_EQ(button_of_key('s'), Button::b);
    EXPECT_EQ(button_of_key('r'), Button::reset);
    EXPECT_EQ(button_of_key('x'), std::nullopt);
}

TEST(ButtonsTest, AHeldButtonStaysPressedUntilReleased) {
    Buttons buttons;
    buttons.press(Button::a);
    EXPECT_TRUE(buttons.pressed(Button::a));
    EXPECT_FALSE(buttons.pressed(Button::boot));
    buttons.begin_poll();
    EXPECT_TRUE(buttons.pressed(Button::a));
    buttons.begin_poll();
    buttons.release(Button::a);
    EXPECT_TRUE(buttons.pressed(Button::a));
    buttons.begin_poll();
    EXPECT_FALSE(buttons.pressed(Button::a));
}

TEST(ButtonsTest, AShortPressIsSeenOnce) {
    Buttons buttons;
    buttons.begin_poll();
    buttons.press(Button::boot);
    buttons.release(Button::boot);
    EXPECT_TRUE(buttons.pressed(Button::boot));
    buttons.begin_poll();
    EXPECT_FALSE(buttons.pressed(Button::boot));
}

TEST(WindowTest, ShowsPicturesOfAnySize) {
    ::setenv("SDL_VIDEODRIVER", "dummy", 1);
    Window window("k210emu", test_chart(0));
    EXPECT_TRUE(window.poll());
    window.show(test_chart(1));
    window.show(Picture(135, 240));
    EXPECT_TRUE(window.poll());
    EXPECT_FALSE(window.pressed(Button::boot));
}

TEST(WindowTest, CanBeOpenedAgain) {
    ::setenv("SDL_VIDEODRIVER", "dummy", 1);
    for (int i = 0; i < 2; ++i) EXPECT_TRUE(Window("k210emu", test_chart(0), 1).poll());
}

TEST(WindowTest, SaysThatThereIsNoDisplay) {
    ::setenv("SDL_VIDEODRIVER", "nonexistent", 1);
    const std::string why = input_error_of([] { Window("k210emu", test_chart(0)); });
    EXPECT_THAT(why, StartsWith("window: no display: "));
    EXPECT_EQ(why.find('\n'), std::string::npos);
}

}  // namespace
}  // namespace k210
