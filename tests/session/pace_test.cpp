#include "session/pace.hpp"

#include <gtest/gtest.h>

namespace k210 {
namespace {

constexpr double kTolerance = 1e-9;

SimTime guest(double seconds) {
    return SimTime{static_cast<std::uint64_t>(seconds * kPsPerSecond)};
}

// A pace whose guest has just begun, 100 s after the host's clock has.
struct PaceTest : testing::Test {
    static Pace begun(double speed) { return {speed, host(0)}; }
    static Pace::Seconds host(double seconds) { return Pace::Seconds(100 + seconds); }
};

TEST_F(PaceTest, GuestWaitsForTheTimeByWhichItIsAhead) {
    Pace pace = begun(kBoardSpeed);
    EXPECT_NEAR(pace.ahead(guest(0.75), host(0.5)).count(), 0.25, kTolerance);
    EXPECT_NEAR(pace.ahead(guest(0.75), host(0.75)).count(), 0, kTolerance);
}

TEST_F(PaceTest, TwiceTheSpeedTakesHalfTheTime) {
    Pace pace = begun(2);
    EXPECT_NEAR(pace.ahead(guest(3), host(0.5)).count(), 1, kTolerance);
}

TEST_F(PaceTest, HalfTheSpeedTakesTwiceTheTime) {
    Pace pace = begun(0.5);
    EXPECT_NEAR(pace.ahead(guest(3), host(0.5)).count(), 5.5, kTolerance);
}

TEST_F(PaceTest, MayBeginAnewWhereverTheGuestIs) {
    Pace pace = begun(2);
    pace.begin_at(guest(5), host(1));
    EXPECT_NEAR(pace.ahead(guest(6), host(1.25)).count(), 0.25, kTolerance);
}

TEST_F(PaceTest, AtFullSpeedGuestNeverWaits) {
    Pace pace = begun(kFullSpeed);
    EXPECT_LE(pace.ahead(guest(3600), host(0)).count(), 0);
    EXPECT_LE(pace.ahead(guest(3601), host(0.001)).count(), 0);
}

TEST_F(PaceTest, GuestThatIsLateCatchesUp) {
    Pace pace = begun(kBoardSpeed);
    EXPECT_LT(pace.ahead(guest(1), host(1.75)).count(), 0);
    EXPECT_LT(pace.ahead(guest(1.5), host(1.75)).count(), 0);
    EXPECT_NEAR(pace.ahead(guest(2), host(1.75)).count(), 0.25, kTolerance);
}

TEST_F(PaceTest, TimeThatTheHostWasAsleepIsLost) {
    Pace pace = begun(kBoardSpeed);
    EXPECT_LE(pace.ahead(guest(1), host(3600)).count(), 0);
    EXPECT_NEAR(pace.ahead(guest(1.25), host(3600)).count(), 0.25, kTolerance);
}

TEST_F(PaceTest, GuestThatStartsOverHurriesToWhereItWas) {
    Pace pace = begun(kBoardSpeed);
    EXPECT_NEAR(pace.ahead(guest(0.5), host(0.5)).count(), 0, kTolerance);
    EXPECT_LT(pace.ahead(guest(0), host(0.5)).count(), 0);
    EXPECT_NEAR(pace.ahead(guest(0.75), host(0.5)).count(), 0.25, kTolerance);
}

}  // namespace
}  // namespace k210
