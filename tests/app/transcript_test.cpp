#include "app/transcript.hpp"

#include <gtest/gtest.h>

#include "k210/base/error.hpp"

namespace k210::app {
namespace {

bool say(Transcript& transcript, std::string_view text) {
    bool matched = false;
    for (const char c : text) matched = transcript.add(static_cast<std::uint8_t>(c)) || matched;
    return matched;
}

TEST(TranscriptTest, ReportsTheByteThatCompletesTheExpectation) {
    Transcript transcript("done", {});
    EXPECT_FALSE(say(transcript, "frames don"));
    EXPECT_TRUE(say(transcript, "e"));
    EXPECT_EQ(transcript.verdict(), Transcript::Verdict::expected);
    EXPECT_EQ(transcript.matched(), "done");
}

TEST(TranscriptTest, MatchesAPromptWithoutLineEnd) {
    Transcript transcript(">>> $", {});
    EXPECT_TRUE(say(transcript, "MicroPython\r\n>>> "));
}

TEST(TranscriptTest, FailureWinsOverALaterExpectation) {
    Transcript transcript("ok", "Traceback");
    EXPECT_TRUE(say(transcript, "Traceback (most recent call last)"));
    say(transcript, "ok");
    EXPECT_EQ(transcript.verdict(), Transcript::Verdict::failed);
}

TEST(TranscriptTest, EchoOfTypedTextMatchesNothing) {
    Transcript transcript("done", {});
    transcript.begin_echo();
    say(transcript, "=== print('done')\r\n=== ");
    transcript.end_echo_with_line();
    say(transcript, "\r\n");
    EXPECT_EQ(transcript.verdict(), Transcript::Verdict::none);
    EXPECT_TRUE(say(transcript, "done\r\n"));
}

TEST(TranscriptTest, FindsAMatchAfterMegabytesOfOutput) {
    Transcript transcript("needle", {});
    say(transcript, std::string(1 << 16, 'x'));
    EXPECT_TRUE(say(transcript, "needle"));
}

TEST(TranscriptTest, BadPatternIsNamed) {
    try {
        Transcript transcript("(", {});
        FAIL() << "accepted";
    } catch (const InputError& e) { EXPECT_STREQ(e.what(), "--expect '(': missing ): ("); }
}

}  // namespace
}  // namespace k210::app
