#include "app/limits.hpp"

#include <gtest/gtest.h>

#include "support/temp_dir.hpp"

namespace k210::app {
namespace {

TEST(ParseLimitTest, TakesSeconds) {
    EXPECT_EQ(parse_limit("--timeout", "20"), 20);
    EXPECT_EQ(parse_limit("--timeout", "0.25"), 0.25);
    EXPECT_EQ(parse_limit("--timeout", "9999999"), 9'999'999);
}

TEST(ParseLimitTest, NoneAndZeroAreNoLimit) {
    EXPECT_EQ(parse_limit("--timeout", "none"), kNoLimit);
    EXPECT_EQ(parse_limit("--timeout", "0"), kNoLimit);
}

TEST(ParseLimitTest, RefusesEverythingElse) {
    for (const char* text : {"", "soon", "-1", "1s", " 1", "nan", "inf", "10000000", "1e999", "None"})
        EXPECT_EQ(input_error_of([&] { parse_limit("--wall-timeout", text); }),
                  "--wall-timeout " + std::string(text) +
                      ": neither none nor a number of seconds from 0 (none) to 10 million");
}

TEST(ParseSecondsTest, TakesSecondsAboveZero) {
    EXPECT_EQ(parse_seconds("--crash-patience", "0.5"), 0.5);
    for (const char* text : {"", "0", "-1", "none", "nan", "10000000", "1x"})
        EXPECT_EQ(input_error_of([&] { parse_seconds("--crash-patience", text); }),
                  "--crash-patience " + std::string(text) + ": no number of seconds above 0 and below 10 million");
}

TEST(LimitsTest, GuestDeadlineIsInPicoseconds) {
    EXPECT_EQ((Limits{1.5, kNoLimit}.guest_deadline()), SimTime{1'500'000'000'000});
    EXPECT_EQ((Limits{kNoLimit, 1.5}.guest_deadline()), SimTime::never());
}

void expect_limits(const Limits& limits, double guest_seconds, double wall_seconds, bool by_default) {
    EXPECT_EQ(limits.guest_seconds, guest_seconds);
    EXPECT_EQ(limits.wall_seconds, wall_seconds);
    EXPECT_EQ(limits.by_default, by_default);
}

TEST(ChooseLimitsTest, NobodyThereAndNothingAskedForHasTheDefaults) {
    expect_limits(choose_limits({}, {}, false), 30, 600, true);
}

TEST(ChooseLimitsTest, SomebodyThereHasNone) {
    expect_limits(choose_limits({}, {}, true), kNoLimit, kNoLimit, false);
}

TEST(ChooseLimitsTest, WhatIsAskedForReplacesBothDefaults) {
    for (const bool somebody_there : {false, true}) {
        expect_limits(choose_limits(5, {}, somebody_there), 5, kNoLimit, false);
        expect_limits(choose_limits({}, 5, somebody_there), kNoLimit, 5, false);
        expect_limits(choose_limits(5, 6, somebody_there), 5, 6, false);
        expect_limits(choose_limits(kNoLimit, {}, somebody_there), kNoLimit, kNoLimit, false);
    }
}

}  // namespace
}  // namespace k210::app
