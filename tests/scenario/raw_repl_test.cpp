#include "scenario/raw_repl.hpp"

#include <string>

#include <gtest/gtest.h>

namespace k210::scenario {
namespace {

struct RawReplTest : testing::Test {
    std::string sent;
    RawRepl repl{[this](std::string_view bytes) { sent += bytes; }};
    SimTime now{};

    void hear(std::string_view text) {
        for (const char c : text) repl.heard(static_cast<std::uint8_t>(c));
    }
    // So many milliseconds later.
    std::optional<RawRepl::Output> look(std::uint64_t ms) {
        now = after(now, ps_from_us(ms * 1000));
        return repl.look(now);
    }
    // Everything up to where the source runs.
    void start(const std::string& source) {
        repl.run(source);
        look(1);
        hear("\r\n>>> \r\nraw REPL; CTRL-B to exit\r\n>");
        for (int i = 0; i < 20; ++i) look(40);
    }
};

TEST_F(RawReplTest, EntersSendsAndEnds) {
    start("print(1)\n");
    EXPECT_EQ(sent, "\r\x03\x03\r\x01print(1)\n\x04");
    EXPECT_FALSE(look(1));
    hear("OK1\r\n\x04\x04");
    EXPECT_FALSE(look(1));
    hear(">");
    const auto output = look(1);
    ASSERT_TRUE(output);
    EXPECT_EQ(output->printed, "1\r\n");
    EXPECT_EQ(output->raised, "");
}

TEST_F(RawReplTest, WhatWasRaisedComesApart) {
    start("f()\n");
    hear("OKhalf\x04Traceback (most recent call last):\r\n  NameError: f\r\n\x04>");
    const auto output = look(1);
    ASSERT_TRUE(output);
    EXPECT_EQ(output->printed, "half");
    EXPECT_EQ(output->raised, "Traceback (most recent call last):\r\n  NameError: f\r\n");
}

TEST_F(RawReplTest, TheNextSourceNeedsNoEntering) {
    start("1\n");
    hear("OK\x04\x04>");
    ASSERT_TRUE(look(1));
    sent.clear();
    repl.run("2\n");
    look(1);
    look(40);
    EXPECT_EQ(sent, "2\n\x04");
}

// A guest that does nothing meanwhile has not ended.
TEST_F(RawReplTest, SendsAndResetsInItsOwnTime) {
    repl.run("1\n");
    look(1);
    EXPECT_FALSE(repl.has_more_to_do());
    hear("raw REPL; CTRL-B to exit\r\n>");
    EXPECT_TRUE(repl.has_more_to_do()) << "what it heard is not looked at yet";
    look(1);
    EXPECT_TRUE(repl.has_more_to_do()) << "there is something to send";
    for (int i = 0; i < 3; ++i) look(40);
    EXPECT_FALSE(repl.has_more_to_do());
    hear("OK\x04\x04>");
    ASSERT_TRUE(look(1));
    repl.reset();
    look(1);
    EXPECT_FALSE(repl.has_more_to_do());
    hear("soft reboot\r\n");
    look(1);
    EXPECT_TRUE(repl.has_more_to_do()) << "it waits for silence";
}

TEST_F(RawReplTest, EntersAgainWhenNobodyAnswers) {
    repl.run("1\n");
    look(1);
    look(999);
    EXPECT_EQ(sent, "\r\x03\x03\r\x01");
    look(1);
    EXPECT_EQ(sent, "\r\x03\x03\r\x01\r\x03\x03\r\x01");
}

TEST_F(RawReplTest, ALongSourceGoesInPieces) {
    const std::string source(600, '#');
    repl.run(source);
    look(1);
    hear("raw REPL; CTRL-B to exit\r\n>");
    look(1);
    sent.clear();
    look(1);
    EXPECT_EQ(sent.size(), 256u);
    look(32);
    EXPECT_EQ(sent.size(), 256u);
    look(1);
    EXPECT_EQ(sent.size(), 512u);
    look(40);
    EXPECT_EQ(sent, source);
    look(40);
    EXPECT_EQ(sent, source + "\x04");
}

TEST_F(RawReplTest, AResetEndsASecondAfterTheGuestHasFallenSilent) {
    start("1\n");
    hear("OK\x04\x04>");
    ASSERT_TRUE(look(1));
    sent.clear();
    repl.reset();
    EXPECT_EQ(sent, "\x04");
    EXPECT_FALSE(look(5000));
    hear("MPY: soft reboot\r\n");
    EXPECT_FALSE(look(1));
    EXPECT_FALSE(look(900));
    hear(">>> ");
    EXPECT_FALSE(look(900));
    EXPECT_TRUE(look(1000));
    sent.clear();
    repl.run("2\n");
    look(1);
    EXPECT_EQ(sent, "\r\x03\x03\r\x01");
}

}  // namespace
}  // namespace k210::scenario
