#include "app/console_output.hpp"

#include <cstdio>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "support/temp_dir.hpp"

namespace k210::app {
namespace {

using Place = ConsoleOutput::Place;

// Appends to one text what it hears, as a terminal does.
struct Screen final : Console {
    std::string text;
    void write(std::string_view bytes) override { text += bytes; }
    std::size_t read(std::span<std::uint8_t>) override { return 0; }
};

struct ConsoleOutputTest : testing::Test {
    Screen screen;
    SimTime now{};

    ConsoleOutput output(Place place) {
        return {screen, place, [this](std::string_view text) { screen.text += text; }};
    }
};

void say(ConsoleOutput& output, std::string_view text) {
    for (const char c : text) output.receive(static_cast<std::uint8_t>(c));
}

TEST_F(ConsoleOutputTest, WritesWhatTheGuestSaidAtEveryLook) {
    ConsoleOutput out = output(Place::apart);
    say(out, "ab");
    EXPECT_EQ(screen.text, "");
    out.look(now);
    EXPECT_EQ(screen.text, "ab");
    out.look(now);
    EXPECT_EQ(screen.text, "ab");
}

TEST_F(ConsoleOutputTest, AMessageWaitsForTheEndOfTheLine) {
    for (const Place place : {Place::together, Place::one}) {
        screen.text.clear();
        ConsoleOutput out = output(place);
        say(out, "one li");
        out.message("warning\n");
        out.look(now);
        EXPECT_EQ(screen.text, "one li");
        say(out, "ne\ntwo");
        out.look(now);
        EXPECT_EQ(screen.text, "one line\nwarning\ntwo");
    }
}

TEST_F(ConsoleOutputTest, AMessageBetweenLinesComesAtOnceAndInOrder) {
    ConsoleOutput out = output(Place::one);
    out.message("first\n");
    EXPECT_EQ(screen.text, "first\n");
    say(out, "line\r\n");
    out.message("second\n");
    EXPECT_EQ(screen.text, "first\nline\r\nsecond\n");
}

TEST_F(ConsoleOutputTest, AMessageDoesNotWaitForAConsoleElsewhere) {
    ConsoleOutput out = output(Place::apart);
    say(out, "prompt> ");
    out.message("warning\n");
    EXPECT_EQ(screen.text, "prompt> warning\n");
}

TEST_F(ConsoleOutputTest, PatienceWithALineThatDoesNotEndHasALimit) {
    ConsoleOutput out = output(Place::one);
    say(out, "prompt> ");
    out.message("warning\n");
    now = SimTime{7 * kPsPerSecond};
    out.look(now);
    out.look(after(now, ConsoleOutput::kLinePatiencePs - 1));
    EXPECT_EQ(screen.text, "prompt> ");
    out.look(after(now, ConsoleOutput::kLinePatiencePs));
    EXPECT_EQ(screen.text, "prompt> \nwarning\n");
    out.message("another\n");
    EXPECT_EQ(screen.text, "prompt> \nwarning\nanother\n");
}

TEST_F(ConsoleOutputTest, PatienceBeginsAnewForEachMessage) {
    ConsoleOutput out = output(Place::one);
    say(out, "a");
    out.message("first\n");
    out.look(now);
    say(out, "\nb");
    out.message("second\n");
    out.look(after(now, ConsoleOutput::kLinePatiencePs));
    EXPECT_EQ(screen.text, "a\nfirst\nb");
}

TEST_F(ConsoleOutputTest, NoLineIsBrokenInAConsoleOfItsOwnFile) {
    ConsoleOutput out = output(Place::together);
    say(out, "prompt> ");
    out.message("warning\n");
    out.finish();
    EXPECT_EQ(screen.text, "prompt> warning\n");
}

TEST_F(ConsoleOutputTest, WhoWritesNextBeginsALine) {
    ConsoleOutput out = output(Place::one);
    EXPECT_EQ(out.line_end(), "");
    say(out, "prompt> ");
    EXPECT_EQ(out.line_end(), "\n");
    out.finish();
    EXPECT_EQ(screen.text, "prompt> \n");
    EXPECT_EQ(out.line_end(), "");
    out.finish();
    EXPECT_EQ(screen.text, "prompt> \n");
}

TEST_F(ConsoleOutputTest, WhatAGuestSaysAgainAfterStartingOverIsNotRepeated) {
    ConsoleOutput out = output(Place::apart);
    say(out, "boot\n");
    out.look(now);
    out.start_over();
    say(out, "boot\nmore\n");
    out.look(now);
    EXPECT_EQ(screen.text, "boot\nmore\n");
}

TEST_F(ConsoleOutputTest, AGuestThatSaysSomethingElseTheSecondTimeIsShownFromThatLineOn) {
    ConsoleOutput out = output(Place::apart);
    say(out, "boot\nno LCD\nand so");
    out.look(now);
    out.start_over();
    say(out, "boot\nno fault\n");
    out.look(now);
    EXPECT_EQ(screen.text, "boot\nno LCD\nand so\nno fault\n");
}

// --- where the streams go ------------------------------------------------------------------------------------------

// What place_of_standard_streams() says with the two streams in these files.
Place place_with(const std::filesystem::path& out, const std::filesystem::path& err) {
    const int streams[] = {STDOUT_FILENO, STDERR_FILENO};
    const std::filesystem::path* const files[] = {&out, &err};
    int own[2];
    std::fflush(nullptr);
    for (int i = 0; i < 2; ++i) {
        own[i] = ::dup(streams[i]);
        const int file = ::open(files[i]->c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
        ::dup2(file, streams[i]);
        ::close(file);
    }
    const Place place = place_of_standard_streams();
    for (int i = 0; i < 2; ++i) {
        ::dup2(own[i], streams[i]);
        ::close(own[i]);
    }
    return place;
}

TEST(StandardStreamsTest, AreInOnePlaceWhenTheyAreOneFile) {
    const TempDir dir;
    EXPECT_EQ(place_with(dir / "both", dir / "both"), Place::one);
    EXPECT_EQ(place_with(dir / "out", dir / "err"), Place::together);
}

}  // namespace
}  // namespace k210::app
