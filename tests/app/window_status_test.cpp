#include "app/window_status.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace k210::app {
namespace {

using testing::_;
using testing::ElementsAre;
using testing::IsEmpty;
using Seconds = Pace::Seconds;

SimTime ms(std::uint64_t milliseconds) {
    return SimTime{ps_from_us(milliseconds * 1000)};
}

std::vector<std::string> status(const std::string& firmware, const char* board, SimTime now,
                                std::optional<double> speed) {
    return window_status({firmware, find_board(board), now, speed, kBoardSpeed, false, false, false});
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
    EXPECT_THAT(status("maixpy.bin", "maix_bit", ms(12'340), 0.985),
                ElementsAre("maixpy.bin on maix_bit", "12.3 guest seconds, 98 % of the board's speed",
                            "F1 BOOT, F5 reset; other keys: the console", "F9 pause, F10 frame, F11 speed, F12 save",
                            "Ins save the state, PgUp back to it, ScrLk record"));
    EXPECT_THAT(status("demo", "amigo", ms(0), {}),
                ElementsAre("demo on amigo", "0.0 guest seconds",
                            "F1 BOOT, F2 A, F3 B, F5 reset, F6 power; other keys: the console; mouse: touch", _, _));
    EXPECT_EQ(status("demo", "m5stickv", ms(0), {})[2], "F2 A, F3 B, F5 reset, F6 power; other keys: the console");
    EXPECT_EQ(status("demo", "maix_dock", ms(0), {})[2],
              "F1 BOOT, F2 A, F5 reset, F7 left, F8 right; other keys: the console");
    EXPECT_EQ(status("demo", "amigo", ms(0), {}).size(), kStatusLines);
}

TEST(WindowStatusTest, SaysWhatKeysDoNow) {
    const std::string firmware = "demo";
    const WindowFacts held{firmware, find_board("maix_bit"), ms(1500), 0.0, kFullSpeed, true, true, true};
    EXPECT_EQ(window_status(held)[1], "1.5 guest seconds, paused (max)");
    EXPECT_EQ(window_status(held)[3], "F9 go on, F10 frame, F11 speed, F12 save, PgDn camera");
    EXPECT_EQ(window_status(held)[4], "Ins save the state, PgUp back to it, ScrLk end the record");
}

TEST(WindowTitleTest, NamesFirmwareBoardAndSpeed) {
    const std::string firmware = "maixpy.bin";
    WindowFacts facts{firmware, find_board("maix_bit"), ms(1500), 0.5, kBoardSpeed, false, false, false};
    EXPECT_EQ(window_title(facts), "maixpy.bin on maix_bit, 50 % - k210emu");
    facts.paused = true;
    EXPECT_EQ(window_title(facts), "maixpy.bin on maix_bit, paused - k210emu");
    facts.paused = false;
    facts.speed.reset();
    EXPECT_EQ(window_title(facts), "maixpy.bin on maix_bit - k210emu");
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
