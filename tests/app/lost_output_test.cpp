#include <gtest/gtest.h>

#include "app/outputs.hpp"

namespace k210::app {
namespace {

TEST(LostOutputTest, NothingLostChangesNothing) {
    Outputs outputs;
    bool written = false;
    outputs.attempt([&] { written = true; });
    EXPECT_TRUE(written);
    for (const ExitStatus status : {kSuccess, kGuestFailed, kTimedOut}) EXPECT_EQ(outputs.status(status), status);
}

TEST(LostOutputTest, ALostOutputSpoilsASuccessOnly) {
    Outputs outputs;
    outputs.attempt([] { throw InputError("lcd.png: No space left on device"); });
    EXPECT_EQ(outputs.status(kSuccess), kOutputLost);
    for (const ExitStatus status : {kGuestFailed, kTimedOut}) EXPECT_EQ(outputs.status(status), status);
}

TEST(LostOutputTest, IsToldInOneLineAndNotForgotten) {
    testing::internal::CaptureStderr();
    Outputs outputs;
    outputs.attempt([] { throw InputError("lcd.png: No space left on device"); });
    outputs.attempt([] {});
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "k210emu: lcd.png: No space left on device\n");
    EXPECT_EQ(outputs.status(kSuccess), kOutputLost);
}

}  // namespace
}  // namespace k210::app
