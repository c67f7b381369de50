#include "session/rate_change.hpp"

#include <gtest/gtest.h>

namespace k210 {
namespace {

struct RateChangeTest : testing::Test {
    RateChange change;
    static SimTime ms(std::uint64_t n) { return {ps_from_us(n * 1000)}; }
    RateChangeTest() { change.request({"console", 9600}, ms(5)); }
};

TEST_F(RateChangeTest, ComesTenMillisecondsAfterWhatWasSentHasArrived) {
    EXPECT_FALSE(change.take(ms(6), true));
    EXPECT_FALSE(change.take(ms(8), false));
    EXPECT_FALSE(change.take(ms(17), false));
    const auto due = change.take(ms(18), false);
    ASSERT_TRUE(due.has_value());
    EXPECT_EQ(due->line, "console");
    EXPECT_EQ(due->baud, 9600u);
    EXPECT_FALSE(change.wanted().has_value());
    EXPECT_FALSE(change.take(ms(100), false));
}

TEST_F(RateChangeTest, WaitsAnewWhenMoreIsSentMeanwhile) {
    EXPECT_FALSE(change.take(ms(6), false));
    EXPECT_FALSE(change.take(ms(15), true));
    EXPECT_FALSE(change.take(ms(20), false));
    EXPECT_FALSE(change.take(ms(29), false));
    EXPECT_TRUE(change.take(ms(30), false));
}

TEST_F(RateChangeTest, AGuestThatTakesNothingHoldsItUpForASecond) {
    EXPECT_FALSE(change.take(ms(1004), true));
    EXPECT_TRUE(change.take(ms(1005), true));
}

TEST_F(RateChangeTest, TheLatestRequestCounts) {
    change.request({"console", 115'200}, ms(6));
    EXPECT_FALSE(change.take(ms(6), false));
    const auto due = change.take(ms(16), false);
    ASSERT_TRUE(due.has_value());
    EXPECT_EQ(due->baud, 115'200u);
}

}  // namespace
}  // namespace k210
