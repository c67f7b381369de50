#include "scenario/last_second.hpp"

#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace k210::scenario {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr SimTime at_ms(std::uint64_t ms) {
    return {ms * kPsPerSecond / 1000};
}

struct TestDisplay final : Display {
    Picture shown{1, 1};
    std::uint64_t changes = 0, frames = 0;
    const Picture& picture() override { return shown; }
    std::uint64_t generation() const override { return changes; }
    std::uint64_t frames_shown() const override { return frames; }
};

void say(LastSecond& last, SimTime when, std::string_view text) {
    for (const char c : text) last.console_says(when, static_cast<std::uint8_t>(c));
}

TEST(LastSecondTest, IsInTheOrderOfTime) {
    LastSecond last;
    say(last, at_ms(1), "begun ");
    last.add(at_ms(2), "input", "boot pressed");
    say(last, at_ms(3), "ended\r\n>>> ");
    EXPECT_EQ(last.text(at_ms(4)),
              "    0.001000 s  console begun ended\n"
              "    0.002000 s  input   boot pressed\n"
              "    0.003000 s  console >>> \n");
}

TEST(LastSecondTest, HasAllOfTheLastSecondAndNothingBefore) {
    LastSecond last;
    for (unsigned ms = 0; ms <= 3000; ++ms) last.add(at_ms(ms), "log", "x");
    const std::string text = last.text(at_ms(3500));
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 501);
    EXPECT_THAT(text, testing::StartsWith("    2.500000 s  "));
}

TEST(LastSecondTest, HasTheLastFewLinesThoughTheyAreOld) {
    LastSecond last;
    for (unsigned ms = 0; ms <= 3000; ++ms) last.add(at_ms(ms), "log", "x");
    const std::string text = last.text(at_ms(60'000));
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 20);
}

TEST(LastSecondTest, TellsOncePerPictureThatTheLcdIsDrawnOn) {
    LastSecond last;
    TestDisplay lcd;
    last.look(at_ms(2), lcd);
    for (unsigned ms = 4; ms < 10; ms += 2, ++lcd.changes) last.look(at_ms(ms), lcd);
    lcd.frames = 1;
    last.look(at_ms(10), lcd);
    last.look(at_ms(12), lcd);
    EXPECT_EQ(last.text(at_ms(12)),
              "    0.006000 s  lcd     is drawn on\n"
              "    0.010000 s  lcd     picture 1 is whole\n");
}

TEST(LastSecondTest, WhatAGuestSaysMakesNoLinesOfItsOwn) {
    LastSecond last;
    say(last, at_ms(1), std::string(100'000, 'x') + "\x1b[2J\n");
    const std::string text = last.text(at_ms(1));
    EXPECT_LT(text.size(), 300u);
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace k210::scenario
