#include "k210/session/session.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "session/session_bench.hpp"
#include "support/temp_dir.hpp"

namespace k210 {
namespace {

using ::testing::HasSubstr;

struct SessionTest : testing::Test {
    Log log = Log::writing_to([](std::string_view) {});
    HeardSession heard;

    static Verdict run(Session& session) {
        for (;;)
            if (auto verdict = session.step()) return *verdict;
    }
};
using End = Verdict::End;

TEST_F(SessionTest, EndsWithWhatWasExpected) {
    SessionConfig hello = session_with_guest("hello");
    hello.expect = {"h(el+)o"};
    Session session(std::move(hello), log, heard);
    ASSERT_NE(session.awaited(), nullptr);
    const Verdict verdict = run(session);
    EXPECT_EQ(verdict.end, End::expected);
    EXPECT_EQ(verdict.what, "hello");
    EXPECT_EQ(session.awaited(), nullptr);
    EXPECT_THAT(heard.text, HasSubstr("hello"));
    EXPECT_EQ(session.console_bytes(), heard.text.size());
    EXPECT_EQ(heard.made_machines, 1);
}

// What follows a failure would have come out for a while, had the guest not ended.
TEST_F(SessionTest, WhatWasFearedIsAmongItsLastWords) {
    SessionConfig hello = session_with_guest("hello");
    hello.fail = "hello";
    Session session(std::move(hello), log, heard);
    EXPECT_EQ(run(session).end, End::idle);
    const auto words = session.last_words();
    ASSERT_TRUE(words.has_value());
    EXPECT_EQ(words->end, End::failed);
    EXPECT_EQ(words->what, "hello");
}

TEST_F(SessionTest, GoesOnBehindWhatWasExpectedAndAwaitsMore) {
    SessionConfig flash_log = session_with_guest("flash_log");
    flash_log.expect = {"record 0"};
    Session session(std::move(flash_log), log, heard);
    EXPECT_EQ(run(session).end, End::expected);
    EXPECT_FALSE(session.step().has_value());
    session.await("record [2-9]");
    ASSERT_NE(session.awaited(), nullptr);
    const Verdict verdict = run(session);
    EXPECT_EQ(verdict.end, End::expected);
    EXPECT_EQ(verdict.what, "record 2");
}

TEST_F(SessionTest, WhatIsAwaitedMayHaveBeenSaidAlready) {
    SessionConfig hello = session_with_guest("hello");
    hello.expect = {"hel+o"};
    Session session(std::move(hello), log, heard);
    run(session);
    const SimTime then = session.now();
    session.await("at \\d+ Hz");
    const auto verdict = session.step();
    ASSERT_TRUE(verdict.has_value());
    EXPECT_EQ(verdict->end, End::expected);
    EXPECT_LE(session.now(), after(then, Session::kStepPs));
}

TEST_F(SessionTest, WhatIsAwaitedChangesNothingOfTheRun) {
    const auto run_to = [](Session& session) {
        const SimTime end{kPsPerSecond / 2};
        while (session.now() < end) session.step(end);
        return session.save().machine;
    };
    Session whole(session_with_guest("demo"), log, heard);
    const Snapshot expected = run_to(whole);
    SessionConfig config = session_with_guest("demo");
    config.expect = {"camera: "};
    Session stopped(std::move(config), log, heard);
    EXPECT_EQ(run(stopped).end, End::expected);
    EXPECT_NE(stopped.now().ps % Session::kStepPs, 0u);
    EXPECT_TRUE(run_to(stopped) == expected);
}

TEST_F(SessionTest, RefusesToAwaitWhatIsNoPattern) {
    Session session(session_with_guest("hello"), log, heard);
    EXPECT_THAT(input_error_of([&] { session.await("("); }), HasSubstr("pattern '(': missing )"));
    EXPECT_EQ(session.awaited(), nullptr);
}

TEST_F(SessionTest, EndsAtItsDeadlineInGuestTime) {
    SessionConfig config = session_with_guest("flash_log");
    config.deadline = SimTime{kPsPerSecond / 10};
    Session session(std::move(config), log, heard);
    EXPECT_EQ(run(session).end, End::timeout);
    EXPECT_GE(session.now(), SimTime{kPsPerSecond / 10});
    EXPECT_LT(session.now(), SimTime{kPsPerSecond / 10 + ps_from_us(100)});
}

TEST_F(SessionTest, TellsACrash) {
    Session session(session_with_guest("crash"), log, heard);
    EXPECT_EQ(run(session).end, End::crashed);
    EXPECT_EQ(session.stop_reason(), StopReason::crashed);
}

TEST_F(SessionTest, AnInputForAPortThatIsNotThereIsRefusedAndNamesThoseThatAre) {
    Session session(session_with_guest("hello"), log, heard);
    EXPECT_THAT(input_error_of([&] {
                    session.give(ButtonInput{"fire", true});
                }),
                HasSubstr("maix_bit has no button 'fire' (boot"));
    EXPECT_THAT(input_error_of([&] { session.give(SerialInput{"modem", "AT"}); }), HasSubstr("console"));
    EXPECT_THAT(input_error_of([&] { session.give(TouchInput{"screen", {}}); }), HasSubstr("none at all"));
}

TEST_F(SessionTest, ALogIsThereAfterItsSession) {
    { Session session(session_with_guest("hello"), log, heard); }
    EXPECT_FALSE(log.now);
    log.guest_error("test", "still there");
    EXPECT_EQ(log.count(LogKind::guest_error), 1u);
}

TEST_F(SessionTest, ThePressedResetButtonResets) {
    Session session(session_with_guest("hello"), log, heard);
    session.step();
    session.give(ButtonInput{"reset", true});
    session.give(ButtonInput{"reset", false});
    session.step();
    EXPECT_EQ(session.machine().counters().resets, 1u);
}

TEST_F(SessionTest, PowerThatFailsStartsTheGuestAgain) {
    SessionConfig flash_log = session_with_guest("flash_log");
    flash_log.expect = {"record 1", "record 0"};
    flash_log.deadline = SimTime{kPsPerSecond};
    Session session(std::move(flash_log), log, heard);
    while (session.met() == 0) ASSERT_FALSE(session.step().has_value());
    session.give(PowerCut{});
    EXPECT_EQ(run(session).end, End::expected);
}

TEST_F(SessionTest, ABoardWithoutAPowerChipHasNothingToBeFed) {
    Session session(session_with_guest("hello"), log, heard);
    EXPECT_THAT(input_error_of([&] {
                    session.give(UsbInput{"power", false});
                }),
                HasSubstr("no power input 'power' (none at all)"));
}

}  // namespace
}  // namespace k210
