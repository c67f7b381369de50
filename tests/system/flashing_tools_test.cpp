// Flashing tools as their makers publish them write an image that then boots. K210_FLASHING_TOOLS is a folder with
// checkouts of theirs: sipeed/kflash.py, kendryte/kflash.py and loboris/ktool, as OWNER+NAME or NAME below OWNER.
#include <cstdlib>
#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "k210/base/file.hpp"
#include "system/emulator_process.hpp"
#include "system/machine_bench.hpp"

namespace k210 {
namespace {

struct Tool {
    const char* name;
    const char* owner;
    const char* repository;
    const char* script;
    const char* board;
    std::vector<std::string> arguments;
};
void PrintTo(const Tool& tool, std::ostream* out) {
    *out << tool.name;
}

const Tool kTools[] = {
    {"SipeedKflash", "sipeed", "kflash.py", "kflash.py", "maix_bit", {"-b", "1500000", "-n"}},
    {"SipeedKflashOnAGo", "sipeed", "kflash.py", "kflash.py", "maix_go", {"-b", "1500000", "-n", "-B", "goE"}},
    {"KendryteKflash", "kendryte", "kflash.py", "kflash.py", "lichee_dan", {"-b", "1500000", "-n"}},
    {"Ktool", "loboris", "ktool", "ktool.py", "maix_bit", {"-b", "1500000", "-n", "-B", "bit"}},
};

std::filesystem::path script_of(const Tool& tool) {
    for (const std::string between : {"/", "+"}) {
        const auto script = flashing_tools_dir() / (tool.owner + between + tool.repository) / tool.script;
        if (std::filesystem::exists(script)) return script;
    }
    return {};
}

struct FlashingToolsTest : testing::TestWithParam<std::tuple<Tool, std::string>> {};

TEST_P(FlashingToolsTest, WritesAnImageThatBoots) {
    const auto& [tool, via] = GetParam();
    const std::filesystem::path script = script_of(tool);
    if (script.empty())
        GTEST_SKIP() << "no " << tool.owner << "/" << tool.repository
                     << ": set K210_FLASHING_TOOLS to a folder with checkouts of flashing tools";
    if (std::system("/usr/bin/python3 -c 'import serial' 2>/dev/null") != 0)
        GTEST_SKIP() << "no pyserial: install python3-serial";

    TempDir dir;
    std::vector<std::uint8_t> image = read_file(guests_dir() / "hello.bin");
    image.resize(1 << 20, 0x5a);
    const std::string firmware = dir.write("firmware.bin", image), flash = (dir / "board.flash").string();
    std::vector<std::string> command = {
        "flash",    "--flash-image",    flash,          "--board", tool.board, "--via", via,
        "--python", "/usr/bin/python3", script.string()};
    command.insert(command.end(), tool.arguments.begin(), tool.arguments.end());
    command.push_back(firmware);
    EmulatorProcess writing(command);
    const auto written = writing.wait();
    ASSERT_EQ(written.status, 0) << written.out << written.err;

    EmulatorProcess booting({"run", "--flash-image", flash, "--board", tool.board, "--expect", "hello from hart"});
    const auto booted = booting.wait();
    EXPECT_EQ(booted.status, 0) << booted.out << booted.err;
}

INSTANTIATE_TEST_SUITE_P(All, FlashingToolsTest,
                         testing::Combine(testing::ValuesIn(kTools),
                                          testing::Values(std::string("rfc2217"), std::string("pty"))),
                         [](const auto& test) {
                             return std::get<0>(test.param).name + ("Via" + std::get<1>(test.param));
                         });

}  // namespace
}  // namespace k210
