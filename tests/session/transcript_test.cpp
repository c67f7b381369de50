#include "session/transcript.hpp"

#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temp_dir.hpp"

namespace k210 {
namespace {

using testing::Pointee;
using Patterns = std::vector<std::string>;
using Verdict = Transcript::Verdict;

bool say(Transcript& transcript, std::string_view text) {
    bool final = false;
    for (const char c : text) final = transcript.add(static_cast<std::uint8_t>(c)) || final;
    return final;
}

SimTime at(std::uint64_t ps) {
    return SimTime{ps};
}

// --- a match and its line ----------------------------------------------------------------------------------------

TEST(TranscriptTest, AnExpectationIsMetWhenItsLineIsComplete) {
    Transcript transcript({"^CAUSE"}, {});
    EXPECT_FALSE(say(transcript, "CAUSE: 7\r"));
    EXPECT_EQ(transcript.verdict(), Verdict::none);
    EXPECT_TRUE(say(transcript, "\n"));
    EXPECT_EQ(transcript.verdict(), Verdict::expected);
    EXPECT_EQ(transcript.matched(), "CAUSE");
}

TEST(TranscriptTest, AMatchTakesAsMuchOfTheCompleteLineAsThePatternDoes) {
    Transcript transcript({"x is \\d+"}, {});
    say(transcript, "x is 42\r\n");
    EXPECT_EQ(transcript.matched(), "x is 42");
}

TEST(TranscriptTest, APatternWithALineEndIsCompleteWithIt) {
    Transcript transcript({"a\\r\\n"}, {});
    EXPECT_TRUE(say(transcript, "a\r\n"));
}

TEST(TranscriptTest, ALineThatStaysIncompleteEndsWithSilence) {
    Transcript transcript({"Name: $"}, {});
    EXPECT_FALSE(say(transcript, "Welcome\r\nName: "));
    EXPECT_FALSE(transcript.look(at(0)));
    EXPECT_FALSE(transcript.look(at(Transcript::kLineSilencePs - 1)));
    EXPECT_TRUE(transcript.look(at(Transcript::kLineSilencePs)));
    EXPECT_EQ(transcript.verdict(), Verdict::expected);
    EXPECT_EQ(transcript.matched(), "Name: ");
}

TEST(TranscriptTest, APromptIsAllOfItsLine) {
    Transcript transcript({"^>>> $"}, {});
    EXPECT_FALSE(say(transcript, "x>>> \r\n>>>"));
    EXPECT_TRUE(say(transcript, " "));
    EXPECT_EQ(transcript.matched(), ">>> ");
}

TEST(TranscriptTest, SilenceBeginsWithTheLastByte) {
    Transcript transcript({"a"}, {});
    say(transcript, "a");
    transcript.look(at(0));
    say(transcript, "b");
    EXPECT_FALSE(transcript.look(at(Transcript::kLineSilencePs)));
    EXPECT_FALSE(transcript.look(at(2 * Transcript::kLineSilencePs - 1)));
    EXPECT_TRUE(transcript.look(at(2 * Transcript::kLineSilencePs)));
}

TEST(TranscriptTest, AGuestThatNeverEndsItsLineIsCutOff) {
    Transcript transcript({"a"}, {});
    say(transcript, "a");
    std::uint64_t now = 0;
    for (; now < Transcript::kLongestRestPs; now += Transcript::kLineSilencePs / 2) {
        EXPECT_FALSE(transcript.look(at(now))) << now;
        say(transcript, ".");
    }
    EXPECT_TRUE(transcript.look(at(now)));
}

TEST(TranscriptTest, AMatchWithoutTheRestOfItsLineCountsAtTheEnd) {
    Transcript transcript({"done"}, {});
    say(transcript, "done");
    transcript.finish();
    EXPECT_EQ(transcript.verdict(), Verdict::expected);
}

TEST(TranscriptTest, NothingIsMetByFinishing) {
    Transcript transcript({"done"}, "bad");
    say(transcript, "don");
    transcript.finish();
    EXPECT_EQ(transcript.verdict(), Verdict::none);
    EXPECT_FALSE(transcript.look(at(Transcript::kLongestRestPs)));
}

TEST(TranscriptTest, NothingIsMatchedBehindTheVerdict) {
    Transcript transcript({"a"}, "b");
    EXPECT_TRUE(say(transcript, "a\n"));
    EXPECT_FALSE(say(transcript, "b\n>>> "));
    EXPECT_FALSE(transcript.look(at(Transcript::kLongestRestPs)));
    EXPECT_EQ(transcript.verdict(), Verdict::expected);
    EXPECT_EQ(transcript.matched(), "a");
}

// --- anchors -----------------------------------------------------------------------------------------------------

TEST(TranscriptTest, ALineEndsWhereItEndsAndNotWhereItPauses) {
    Transcript transcript({"^x is 4$"}, {});
    EXPECT_FALSE(say(transcript, "x is 42\r\n"));
    EXPECT_TRUE(say(transcript, "x is 4\r\n"));
    EXPECT_EQ(transcript.matched(), "x is 4");
}

TEST(TranscriptTest, AMatchMayBeginInsideOneThatTheRestOfTheLineTookBack) {
    Transcript transcript({"10$|0 errors"}, {});
    EXPECT_FALSE(say(transcript, "with 10"));
    EXPECT_TRUE(say(transcript, " errors\n"));
    EXPECT_EQ(transcript.matched(), "0 errors");
}

TEST(TranscriptTest, AnchorsOfAFailureAreALinesEnds) {
    Transcript transcript({}, "^ERROR$");
    EXPECT_FALSE(say(transcript, "no ERROR\r\nERROR 1\r\n>>> "));
    say(transcript, "\r\nERROR\r\n");
    transcript.finish();
    EXPECT_EQ(transcript.verdict(), Verdict::failed);
    EXPECT_EQ(transcript.matched(), "ERROR");
}

// --- several expectations ----------------------------------------------------------------------------------------

TEST(TranscriptTest, SeveralExpectationsAreMetInTheirOrder) {
    Transcript transcript({"one", "two", "three"}, {});
    EXPECT_FALSE(say(transcript, "three\ntwo\none\nthree\n"));
    EXPECT_EQ(transcript.met(), 1u);
    EXPECT_EQ(transcript.expected(), 3u);
    EXPECT_THAT(transcript.awaited(), Pointee(std::string("two")));
    EXPECT_FALSE(say(transcript, "two\n"));
    EXPECT_TRUE(say(transcript, "three\n"));
    EXPECT_EQ(transcript.met(), 3u);
    EXPECT_EQ(transcript.awaited(), nullptr);
    EXPECT_EQ(transcript.matched(), "three");
}

TEST(TranscriptTest, OneLineMayMeetSeveral) {
    Transcript transcript({"a", "b"}, {});
    EXPECT_TRUE(say(transcript, "a b\n"));
}

TEST(TranscriptTest, OneMatchMeetsOne) {
    Transcript transcript({"frame", "frame"}, {});
    EXPECT_FALSE(say(transcript, "frame\n"));
    EXPECT_TRUE(say(transcript, "frame\n"));
}

TEST(TranscriptTest, TheNextOneBeginsBehindTheOneBefore) {
    Transcript transcript({"abc", "bcd"}, {});
    EXPECT_FALSE(say(transcript, "abcd\n"));
    EXPECT_EQ(transcript.met(), 1u);
}

TEST(TranscriptTest, AnEarlierOneIsMetBySilenceToo) {
    Transcript transcript({"Name: $", "Hello"}, {});
    say(transcript, "Name: ");
    transcript.look(at(0));
    EXPECT_FALSE(transcript.look(at(Transcript::kLineSilencePs)));
    EXPECT_EQ(transcript.met(), 1u);
    EXPECT_TRUE(say(transcript, "Hello\n"));
}

TEST(TranscriptTest, NothingIsAwaitedWithoutExpectations) {
    EXPECT_EQ(Transcript({}, "bad").awaited(), nullptr);
}

// --- failures ----------------------------------------------------------------------------------------------------

TEST(TranscriptTest, AFailureComesOutUpToThePrompt) {
    Transcript transcript({}, "Traceback");
    EXPECT_FALSE(
        say(transcript, "Traceback (most recent call last):\r\n  File \"<stdin>\", line 1\r\nNameError: x\r\n>>>"));
    EXPECT_TRUE(say(transcript, " "));
    EXPECT_EQ(transcript.verdict(), Verdict::failed);
    EXPECT_EQ(transcript.matched(), "Traceback");
}

TEST(TranscriptTest, APromptInsideALineIsNone) {
    Transcript transcript({}, "bad");
    EXPECT_FALSE(say(transcript, "bad>>> "));
    EXPECT_FALSE(say(transcript, "x>>> "));
    EXPECT_TRUE(say(transcript, "\n>>> "));
}

TEST(TranscriptTest, AFailureEndsWithSilenceWithoutAPrompt) {
    Transcript transcript({}, "panic");
    say(transcript, "panic: 7\n");
    EXPECT_FALSE(transcript.look(at(0)));
    EXPECT_FALSE(transcript.look(at(Transcript::kFailureSilencePs - 1)));
    EXPECT_TRUE(transcript.look(at(Transcript::kFailureSilencePs)));
}

TEST(TranscriptTest, OnTheSameByteTheFailureWins) {
    Transcript transcript({"result"}, "result");
    say(transcript, "result\n>>> ");
    EXPECT_EQ(transcript.verdict(), Verdict::failed);
}

TEST(TranscriptTest, OnTheSameLineTheFailureWins) {
    Transcript transcript({"result"}, "bad");
    say(transcript, "result: bad\n>>> ");
    EXPECT_EQ(transcript.verdict(), Verdict::failed);
    EXPECT_EQ(transcript.matched(), "bad");
}

TEST(TranscriptTest, AnExpectationBehindAFailureComesTooLate) {
    Transcript transcript({"ok"}, "bad");
    EXPECT_FALSE(say(transcript, "bad\nok\n"));
    EXPECT_TRUE(say(transcript, ">>> "));
    EXPECT_EQ(transcript.verdict(), Verdict::failed);
}

// --- echo --------------------------------------------------------------------------------------------------------

TEST(TranscriptTest, EchoOfAScriptMatchesNothing) {
    Transcript transcript({"done"}, {});
    transcript.begin_echo();
    say(transcript, "=== print('done')\r\n=== ");
    transcript.end_echo_with_line();
    say(transcript, "done\r\n");
    EXPECT_EQ(transcript.met(), 0u);
    EXPECT_TRUE(say(transcript, "done\r\n"));
}

TEST(TranscriptTest, EchoOfALineMatchesNothing) {
    Transcript transcript({"done"}, {});
    say(transcript, ">>> ");
    transcript.expect_echo("print('done')");
    EXPECT_FALSE(say(transcript, "print('done')\r\n"));
    EXPECT_TRUE(say(transcript, "done\r\n"));
}

TEST(TranscriptTest, WhatWasSaidBeforeTypingStays) {
    Transcript transcript({"a[^b]*b"}, {});
    say(transcript, "a\r\n>>> ");
    transcript.expect_echo("x = 'b'");
    say(transcript, "x = 'b'\r\n");
    EXPECT_TRUE(say(transcript, "b\r\n"));
    EXPECT_EQ(transcript.said(), "a\r\n>>> \nb\r\n");
}

TEST(TranscriptTest, OutputBehindAnEchoBeginsALine) {
    Transcript transcript({"^42"}, {});
    say(transcript, ">>> ");
    transcript.expect_echo("6*7");
    EXPECT_TRUE(say(transcript, "6*7\r\n42\r\n"));
}

TEST(TranscriptTest, OutputBehindAScriptsEchoBeginsALine) {
    Transcript transcript({"^42"}, {});
    say(transcript, ">>> ");
    transcript.begin_echo();
    transcript.end_echo_with_line();
    EXPECT_TRUE(say(transcript, "\r\n42\r\n"));
}

TEST(TranscriptTest, AGuestThatDoesNotEchoIsHeardFromItsFirstByte) {
    Transcript transcript({"OK"}, {});
    transcript.expect_echo("reset");
    EXPECT_TRUE(say(transcript, "reOK\r\n"));
    EXPECT_EQ(transcript.said(), "reOK\r\n");
}

TEST(TranscriptTest, OutputThatComesBeforeTheEchoIsHeard) {
    Transcript transcript({"1"}, {});
    transcript.expect_echo("x = 1");
    say(transcript, "xxx = 1\r\n");
    EXPECT_EQ(transcript.said(), "xx\n");
    EXPECT_EQ(transcript.met(), 0u);
}

TEST(TranscriptTest, AnEchoComesOnce) {
    Transcript transcript({"hi"}, {});
    transcript.expect_echo("hi");
    EXPECT_FALSE(say(transcript, "hi\r\n"));
    EXPECT_TRUE(say(transcript, "hi\r\n"));
}

TEST(TranscriptTest, WhatBeganLikeAnEchoIsHeardWhenTheNextIsTyped) {
    Transcript transcript({}, {});
    transcript.expect_echo("abc");
    say(transcript, "ab");
    transcript.expect_echo("next");
    EXPECT_EQ(transcript.said(), "ab");
    say(transcript, "next\r\n");
    EXPECT_EQ(transcript.said(), "ab\n");
    transcript.expect_echo("abc");
    say(transcript, "ab");
    transcript.begin_echo();
    EXPECT_EQ(transcript.said(), "ab\nab");
}

TEST(TranscriptTest, TailAndCountIncludeTheEcho) {
    Transcript transcript({}, {});
    transcript.expect_echo("1");
    say(transcript, "1\r\n2");
    EXPECT_EQ(transcript.tail(), "1\r\n2");
    EXPECT_EQ(transcript.bytes(), 4u);
}

// --- long output and bad patterns --------------------------------------------------------------------------------

TEST(TranscriptTest, FindsAMatchAfterMegabytesOfOutput) {
    Transcript transcript({"first", "needle"}, {});
    say(transcript, "first\n" + std::string(1 << 16, 'x'));
    EXPECT_LE(transcript.said().size(), 1u << 14);
    EXPECT_LE(transcript.tail().size(), 1u << 14);
    EXPECT_TRUE(say(transcript, "needle\n"));
}

TEST(TranscriptTest, TheNextOneIsFoundAfterTheBeginningIsForgotten) {
    Transcript transcript({"first", "needle"}, {});
    say(transcript, std::string(7000, 'x') + "first\n" + std::string(2000, 'x'));
    EXPECT_TRUE(say(transcript, "needle\n"));
}

TEST(TranscriptTest, AMatchSurvivesALongLine) {
    Transcript transcript({"need+le"}, {});
    say(transcript, std::string(8190, 'x') + "needle" + std::string(100, 'x'));
    EXPECT_TRUE(say(transcript, "\n"));
    EXPECT_EQ(transcript.matched(), "needle");
}

TEST(TranscriptTest, FourThousandBytesBackAreStillMatched) {
    Transcript transcript({"^begin[^$]*end"}, {});
    say(transcript, std::string(10'000, 'x') + "\nbegin");
    EXPECT_TRUE(say(transcript, std::string(4'000, 'x') + "end\n"));
}

std::string complaint(const Patterns& expect, const std::optional<std::string>& fail) {
    return input_error_of([&] { Transcript(expect, fail); });
}

TEST(TranscriptTest, BadPatternsAreNamed) {
    EXPECT_EQ(complaint({"good", "("}, {}), "--expect '(': missing ): (");
    EXPECT_EQ(complaint({}, "a**"), "--fail 'a**': bad repetition operator: **");
    EXPECT_EQ(complaint({""}, {}), "--expect '': an empty pattern matches everything");
    EXPECT_EQ(complaint({}, ""), "--fail '': an empty pattern matches everything");
}

}  // namespace
}  // namespace k210
