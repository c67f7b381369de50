#include "scenario/device_tests.hpp"

#include <gtest/gtest.h>

namespace k210::scenario {
namespace {

TEST(DeviceTestsTest, TheFirstLineThatDiffersIsNamed) {
    EXPECT_EQ(difference_of("", ""), "");
    EXPECT_EQ(difference_of("1\n2\n", "1\n2\n"), "");
    EXPECT_EQ(difference_of("1\n2\n3\n", "1\n4\n5\n"), "line 2 is '4', not '2'");
    EXPECT_EQ(difference_of("1\n2\n", "1\n"), "line 2 is missing: '2'");
    EXPECT_EQ(difference_of("1\n", "1\n2\n"), "line 2 is too much: '2'");
    EXPECT_EQ(difference_of("\n", ""), "line 1 is missing: ''");
}

TEST(DeviceTestsTest, ATestThatCannotRunSaysSoAndNothingElse) {
    EXPECT_TRUE(is_skipped("SKIP\n"));
    EXPECT_TRUE(is_skipped("SKIP-TOO-LARGE\n"));
    EXPECT_FALSE(is_skipped("SKIP\n1\n"));
    EXPECT_FALSE(is_skipped(""));
}

TEST(DeviceTestsTest, LineEndsOfATerminalDoNotCount) {
    EXPECT_EQ(as_expected("1\r\n2\r\n"), "1\n2\n");
}

}  // namespace
}  // namespace k210::scenario
