#include "app/typist.hpp"

#include <gtest/gtest.h>

#include "k210/base/error.hpp"

namespace k210::app {
namespace {

struct TypistTest : testing::Test {
    Transcript transcript{{}, {}};
    std::string keys;
    Typist typist{transcript, [this](std::string_view text) { keys += text; }};
    SimTime now{};

    void say(std::string_view text) {
        for (const char c : text) transcript.add(static_cast<std::uint8_t>(c));
        typist.look(now);
    }
    std::string typed() { return std::exchange(keys, {}); }
};

TEST_F(TypistTest, WaitsForThePromptBeforeTypingALine) {
    typist.add_line("help()");
    say("MicroPython\r\n");
    EXPECT_EQ(typed(), "");
    say(">>> ");
    EXPECT_EQ(typed(), "help()\r");
}

TEST_F(TypistTest, TypesOneLinePerPrompt) {
    typist.add_line("a");
    typist.add_line("b");
    say(">>> ");
    typist.look(now);
    EXPECT_EQ(typed(), "a\r");
    say("a\r\n>>> ");
    EXPECT_EQ(typed(), "b\r");
}

TEST_F(TypistTest, ScriptGoesThroughPasteModeLineByLine) {
    typist.add_script("x = 1\r\nprint(x)\n");
    say(">>> ");
    EXPECT_EQ(typed(), "\x05");
    say("\r\npaste mode; Ctrl-C to cancel, Ctrl-D to finish\r\n=== ");
    EXPECT_EQ(typed(), "x = 1\r");
    say("x = 1\r\n=== ");
    EXPECT_EQ(typed(), "print(x)\r");
    say("print(x)\r\n=== ");
    EXPECT_EQ(typed(), "\x04");
    EXPECT_TRUE(typist.done());
}

TEST_F(TypistTest, LineIsTypedAfterASecondOfSilenceWithoutAPrompt) {
    typist.add_line("F");
    say("Format? A/F/E");
    now = SimTime{kPsPerSecond - 1};
    typist.look(now);
    EXPECT_EQ(typed(), "");
    now = SimTime{kPsPerSecond};
    typist.look(now);
    EXPECT_EQ(typed(), "F\r");
}

TEST_F(TypistTest, NothingIsTypedToAGuestThatNeverSpoke) {
    typist.add_line("x");
    now = SimTime{10 * kPsPerSecond};
    typist.look(now);
    EXPECT_EQ(typed(), "");
}

TEST(UnescapeTest, UnderstandsControlCharacters) {
    EXPECT_EQ(unescape("a\\x03\\r\\n\\t\\\\b"), "a\x03\r\n\t\\b");
}

TEST(UnescapeTest, RefusesAnIncompleteEscape) {
    EXPECT_THROW(unescape("\\x4"), InputError);
    EXPECT_THROW(unescape("\\"), InputError);
}

}  // namespace
}  // namespace k210::app
