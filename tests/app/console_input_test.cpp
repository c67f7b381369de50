#include "app/console_input.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace k210::app {
namespace {

// Has typed what it is told, and quits at a 'q'.
struct Keyboard final : Console {
    std::string typed;
    bool apart = true, quit = false;
    void write(std::string_view) override {}
    std::size_t read(std::span<std::uint8_t> bytes) override {
        const std::size_t count = std::min(bytes.size(), typed.size());
        std::copy_n(typed.begin(), count, bytes.begin());
        quit = quit || typed.substr(0, count).find('q') != std::string::npos;
        typed.erase(0, count);
        return count;
    }
    bool quit_requested() const override { return quit; }
    bool reads_apart() const override { return apart; }
};

struct ConsoleInputTest : testing::Test {
    Keyboard keyboard;
    ConsoleInput input;
    ConsoleInputTest() { input.attach(&keyboard); }
};

TEST_F(ConsoleInputTest, TakesWhatWasTypedOnce) {
    keyboard.typed = "abc";
    EXPECT_EQ(input.take(), "abc");
    EXPECT_EQ(input.take(), "");
}

TEST_F(ConsoleInputTest, HearsTheKeysThatQuitWhileTheRunIsStuck) {
    keyboard.typed = "abq";
    EXPECT_FALSE(input.quit_requested());
    EXPECT_TRUE(input.quit_requested_meanwhile());
    EXPECT_TRUE(input.quit_requested());
}

TEST_F(ConsoleInputTest, WhatWasHeardMeanwhileIsNotLost) {
    keyboard.typed = "ab";
    EXPECT_FALSE(input.quit_requested_meanwhile());
    keyboard.typed = "c";
    EXPECT_EQ(input.take(), "abc");
}

TEST_F(ConsoleInputTest, StopsListeningWhenTooMuchWaits) {
    keyboard.typed = std::string(10'000, 'x');
    for (int i = 0; i < 100; ++i) input.quit_requested_meanwhile();
    EXPECT_EQ(keyboard.typed.size(), 10'000u - 4096);
    EXPECT_EQ(input.take().size(), 4096u);
}

TEST_F(ConsoleInputTest, LeavesAConsoleAloneThatTheRunMayBeIn) {
    keyboard.apart = false;
    keyboard.typed = "q";
    EXPECT_FALSE(input.quit_requested_meanwhile());
    EXPECT_EQ(keyboard.typed, "q");
    EXPECT_EQ(input.take(), "q");
    EXPECT_TRUE(input.quit_requested());
}

TEST_F(ConsoleInputTest, WithoutAConsoleNobodyTypes) {
    keyboard.typed = "q";
    input.attach(nullptr);
    EXPECT_EQ(input.take(), "");
    EXPECT_FALSE(input.quit_requested_meanwhile());
    EXPECT_FALSE(input.quit_requested());
}

}  // namespace
}  // namespace k210::app
