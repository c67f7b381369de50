// MaixPy as published, from power-on to its prompt and beyond.
#include <optional>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "system/machine_bench.hpp"

namespace k210 {
namespace {

using testing::HasSubstr;
using testing::Not;

struct MaixPy {
    std::string_view image, version, pll0_hz, cpu_hz;
};

constexpr MaixPy kImages[] = {
    {"maixpy_0.6.2_84_ide.bin", "v0.6.2-84-g8fcd84a58 on 2022-08-26", "806000000", "403000000"},
    {"maixpy_0.6.2_84_openmv_v4.bin", "v0.6.2-84-g8fcd84a58 on 2022-08-26", "806000000", "403000000"},
    {"maixpy_0.6.2_52_minimum.bin", "v0.6.2-52-gb1a1c5c5d-dirty on 2021-06-08", "806000000", "403000000"},
    {"maixpy_0.5.1_162.bin", "v0.5.1-162-g88bfd0177 on 2020-12-19", "910000000", "455000000"},
};

void PrintTo(const MaixPy& maixpy, std::ostream* out) {
    *out << maixpy.image;
}

constexpr double kBootSeconds = 3;
constexpr std::string_view kPrompt = ">>> ";

class MaixPyRealImageTest : public testing::TestWithParam<MaixPy> {
protected:
    void SetUp() override { K210_NEEDS(image_path(GetParam().image)); }
    static Firmware fresh() { return image_firmware(GetParam().image, "maix_bit"); }
    static Firmware kept(const MachineBench& bench) {
        const auto contents = bench.flash().contents();
        return {find_board("maix_bit"), {contents.begin(), contents.end()}};
    }
};

INSTANTIATE_TEST_SUITE_P(All, MaixPyRealImageTest, testing::ValuesIn(kImages), [](const auto& test) {
    std::string name(test.param.image.substr(0, test.param.image.rfind('.')));
    for (char& c : name)
        if (c == '.') c = '_';
    return name;
});

// Real boards' logs have these lines in this order; the heap's address is each build's own.
TEST_P(MaixPyRealImageTest, SaysWhatRealBoardsSayUntilItsPrompt) {
    MachineBench board(fresh());
    ASSERT_TRUE(board.hears(kPrompt, kBootSeconds));
    const std::string lines[] = {
        "[MAIXPY] Pll0:freq:" + std::string(GetParam().pll0_hz) + "\n",
        "[MAIXPY] Pll1:freq:398666666\n",
        "[MAIXPY] Pll2:freq:45066666\n",
        "[MAIXPY] cpu:freq:" + std::string(GetParam().cpu_hz) + "\n",
        "[MAIXPY] kpu:freq:398666666\n",
        "[MAIXPY] Flash:0xc8:0x17\n",
        "[MaixPy] gc heap=0x80",
        "(524288)\n[MaixPy] init end\n",
        "Official Site : https://www.sipeed.com\nWiki          : https://maixpy.sipeed.com\n",
        "MicroPython " + std::string(GetParam().version) + "; Sipeed_M1 with kendryte-k210\n",
        "Type \"help()\" for more information.\n>>> ",
    };
    std::size_t at = 0;
    for (const std::string& line : lines) {
        const std::size_t found = board.console().find(line, at);
        ASSERT_NE(found, std::string::npos) << line << "is not there, or out of order, in\n" << board.console();
        at = found + line.size();
    }
    EXPECT_EQ(at, board.console().size());
}

TEST_P(MaixPyRealImageTest, FilesOutliveTheMachineInItsFlash) {
    MachineBench first(fresh());
    ASSERT_TRUE(first.hears(kPrompt, kBootSeconds));
    EXPECT_THAT(first.console(), HasSubstr("Spiffs Format successful"));
    ASSERT_EQ(first.reply("f=open('/flash/note.txt','w'); n=f.write('as it was'); f.close()"), "");

    MachineBench second(kept(first));
    ASSERT_TRUE(second.hears(kPrompt, kBootSeconds));
    EXPECT_THAT(second.console(), Not(HasSubstr("Format")));
    EXPECT_EQ(second.reply("open('/flash/note.txt').read()"), "'as it was'\n");
}

class MaixPyPromptRealImageTest : public testing::Test {
protected:
    static constexpr std::string_view kImage = "maixpy_0.6.2_84_ide.bin";
    void SetUp() override {
        K210_NEEDS(image_path(kImage));
        board.emplace(image_firmware(kImage, "maix_bit"));
        ASSERT_TRUE(board->hears(kPrompt, kBootSeconds));
    }
    std::optional<MachineBench> board;
};

TEST_F(MaixPyPromptRealImageTest, Calculates) {
    EXPECT_EQ(board->reply("6*7"), "42\n");
    EXPECT_EQ(board->reply("2**100"), "1267650600228229401496703205376\n");
    EXPECT_EQ(board->reply("import math; print('%.6f' % math.sqrt(2))"), "1.414214\n");
    EXPECT_THAT(board->reply("1/0"), HasSubstr("ZeroDivisionError"));
}

TEST_F(MaixPyPromptRealImageTest, CountsTimeAsTheBoardDoes) {
    EXPECT_EQ(board->reply("import time; a=time.ticks_ms()"), "");
    const SimTime before = board->machine().now();
    EXPECT_EQ(board->reply("time.sleep_ms(250)"), "");
    EXPECT_NEAR(board->machine().now().seconds() - before.seconds(), 0.25, 0.02);
}

TEST_F(MaixPyPromptRealImageTest, MachineResetBootsItAnew) {
    const std::size_t first_boot = board->console().size();
    board->keyboard().send("import machine; machine.reset()\r");
    ASSERT_TRUE(board->hears("[MAIXPY] Pll0:freq:806000000", 1));
    ASSERT_TRUE(board->hears(kPrompt, kBootSeconds));
    EXPECT_EQ(board->machine().counters().resets, 1u);
    EXPECT_THAT(board->console().substr(first_boot), Not(HasSubstr("Format")));
    EXPECT_EQ(board->reply("6*7"), "42\n");
}

TEST_F(MaixPyPromptRealImageTest, ResetKeyBootsItAnew) {
    board->press("reset", true);
    board->press("reset", false);
    ASSERT_TRUE(board->hears(kPrompt, kBootSeconds));
    EXPECT_EQ(board->machine().counters().resets, 1u);
}

}  // namespace
}  // namespace k210
