#include "k210/base/message.hpp"

#include <gtest/gtest.h>

namespace k210 {
namespace {

using namespace std::string_literals;

TEST(PrintableTest, LeavesTextForPeopleAlone) {
    for (const std::string& text : {""s, "a ~"s, "\xc2\xa0\xc3\xa9 \xe4\xb8\xad \xf0\x9f\x98\x80"s})
        EXPECT_EQ(printable(text), text);
}

TEST(PrintableTest, ShowsWhatWouldBreakTheLineOrTheTerminal) {
    EXPECT_EQ(printable("a\nb\rc\td\x1b[2J\x7f"s), "a\\nb\\rc\\td\\x1b[2J\\x7f");
    EXPECT_EQ(printable("\0x"s), "\\x00x");
    EXPECT_EQ(printable("\xc2\x9b"), "\\xc2\\x9b");  // a terminal's control character, in UTF-8
}

TEST(PrintableTest, ShowsBytesThatAreNoUtf8) {
    EXPECT_EQ(printable("\x80"), "\\x80");
    EXPECT_EQ(printable("\xc1\xbf"), "\\xc1\\xbf");                    // longer than need be
    EXPECT_EQ(printable("\xe4\xb8"), "\\xe4\\xb8");                    // cut off
    EXPECT_EQ(printable("\xe4\xb8x"), "\\xe4\\xb8x");                  // broken off
    EXPECT_EQ(printable("\xf5\x80\x80\x80"), "\\xf5\\x80\\x80\\x80");  // beyond Unicode
}

TEST(PrintableTest, KeepsBothEndsOfALongText) {
    EXPECT_EQ(printable("0123456789ab", 12), "0123456789ab");
    EXPECT_EQ(printable("0123456789abc", 12), "01234567 ... 9abc");
    EXPECT_EQ(printable("0123\n456789", 12), "0123\\n456789");
    EXPECT_EQ(printable("0123\n4567890", 12), "0123\\n45 ... 7890");
    EXPECT_EQ(printable("0123456\n89a\n", 12), "0123456 ... 9a\\n");  // characters stay whole
    EXPECT_EQ(printable(std::string(1'000'000, 'x') + "end").size(), kLongestMessage + 4);
    EXPECT_EQ(printable(std::string(1'000'000, '\x01')).size(), 332u + 5 + 164);
}

}  // namespace
}  // namespace k210
