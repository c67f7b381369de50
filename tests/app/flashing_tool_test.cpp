#include "app/flashing_tool.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "k210/base/error.hpp"
#include "support/temp_dir.hpp"

namespace k210::app {
namespace {

using testing::ElementsAre;

TEST(FlashingCommandTest, GivesAToolThePortUnlessItNamesOne) {
    EXPECT_THAT(flashing_command({"./ktool-linux", "-B", "dan", "fw.bin"}, "python3", "/dev/pts/1"),
                ElementsAre("./ktool-linux", "-B", "dan", "fw.bin", "-p", "/dev/pts/1"));
    for (const std::string port : {"-p", "-pX", "--port", "--port=X"})
        EXPECT_THAT(flashing_command({"tool", port}, "python3", "/dev/pts/1"), ElementsAre("tool", port));
}

TEST(FlashingCommandTest, RunsAScriptByPythonThatOpensAddresses) {
    const auto command = flashing_command({"dir/kflash.py", "fw.bin"}, "python9", "rfc2217://127.0.0.1:1");
    ASSERT_EQ(command.size(), 7u);
    EXPECT_EQ(command[0], "python9");
    EXPECT_EQ(command[1], "-c");
    EXPECT_THAT(command[2], testing::HasSubstr("serial_for_url"));
    EXPECT_EQ(command[3], "dir/kflash.py");
    EXPECT_EQ(command[6], "rfc2217://127.0.0.1:1");
}

TEST(FlashingToolTest, TellsHowItHasEnded) {
    EXPECT_EQ(FlashingTool({"true"}, "x").wait(), 0);
    EXPECT_EQ(FlashingTool({"sh", "-c", "exit 7"}, "x").wait(), 7);
    EXPECT_EQ(FlashingTool({"sh", "-c", "kill -9 $$"}, "x").wait(), 137);
}

TEST(FlashingToolTest, IsToldItsPort) {
    EXPECT_EQ(FlashingTool({"sh", "-c", "test \"$0\" = here", FlashingTool::kAddress}, "here").wait(), 0);
}

TEST(FlashingToolTest, OneThatIsNotThereIsTold) {
    EXPECT_EQ(input_error_of([] { FlashingTool({"/no/tool"}, "x"); }), "/no/tool: No such file or directory");
}

TEST(FlashingToolTest, IsEndedWithItsOwner) {
    FlashingTool tool({"sleep", "1000"}, "x");
    EXPECT_FALSE(tool.ended());
}

}  // namespace
}  // namespace k210::app
