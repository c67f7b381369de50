// LoBo's MicroPython, which has a littlefs in its flash, from a blank flash on.
#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temp_dir.hpp"
#include "system/emulator_process.hpp"
#include "system/machine_bench.hpp"

namespace k210 {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kImage = "lobo_micropython.bin";

struct LoboRealImageTest : testing::Test {
    TempDir files;

    void SetUp() override { K210_NEEDS(image_path(kImage)); }
    // What it says until it has said `expected`.
    std::string run(const std::vector<std::string>& lines, const std::string& expected) {
        std::vector<std::string> arguments = {"run", image_path(kImage), "--flash-image", files / "flash"};
        for (const std::string& line : lines) arguments.insert(arguments.end(), {"--type", line});
        arguments.insert(arguments.end(), {"--expect", expected, "--timeout", "60"});
        const auto result = run_emulator(arguments);
        EXPECT_EQ(result.status, 0) << result.out << result.err;
        return result.out;
    }
};

TEST_F(LoboRealImageTest, WhatItWritesOutlastsItsResetAndTheRun) {
    const std::string read = "print('it', 'reads', open('/flash/note.txt').read())", shown = "^it reads a note";
    const std::string first = run({"F", "f = open('/flash/note.txt', 'w'); n = f.write('a note'); f.close()",
                                   "import machine", "machine.reset()", read},
                                  shown);
    EXPECT_THAT(first, HasSubstr("Error mounting Flash file system"));
    EXPECT_THAT(first, HasSubstr("Littlefs formated and mounted"));
    const std::string second = run({read}, shown);
    EXPECT_THAT(second, Not(HasSubstr("Error mounting")));
}

}  // namespace
}  // namespace k210
