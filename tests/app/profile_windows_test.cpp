#include "app/profile_windows.hpp"

#include <string_view>

#include <gtest/gtest.h>

#include "support/temp_dir.hpp"

namespace k210::app {
namespace {

// "<" opens a window and ">" closes one, behind the line that they follow.
std::string heard(ProfileWindows& windows, std::string_view text) {
    std::string seen;
    for (const char c : text) {
        const auto [close, open] = windows.hear(static_cast<std::uint8_t>(c));
        if (c != '\r') seen += c == '\n' ? '/' : c;
        if (close) seen += '>';
        if (open) seen += '<';
    }
    return seen;
}

TEST(ProfileWindowsTest, OpenAndCloseBehindLines) {
    ProfileWindows windows("^begin", "end$");
    EXPECT_FALSE(windows.begin_open());
    EXPECT_EQ(heard(windows, "a\r\nbegin 1\r\nb\r\nthe end\r\nbegin 2\n"), "a/begin 1/<b/the end/>begin 2/<");
    EXPECT_TRUE(windows.seen());
}

TEST(ProfileWindowsTest, ALineThatIsBothEndsOneAndBeginsTheNext) {
    ProfileWindows windows("^frame", "^frame");
    EXPECT_EQ(heard(windows, "frame 1\nframe 2\n"), "frame 1/><frame 2/><");
}

TEST(ProfileWindowsTest, WithoutABeginningTheyAreOpenFromTheStart) {
    ProfileWindows windows({}, "ready");
    EXPECT_TRUE(windows.begin_open());
    EXPECT_TRUE(windows.seen());
    EXPECT_EQ(heard(windows, "I am ready\n"), "I am ready/>");
}

TEST(ProfileWindowsTest, OneThatNoLineOpensIsNotSeen) {
    ProfileWindows windows("^begin", {});
    heard(windows, "no begin\n");
    EXPECT_FALSE(windows.seen());
}

TEST(ProfileWindowsTest, ABadPatternIsTold) {
    EXPECT_EQ(input_error_of([] { ProfileWindows("(", {}); }), "--profile-from '(': missing ): (");
    EXPECT_EQ(input_error_of([] { ProfileWindows({}, "("); }), "--profile-to '(': missing ): (");
}

}  // namespace
}  // namespace k210::app
