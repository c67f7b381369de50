#include "scenario/krux_sequence.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "k210/host/picture_file.hpp"
#include "support/temp_dir.hpp"

namespace k210::scenario {
namespace {

using ::testing::ElementsAre;
using ::testing::StartsWith;

// What steps do to the board, shortly.
struct Said {
    std::string operator()(const Press& a) const { return "press " + a.button; }
    std::string operator()(const Turn& a) const { return "turn " + std::to_string(a.clicks); }
    std::string operator()(const TouchScreen& a) const {
        return "touch " + std::to_string(a.from.x) + " " + std::to_string(a.from.y);
    }
    std::string operator()(const Show& a) const { return a.path.empty() ? "hide" : "show"; }
    std::string operator()(const Screenshot& a) const { return "screenshot " + a.name; }
    std::string operator()(const Wait& a) const { return "wait " + std::to_string(a.ps / kPsPerSecond); }
    std::string operator()(const WaitStill&) const { return {}; }
    template <class Other>
    std::string operator()(const Other&) const {
        return "?";
    }
};

struct KruxSequenceTest : testing::Test {
    TempDir files;

    std::vector<Step> steps(const std::string& text, const std::string& board = "m5stickv") {
        return read_krux_sequence(files.write("about.txt", text), find_board(board));
    }
    std::vector<std::string> read(const std::string& text, const std::string& board = "m5stickv") {
        std::vector<std::string> all;
        for (const Step& step : steps(text, board))
            if (std::string said = std::visit(Said{}, step.action); !said.empty()) all.push_back(said);
        return all;
    }
    std::string complaint(const std::string& text, const std::string& board = "m5stickv") {
        const std::string what = input_error_of([&] { steps(text, board); });
        const std::string folder = files.path().string() + "/";
        return what.starts_with(folder) ? what.substr(folder.size()) : what;
    }
};

TEST_F(KruxSequenceTest, ReadsTheWordsOfTheSimulator) {
    EXPECT_THAT(read("# About\n\npress BUTTON_A\nx2 press BUTTON_B\n#screenshot x.png\ntouch 10 20\nwait 3\n"
                     "screenshot about.png"),
                ElementsAre("press a", "press b", "press b", "touch 10 20", "wait 3", "screenshot about.png"));
}

TEST_F(KruxSequenceTest, LinesThatAreNoCommandsAreRemarks) {
    EXPECT_THAT(read("press BUTTON_A\none more word\n"), ElementsAre("press a"));
}

TEST_F(KruxSequenceTest, ButtonsAreThoseThatKruxHasOnABoard) {
    const std::string all = "press BUTTON_A\npress BUTTON_B\npress BUTTON_C\n";
    EXPECT_THAT(read(all, "m5stickv"), ElementsAre("press a", "press b", "press power"));
    EXPECT_THAT(read(all, "amigo_ips"), ElementsAre("press boot", "press a", "press b"));
    EXPECT_THAT(read(all, "maix_dock"), ElementsAre("press a", "turn 1", "turn -1"));
    EXPECT_EQ(complaint(all, "wonder_k"), "about.txt:3: a wonder_k has no BUTTON_C");
}

TEST_F(KruxSequenceTest, APressIsFollowedByARestUntilTheScreenIsStill) {
    const auto steps = this->steps("press BUTTON_A\n");
    ASSERT_EQ(steps.size(), 2u);
    EXPECT_TRUE(std::holds_alternative<WaitStill>(steps[1].action));
    EXPECT_EQ(to_string(steps[1].place), (files / "about.txt").string() + ":1");
    EXPECT_EQ(steps[0].shown, "press BUTTON_A");
}

TEST_F(KruxSequenceTest, TheFirstPressOnATouchScreensBoardWakesTheButtons) {
    EXPECT_THAT(read("wait 1\npress BUTTON_B\n", "amigo_ips"), ElementsAre("wait 1", "press boot", "press a"));
    EXPECT_THAT(read("wait 1\nscreenshot x.png\npress_amigo_only BUTTON_B\n", "amigo_ips"),
                ElementsAre("wait 1", "screenshot x.png", "press a"));
    EXPECT_THAT(read("wait 1\npress_amigo_only BUTTON_B\n", "m5stickv"), ElementsAre("wait 1"));
}

TEST_F(KruxSequenceTest, ACodeIsTakenAwayWithThePressBehindIt) {
    std::filesystem::create_directory(files / "qrcodes");
    save_png(files / "qrcodes" / "seed.png", Picture(8, 8));
    EXPECT_THAT(read("qrcode seed.png\nwait 1\npress BUTTON_A\npress BUTTON_A\n"),
                ElementsAre("show", "wait 1", "press a", "hide", "press a"));
}

TEST_F(KruxSequenceTest, AFileMayBeThereForOneBoardOnly) {
    std::filesystem::create_directory(files / "dock");
    files.write("dock/_load.txt", std::string("include _wait.txt\npress BUTTON_A\n"));
    files.write("_wait.txt", std::string("wait 2\n"));
    EXPECT_THAT(read("x2 include _load.txt\n", "maix_dock"), ElementsAre("wait 2", "press a", "wait 2", "press a"));
    EXPECT_THAT(complaint("include _load.txt\n", "m5stickv"), StartsWith("about.txt:1: there is no "));
}

TEST_F(KruxSequenceTest, SaysInOneLineWhatIsNoSequence) {
    EXPECT_EQ(complaint("\nprss BUTTON_A\n"), "about.txt:2: there is no command 'prss'; did you mean press?");
    EXPECT_EQ(complaint("x2\n"), "about.txt:1: a number of times, and nothing to do");
    EXPECT_EQ(complaint("press\n"), "about.txt:1: press needs more than that");
    EXPECT_EQ(complaint("touch 1\n"), "about.txt:1: touch needs more than that");
    EXPECT_EQ(complaint("touch 1 y\n"), "about.txt:1: y is no pixel");
    EXPECT_EQ(complaint("press BUTTON_D\n"), "about.txt:1: 'BUTTON_D' is none of BUTTON_A, BUTTON_B, BUTTON_C");
    EXPECT_EQ(complaint("x2y press BUTTON_A\n"), "about.txt:1: x2y is no number of times, such as x2");
    EXPECT_EQ(complaint("wait long\n"), "about.txt:1: long is no number of seconds");
    EXPECT_THAT(complaint("qrcode none.png\n"), StartsWith("about.txt:1: there is no "));
    EXPECT_EQ(complaint("include about.txt\n"), "about.txt:1: the files include each other too deep");
    EXPECT_THAT(complaint("wait 1\n", "maix_bit"), StartsWith("about.txt: sequences of Krux run on m5stickv,"));
}

}  // namespace
}  // namespace k210::scenario
