#include "app/window_status.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace k210::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Seconds = Pace::Seconds;

SimTime ms(std::uint64_t milliseconds) {
    return SimTime{ps_from_us(milliseconds * 1000)};
}

TEST(SpeedometerTest, SpeedIsGuestTimePerHostTimeOfTheLastInterval) {
    Speedometer speed;
    EXPECT_EQ(speed.look(ms(1000), Seconds(10)), std::nullopt);
    EXPECT_EQ(speed.look(ms(1100), Seconds(10.25)), std::nullopt);
    EXPECT_EQ(speed.look(ms(2000), Seconds(10.5)), 2);
    EXPECT_EQ(speed.look(ms(9000), Seconds(10.75)), 2);
    EXPECT_EQ(speed.look(ms(2125), Seconds(11)), 0.25);
}

TEST(SpeedometerTest, AGuestThatStartsOverBeginsAnew) {
    Speedometer speed;
    speed.look(ms(0), Seconds(0));
    EXPECT_EQ(speed.look(ms(1000), Seconds(1)), 1);
    EXPECT_EQ(speed.look(ms(999), Seconds(3)), std::nullopt);
    EXPECT_EQ(speed.look(ms(1999), Seconds(4)), 1);
}

TEST(WindowStatusTest, NamesFirmwareBoardTimeSpeedAndKeys) {
    EXPECT_THAT(window_status("maixpy.bin", find_board("maix_bit"), ms(12'340), 0.985),
                ElementsAre("maixpy.bin on maix_bit", "12.3 guest seconds, 98 % of the board's speed",
                            "F1 BOOT, F5 reset; other keys: the console"));
    EXPECT_THAT(window_status("demo", find_board("amigo"), ms(0), {}),
                ElementsAre("demo on amigo", "0.0 guest seconds",
                            "F1 BOOT, F2 A, F3 B, F5 reset, F6 power; other keys: the console; mouse: touch"));
    EXPECT_EQ(window_status("demo", find_board("m5stickv"), ms(0), {}).back(),
              "F2 A, F3 B, F5 reset, F6 power; other keys: the console");
    EXPECT_EQ(window_status("demo", find_board("maix_dock"), ms(0), {}).back(),
              "F1 BOOT, F2 A, F5 reset, F7 left, F8 right; other keys: the console");
    EXPECT_EQ(window_status("demo", find_board("amigo"), ms(0), {}).size(), kStatusLines);
}

TEST(WindowNoticeTest, ExplainsABlackPicture) {
    EXPECT_THAT(window_notice(Picture(4, 2), false), ElementsAre("The firmware has not", "started the LCD yet."));
    EXPECT_THAT(window_notice(Picture(4, 2), true), ElementsAre("The firmware has drawn", "nothing on the LCD yet."));
}

TEST(WindowNoticeTest, OnePixelIsEnough) {
    Picture picture(4, 2);
    picture.rgb.back() = 1;
    EXPECT_THAT(window_notice(picture, true), IsEmpty());
    EXPECT_THAT(window_notice(picture, false), IsEmpty());
}

}  // namespace
}  // namespace k210::app
