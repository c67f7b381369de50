#include "session/typist.hpp"

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temp_dir.hpp"

namespace k210 {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct TypistTest : testing::Test {
    Transcript transcript{{}, {}};
    std::string keys;
    Typist typist{transcript, [this](std::string_view text) { keys += text; }};
    SimTime now{};
    std::string remark;

    void look() { remark = typist.look(now); }
    void say(std::string_view text) {
        for (const char c : text) transcript.add(static_cast<std::uint8_t>(c));
        look();
    }
    void pass(std::uint64_t ps) {
        now = after(now, ps);
        look();
    }
    std::string typed() { return std::exchange(keys, {}); }
};

// --- lines -------------------------------------------------------------------------------------------------------

TEST_F(TypistTest, WaitsForThePromptBeforeTypingALine) {
    typist.add_line("help()");
    say("MicroPython\r\n");
    EXPECT_EQ(typed(), "");
    say(">>> ");
    EXPECT_EQ(typed(), "help()\r");
    EXPECT_EQ(remark, "");
}

TEST_F(TypistTest, TypesOneLinePerPrompt) {
    typist.add_line("a");
    typist.add_line("b");
    say(">>> ");
    look();
    EXPECT_EQ(typed(), "a\r");
    say("a\r\n>>> ");
    EXPECT_EQ(typed(), "b\r");
}

TEST_F(TypistTest, LineIsTypedAfterASecondOfSilenceWithoutAPrompt) {
    typist.add_line("F");
    say("Format? A/F/E\r\n");
    pass(Typist::kSilencePs - 1);
    EXPECT_EQ(typed(), "");
    pass(1);
    EXPECT_EQ(typed(), "F\r");
    EXPECT_EQ(remark, "");  // this guest knows no prompt
}

TEST_F(TypistTest, WaitsAnewForAGuestThatStartsOver) {
    typist.add_line("a");
    say("MicroPython");
    pass(Typist::kSilencePs - 1);
    transcript = Transcript({}, {});
    typist.start_over();
    now = {};
    say("MicroPython");
    pass(Typist::kSilencePs - 1);
    EXPECT_EQ(typed(), "");
    pass(1);
    EXPECT_EQ(typed(), "a\r");
}

TEST_F(TypistTest, SilenceBeginsWithTheLastByteAndWithTyping) {
    typist.add_line("a");
    typist.add_line("b");
    say("x");
    pass(Typist::kSilencePs - 1);
    say("y");
    pass(Typist::kSilencePs - 1);
    EXPECT_EQ(typed(), "");
    pass(1);
    EXPECT_EQ(typed(), "a\r");
    pass(Typist::kSilencePs - 1);
    EXPECT_EQ(typed(), "");
    pass(1);
    EXPECT_EQ(typed(), "b\r");
}

TEST_F(TypistTest, NothingIsTypedToAGuestThatNeverSpoke) {
    typist.add_line("x");
    pass(10 * kPsPerSecond);
    EXPECT_EQ(typed(), "");
}

TEST_F(TypistTest, ARunningScriptIsNotTypedInto) {
    typist.add_line("import busy");
    typist.add_line("print(1)");
    say(">>> ");
    say("import busy\r\n");
    EXPECT_EQ(typed(), "import busy\r");
    pass(10 * kPsPerSecond);
    EXPECT_EQ(typed(), "");
    EXPECT_THAT(typist.untyped_lines(), ElementsAre("print(1)"));
    say("\r\n>>> ");
    EXPECT_EQ(typed(), "print(1)\r");
    EXPECT_THAT(typist.untyped_lines(), IsEmpty());
}

TEST_F(TypistTest, AQuestionOfAScriptIsAnsweredAndTold) {
    typist.add_line("import ask");
    typist.add_line("42");
    say(">>> ");
    say("import ask\r\nhow many? ");
    EXPECT_EQ(typed(), "import ask\r");
    pass(Typist::kSilencePs);
    EXPECT_EQ(typed(), "42\r");
    EXPECT_EQ(remark, "42");
}

TEST_F(TypistTest, ARunningScriptIsInterrupted) {
    typist.add_line("import busy");
    typist.add_line("\x03");
    say(">>> ");
    say("import busy\r\n");
    typed();
    pass(Typist::kSilencePs - 1);
    EXPECT_EQ(typed(), "");
    pass(1);
    EXPECT_EQ(typed(), "\x03\r");
    EXPECT_EQ(remark, "");
}

TEST_F(TypistTest, ASpaceInterruptsNothing) {
    typist.add_line("import busy");
    typist.add_line(" ");
    say(">>> ");
    say("import busy\r\n");
    typed();
    pass(Typist::kSilencePs);
    EXPECT_EQ(typed(), "");
}

TEST_F(TypistTest, TheEchoOfALineIsNotHeard) {
    typist.add_line("\x03print(1)");
    say(">>> ");
    say("print(1)\r\n1\r\n>>> ");
    EXPECT_EQ(transcript.said(), ">>> \n1\r\n>>> ");
}

// --- scripts -----------------------------------------------------------------------------------------------------

TEST_F(TypistTest, ScriptGoesThroughPasteModeLineByLine) {
    typist.add_script("x = 1\r\nprint(x)");
    EXPECT_TRUE(typist.script_untyped());
    say(">>> ");
    EXPECT_EQ(typed(), "\x05");
    say("\r\npaste mode; Ctrl-C to cancel, Ctrl-D to finish\r\n=== ");
    EXPECT_EQ(typed(), "x = 1\r");
    say("x = 1\r\n=== ");
    EXPECT_EQ(typed(), "print(x)\r");
    EXPECT_FALSE(typist.script_entered());
    say("print(x)\r\n=== ");
    EXPECT_EQ(typed(), "\x04");
    EXPECT_TRUE(typist.done());
    EXPECT_TRUE(typist.script_entered());
    say("\r\n1\r\n>>> ");
    EXPECT_EQ(transcript.said(), ">>> \n1\r\n>>> ");
    typist.add_script("y = 2");
    EXPECT_FALSE(typist.script_entered());  // the second one
}

TEST_F(TypistTest, AScriptIsNotEnteredOnSilence) {
    typist.add_script("x = 1\n");
    say("booting\r\n");
    pass(10 * kPsPerSecond);
    EXPECT_EQ(typed(), "");
}

TEST_F(TypistTest, AnEmptyLineThatWaitsIsNoScript) {
    typist.add_line("");
    EXPECT_FALSE(typist.script_untyped());
    EXPECT_THAT(typist.untyped_lines(), ElementsAre(""));
}

TEST_F(TypistTest, AScriptThatIsLeftHalfwayIsUntypedOnce) {
    typist.add_script("x = 1\ny = 2\n");
    typist.add_line("z");
    say(">>> ");
    pass(10 * kPsPerSecond);
    EXPECT_EQ(typed(), "\x05");
    EXPECT_TRUE(typist.script_untyped());
    EXPECT_THAT(typist.untyped_lines(), ElementsAre("z"));
}

TEST_F(TypistTest, FinishedOnceThePromptIsBackAndWaits) {
    typist.add_script("x\n");
    say(">>> ");
    say("=== ");
    say("x\r\n=== ");
    EXPECT_FALSE(typist.finished(after(now, kPsPerSecond)));
    pass(3 * kPsPerSecond);
    for (const char c : std::string_view("\r\n>>> ")) transcript.add(static_cast<std::uint8_t>(c));
    EXPECT_FALSE(typist.finished(now));  // nobody has looked since
    look();
    EXPECT_TRUE(typist.at_prompt());
    EXPECT_FALSE(typist.finished(after(now, Typist::kPromptSilencePs - 1)));
    EXPECT_TRUE(typist.finished(after(now, Typist::kPromptSilencePs)));
}

TEST_F(TypistTest, ThePromptThatAnsweredIsNotTheOneThatComesBack) {
    typist.add_line("x");
    say(">>> ");
    EXPECT_FALSE(typist.at_prompt());
    EXPECT_FALSE(typist.finished(after(now, kPsPerSecond)));
    say("x\r\n>>> ");
    EXPECT_TRUE(typist.finished(after(now, kPsPerSecond)));
}

TEST_F(TypistTest, NotFinishedWhileLinesWait) {
    typist.add_line("x");
    EXPECT_FALSE(typist.done());
    EXPECT_FALSE(typist.finished(SimTime{kPsPerSecond}));
}

}  // namespace
}  // namespace k210
