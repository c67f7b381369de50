// --screenshots and --video: which pictures are kept, and under what names.
#include "app/picture_log.hpp"

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "k210/base/file.hpp"
#include "k210/host/picture_file.hpp"
#include "support/temp_dir.hpp"

namespace k210::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
namespace fs = std::filesystem;

constexpr std::uint64_t kStepMs = 2;

SimTime ms(std::uint64_t count) {
    return SimTime{ps_from_us(1000) * count};
}

struct FakeDisplay final : Display {
    const Picture& picture() override { return shown; }
    std::uint64_t generation() const override { return drawn; }
    std::uint64_t frames_shown() const override { return 0; }
    void draw(std::uint8_t level) {
        std::fill(shown.rgb.begin(), shown.rgb.end(), level);
        ++drawn;
    }
    Picture shown{8, 4};
    std::uint64_t drawn = 0;
};

struct PictureLogTest : testing::Test {
    TempDir dir;
    FakeDisplay display;
    RunOptions options;
    Outputs outputs;

    void SetUp() override {
        options.screenshots = dir / "shots";
        options.screenshot_every_s = 0.1;
    }
    // From one time to another, as the run loop does.
    void run(PictureLog& log, std::uint64_t from_ms, std::uint64_t to_ms) {
        for (std::uint64_t t = from_ms + kStepMs; t <= to_ms; t += kStepMs) log.look(display, ms(t));
    }
    std::vector<std::string> names() const {
        std::vector<std::string> found;
        std::error_code none;
        for (const auto& file : fs::directory_iterator(dir / "shots", none)) found.push_back(file.path().filename());
        std::ranges::sort(found);
        return found;
    }
};

TEST_F(PictureLogTest, KeepsAPictureOfEachIntervalInWhichItHasChanged) {
    PictureLog log(options);
    run(log, 0, 150);
    display.draw(7);
    run(log, 150, 450);
    display.draw(9);
    run(log, 450, 500);
    EXPECT_THAT(names(), ElementsAre("00000.000.png", "00000.200.png", "00000.500.png"));
    EXPECT_EQ(load_picture(dir / "shots/00000.200.png").at(0, 0)[0], 7);
    EXPECT_EQ(load_picture(dir / "shots/00000.500.png").at(0, 0)[0], 9);
}

TEST_F(PictureLogTest, WhatIsDrawnAnewAndLooksTheSameIsNotKeptAgain) {
    PictureLog log(options);
    display.draw(7);
    run(log, 0, 150);
    display.draw(7);
    run(log, 150, 500);
    log.finish(display, ms(500), outputs);
    EXPECT_THAT(names(), ElementsAre("00000.000.png"));
}

TEST_F(PictureLogTest, KeepsWhatIsThereAtTheEnd) {
    PictureLog log(options);
    run(log, 0, 150);
    display.draw(7);
    log.finish(display, ms(156), outputs);
    EXPECT_THAT(names(), ElementsAre("00000.000.png", "00000.156.png"));
    EXPECT_EQ(outputs.status(kSuccess), kSuccess);
}

TEST_F(PictureLogTest, AMachineThatDoesNotCountLeavesNothing) {
    PictureLog log(options);
    display.draw(7);
    run(log, 0, 150);
    display.draw(8);
    run(log, 150, 300);
    log.start_over();
    EXPECT_THAT(names(), IsEmpty());
    run(log, 0, 10);
    EXPECT_THAT(names(), ElementsAre("00000.000.png"));
}

TEST_F(PictureLogTest, TouchesNothingBeforeTheRun) {
    const PictureLog log(options);
    EXPECT_FALSE(fs::exists(dir / "shots"));
}

TEST_F(PictureLogTest, AFolderWithSomethingInItIsRefused) {
    fs::create_directory(dir / "shots");
    std::ofstream(dir / "shots/notes.txt") << "mine";
    EXPECT_THAT(input_error_of([&] { PictureLog{options}; }), HasSubstr("shots: is not empty"));
    fs::remove(dir / "shots/notes.txt");
    EXPECT_EQ(input_error_of([&] { PictureLog{options}; }), "");
}

TEST_F(PictureLogTest, AFileInTheFoldersPlaceIsRefused) {
    std::ofstream(dir / "shots") << "mine";
    EXPECT_THAT(input_error_of([&] { PictureLog{options}; }), HasSubstr("shots: is no folder"));
}

TEST_F(PictureLogTest, ALinkToNothingIsRefusedBeforeTheRun) {
    fs::create_symlink(dir / "nothing", *options.screenshots);
    EXPECT_THAT(input_error_of([&] { PictureLog{options}; }), HasSubstr("shots: is a link to nothing"));
}

TEST_F(PictureLogTest, AnIntervalNeedsAFolderAndAMillisecond) {
    options.screenshot_every_s = 0.0005;
    EXPECT_THAT(input_error_of([&] { PictureLog{options}; }), HasSubstr("less than a millisecond"));
    options.screenshot_every_s = 1;
    options.screenshots.reset();
    EXPECT_THAT(input_error_of([&] { PictureLog{options}; }), HasSubstr("needs --screenshots"));
}

TEST_F(PictureLogTest, AFolderThatGoesAwayIsToldOnceAtTheEnd) {
    PictureLog log(options);
    run(log, 0, 50);
    fs::remove_all(dir / "shots");
    display.draw(7);
    run(log, 50, 250);
    display.draw(8);
    run(log, 250, 450);
    testing::internal::CaptureStderr();
    log.finish(display, ms(450), outputs);
    const std::string told = testing::internal::GetCapturedStderr();
    EXPECT_THAT(told, HasSubstr("00000.100.png"));
    EXPECT_EQ(std::ranges::count(told, '\n'), 1);
    EXPECT_EQ(outputs.status(kSuccess), kOutputLost);
}

TEST_F(PictureLogTest, AVideoIsOfThisMachineOnlyAndTheSameEachTime) {
    options.screenshots.reset();
    options.screenshot_every_s.reset();
    const auto film = [&](const char* name, bool twice) {
        options.video = dir / name;
        PictureLog log(options);
        for (int machine = 0; machine <= twice; ++machine) {
            display.draw(1);
            run(log, 0, 100);
            display.draw(static_cast<std::uint8_t>(machine == twice ? 2 : 3));
            run(log, 100, 200);
            if (machine < twice) log.start_over();
        }
        log.finish(display, ms(200), outputs);
        return read_file(dir / name);
    };
    const auto once = film("once.webp", false);
    EXPECT_EQ(film("twice.webp", true), once);
    EXPECT_EQ(std::string(once.begin() + 8, once.begin() + 12), "WEBP");
}

TEST(PictureNamesTest, AreInOrderOfTime) {
    EXPECT_EQ(picture_name({}), "00000.000.png");
    EXPECT_EQ(picture_name(ms(12'345)), "00012.345.png");
}

}  // namespace
}  // namespace k210::app
