#include "app/escapes.hpp"

#include <string>

#include <gtest/gtest.h>

#include "support/temp_dir.hpp"

namespace k210::app {
namespace {

TEST(UnescapeTest, UnderstandsControlCharacters) {
    EXPECT_EQ(unescape("a\\x03\\r\\n\\t\\\\b"), "a\x03\r\n\t\\b");
    EXPECT_EQ(unescape("\\x41B"), "AB");
}

TEST(UnescapeTest, RefusesAnIncompleteEscape) {
    for (const char* text : {"\\x", "\\x4", "\\x4g", "\\xg4"})
        EXPECT_EQ(input_error_of([&] { unescape(text); }),
                  "--type '" + std::string(text) + "': \\x needs two hexadecimal digits");
    EXPECT_NE(input_error_of([] { unescape("\\"); }), "");
    EXPECT_EQ(input_error_of([] { unescape("a\\q"); }), "--type 'a\\q': unknown escape \\q");
}

}  // namespace
}  // namespace k210::app
