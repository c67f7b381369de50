#include "app/speed.hpp"

#include <gtest/gtest.h>

#include "k210/base/error.hpp"
#include "session/pace.hpp"

namespace k210::app {
namespace {

TEST(SpeedTest, HasTwoNamesAndFactors) {
    EXPECT_EQ(parse_speed("max"), kFullSpeed);
    EXPECT_EQ(parse_speed("real"), 1);
    EXPECT_EQ(parse_speed("0.5"), 0.5);
    EXPECT_EQ(parse_speed("2"), 2);
}

TEST(SpeedTest, ItsNameIsReadAsItself) {
    for (const char* name : {"max", "real", "0.5", "3"}) EXPECT_EQ(speed_name(parse_speed(name)), name);
}

TEST(SpeedTest, RefusesWhatIsNoFactor) {
    for (const char* text : {"", "0", "-1", "fast", "2x", "inf", "nan", "1e999", " 1", "0x2"})
        EXPECT_THROW(parse_speed(text), InputError) << text;
}

}  // namespace
}  // namespace k210::app
