#include "app/outcome.hpp"

#include <array>

#include <gtest/gtest.h>

namespace k210::app {
namespace {

void expect_outcome(const Outcome& outcome, ExitStatus status, std::string_view name, std::string_view reason) {
    EXPECT_EQ(outcome.status, status);
    EXPECT_EQ(outcome.name, name);
    EXPECT_EQ(outcome.reason, reason);
}

const Limits kByDefault{30, 600, true}, kAskedFor{5, 6.5, false};

using End = Verdict::End;

TEST(OutcomeTest, TimeoutSaysWhetherItWasTheDefault) {
    expect_outcome(outcome_of({End::timeout}, false, kAskedFor), kTimedOut, "timeout", "timeout");
    EXPECT_EQ(outcome_of({End::timeout}, true, kAskedFor).note, "");
    EXPECT_EQ(outcome_of({End::timeout}, false, kByDefault).note,
              " (the default limit where nobody is at the console; --timeout sets another, or none)");
}

TEST(OutcomeTest, HasAWordForEveryEndOfASession) {
    for (const bool expecting : {false, true}) {
        const ExitStatus unless_expecting = expecting ? kGuestFailed : kSuccess;
        const auto of = [&](End end, std::string what = {}) { return outcome_of({end, what}, expecting, kAskedFor); };
        expect_outcome(of(End::expected, "done"), kSuccess, "expected", "");
        expect_outcome(of(End::failed, "Oops"), kGuestFailed, "failed", "--fail: the guest said 'Oops'");
        expect_outcome(of(End::crashed), kGuestFailed, "crashed", "the guest has crashed");
        expect_outcome(of(End::powered_off), unless_expecting, "powered_off", "the board has switched itself off");
        expect_outcome(of(End::idle), unless_expecting, "ended", "the guest has nothing left to do");
        expect_outcome(of(End::script_finished), kSuccess, "script_finished", "the script has finished");
        expect_outcome(of(End::script_raised, "OSError: 5"), kGuestFailed, "script_raised",
                       "the script has raised OSError: 5");
    }
}

TEST(OutcomeTest, WallTimeoutIs42WhateverWasExpected) {
    for (const bool expecting : {false, true})
        expect_outcome(ended_from_outside(StopRequest::wall_timeout, expecting, kAskedFor), kTimedOut, "wall_timeout",
                       "6.5 seconds of real time are over");
    EXPECT_EQ(ended_from_outside(StopRequest::wall_timeout, false, kAskedFor).note, "");
    EXPECT_EQ(ended_from_outside(StopRequest::wall_timeout, false, kByDefault).note,
              outcome_of({End::timeout}, false, kByDefault).note);
}

TEST(OutcomeTest, AnEndByTheUserIsCleanUnlessSomethingIsExpected) {
    expect_outcome(ended_from_outside(StopRequest::interrupted, false, {}), kSuccess, "interrupted", "interrupted");
    expect_outcome(ended_from_outside(StopRequest::interrupted, true, {}), kGuestFailed, "interrupted", "interrupted");
    expect_outcome(ended_from_outside(StopRequest::terminated, false, {}), kGuestFailed, "interrupted",
                   "terminated by a signal");
    expect_outcome(ended_from_outside(StopRequest::window_closed, false, {}), kSuccess, "ended",
                   "the window was closed");
    expect_outcome(ended_from_outside(StopRequest::window_closed, true, {}), kGuestFailed, "ended",
                   "the window was closed");
}

TEST(OutcomeTest, NamesWhatWasExpected) {
    const std::string pattern = "done\n";
    EXPECT_EQ(still_awaited(nullptr, 0, 0), "");
    EXPECT_EQ(still_awaited(nullptr, 2, 2), "");
    EXPECT_EQ(still_awaited(&pattern, 0, 1), ", without --expect 'done\\n'");
    EXPECT_EQ(still_awaited(&pattern, 0, 2), ", without --expect 'done\\n' (1 of 2)");
    EXPECT_EQ(still_awaited(&pattern, 1, 2), ", without --expect 'done\\n' (2 of 2)");
}

TEST(OutcomeTest, NamesTheMissingBlocksOfTheLastSecond) {
    const auto at = [](std::uint64_t ms) { return SimTime{ps_from_us(ms * 1000)}; };
    const MissingBlock fft{"fft", 1, 0, at(4000)}, i2s{"i2s0", 7, 2, at(5000)};
    const SimTime seen = at(0);
    EXPECT_EQ(suspects({}, seen, at(5000)), "");
    EXPECT_EQ(suspects(std::array{i2s}, seen, at(5999)), "; the guest waits for i2s0, which is not modelled");
    EXPECT_EQ(suspects(std::array{fft, i2s}, seen, at(4999)),
              "; the guest waits for fft and i2s0, which is not modelled");
    EXPECT_EQ(suspects(std::array{fft, i2s}, seen, at(5000)), "; the guest waits for i2s0, which is not modelled");
    EXPECT_EQ(suspects(std::array{fft, i2s}, seen, at(6000)),
              "; the guest may wait for i2s0, which is not modelled (last used at 5.000 s)");
}

TEST(OutcomeTest, AMissingBlockIsNotWaitedForByAGuestThatHasGoneOn) {
    const auto at = [](std::uint64_t ms) { return SimTime{ps_from_us(ms * 1000)}; };
    const MissingBlock fft{"fft", 1, 0, at(4000)}, i2s{"i2s0", 7, 2, at(4500)};
    EXPECT_NE(suspects(std::array{fft}, at(4100), at(4200)), "");  // its last words may take as long
    EXPECT_EQ(suspects(std::array{fft}, at(4101), at(4200)), "");
    EXPECT_EQ(suspects(std::array{fft}, at(4101), at(9000)), "");
    EXPECT_EQ(suspects(std::array{fft, i2s}, at(4600), at(4700)), "; the guest waits for i2s0, which is not modelled");
    EXPECT_EQ(suspects(std::array{fft, i2s}, at(4600), at(9000)),
              "; the guest may wait for i2s0, which is not modelled (last used at 4.500 s)");
}

TEST(OutcomeTest, GuestSecondsHaveThreeDecimals) {
    EXPECT_EQ(after_guest_seconds(SimTime{12'500 * kPsPerSecond / 1000}), ", after 12.500 guest seconds");
}

}  // namespace
}  // namespace k210::app
