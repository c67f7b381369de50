#include "board/ft6x36/ft6x36.hpp"

#include <gtest/gtest.h>

#include "support/touch_part_bench.hpp"

namespace k210 {
namespace {

struct Ft6x36Test : TouchPartTest<Ft6x36> {
    Ft6x36Test() : TouchPartTest(Ft6x36::Config{kPads, kInterruptPad, kFilm}) {}

    std::uint8_t points() { return read({0x02}, 1)[0]; }
    void set(std::uint8_t reg, std::uint8_t value) { EXPECT_TRUE(transfer({reg, value}, 0)); }
};

// krux ft6x36.py: one point in 0x02, then four bytes from 0x03 on.
TEST_F(Ft6x36Test, TellsOnePointWhereItIsTouched) {
    EXPECT_EQ(points(), 0);
    part.touch(470, 10);
    EXPECT_EQ(points(), 1);
    const Bytes point = read({0x03}, 4);
    EXPECT_EQ((point[0] & 0x0f) << 8 | point[1], 10);
    EXPECT_EQ((point[2] & 0x0f) << 8 | point[3], 470);
    EXPECT_EQ(point[2] & 0xf0, 0) << "the finger's number";
}

TEST_F(Ft6x36Test, EventsAreDownThenContactThenUp) {
    const auto event = [&] { return read({0x03}, 1)[0] >> 6; };
    part.touch(1, 2);
    EXPECT_EQ(event(), 0);
    run_for(10'000);
    EXPECT_EQ(event(), 2);
    part.release();
    EXPECT_EQ(event(), 1);
    EXPECT_EQ(points(), 0);
    EXPECT_EQ(read({0x04}, 1)[0], 2) << "where it has left";
}

TEST_F(Ft6x36Test, NoPointReadsAsOnes) {
    EXPECT_EQ(read({0x03}, 4), (Bytes{0xff, 0xff, 0xff, 0xff}));
    part.touch(1, 2);
    EXPECT_EQ(read({0x09}, 6), (Bytes{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}));
}

TEST_F(Ft6x36Test, AFingerThatMovesIsReportedWithTheNextScan) {
    part.touch(100, 0);
    part.touch(200, 0);
    EXPECT_EQ(read({0x06}, 1)[0], 100);
    run_for(10'000);
    EXPECT_EQ(read({0x06}, 1)[0], 200);
}

TEST_F(Ft6x36Test, IdentifiesItself) {
    EXPECT_EQ(read({0xa8}, 1), Bytes{0x11});  // ft52xx.h:17
    EXPECT_EQ(read({0xa3}, 1), Bytes{0x36});
    for (const std::uint8_t reg : Bytes{0xa3, 0xa6, 0xa8}) {
        const std::uint8_t before = read({reg}, 1)[0];
        set(reg, 0x5a);
        EXPECT_EQ(read({reg}, 1)[0], before);
    }
}

TEST_F(Ft6x36Test, SettingsStoreAndMeasurementsDoNot) {
    set(0x80, 40);
    EXPECT_EQ(read({0x80}, 1), Bytes{40});
    set(0x02, 5);
    set(0x10, 5);
    EXPECT_EQ(points(), 0);
    EXPECT_EQ(read({0x10}, 1), Bytes{0});
}

TEST_F(Ft6x36Test, InPollingModeItsPinIsLowWhileTouched) {
    set(0xa4, 0);
    EXPECT_EQ(interrupt(), true);
    part.touch(0, 0);
    for (unsigned ms = 0; ms < 25; ++ms) {
        EXPECT_EQ(interrupt(), false) << ms;
        run_for(1'000);
    }
    part.release();
    EXPECT_EQ(interrupt(), true);
    run_for(100'000);
    EXPECT_EQ(interrupt(), true);
}

TEST_F(Ft6x36Test, AsItWakesUpItsPinPulsesWithEveryReport) {
    part.touch(0, 0);
    expect_pulses(false, {0, 10, 20}, 25);
    part.release();
    expect_pulses(false, {0}, 25);
}

TEST_F(Ft6x36Test, ChangingTheModeWhileTouchedMovesThePin) {
    part.touch(0, 0);
    run_for(2'000);
    EXPECT_EQ(interrupt(), true);
    set(0xa4, 0);
    EXPECT_EQ(interrupt(), false);
    set(0xa4, 1);
    EXPECT_EQ(interrupt(), true);
}

TEST_F(Ft6x36Test, LossOfPowerForgetsFingerAndSettings) {
    set(0xa4, 0);
    set(0x80, 40);
    part.touch(0, 0);
    part.power_on();
    EXPECT_EQ(interrupt(), true);
    EXPECT_EQ(points(), 0);
    EXPECT_EQ(read({0x80}, 1), Bytes{22});
    EXPECT_EQ(read({0xa4}, 1), Bytes{1});
    part.release();
    EXPECT_EQ(interrupt(), true);
}

TEST_F(Ft6x36Test, WithoutAPinItIsPolled) {
    Ft6x36 other(bench.part("other"), {kPads, {}, kFilm});
    other.hang(bench.chip);
    other.power_on();
    other.touch(3, 4);
    EXPECT_EQ(points(), 1);
    run_for(20'000);
    EXPECT_EQ(read({0x03}, 2), (Bytes{0x80, 4}));
}

struct Another : Ft6x36Test {
    void TestBody() override {}
};

TEST_F(Ft6x36Test, StateSurvivesSaveAndRestore) {
    set(0x80, 40);
    part.touch(470, 10);
    run_for(10'000);
    Another restored;
    restored.take_over(*this);
    EXPECT_EQ(restored.points(), 1);
    EXPECT_EQ(restored.read({0x03}, 4), (Bytes{0x80, 10, 1, 0xd6}));
    EXPECT_EQ(restored.read({0x80}, 1), Bytes{40});
    restored.run_for(2'499);
    EXPECT_EQ(restored.interrupt(), true);
    restored.run_for(1);
    EXPECT_EQ(restored.interrupt(), false) << "its scan goes on";
}

}  // namespace
}  // namespace k210
