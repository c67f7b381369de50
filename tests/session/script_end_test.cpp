#include "session/script_end.hpp"

#include <gtest/gtest.h>

namespace k210 {
namespace {

constexpr const char* kNameError =
    "hi\r\n"
    "Traceback (most recent call last):\r\n"
    "  File \"<stdin>\", line 2, in <module>\r\n"
    "NameError: name 'x' isn't defined\r\n";

std::optional<std::string> raised(const std::string& said) {
    const auto exception = exception_before_prompt(said);
    return exception ? std::optional(exception->what) : std::nullopt;
}

TEST(ScriptEndTest, NamesTheExceptionBeforeThePrompt) {
    EXPECT_EQ(raised(kNameError + std::string(">>> ")), "NameError: name 'x' isn't defined");
}

TEST(ScriptEndTest, KeepsTheWholeTraceback) {
    const auto exception = exception_before_prompt(kNameError + std::string(">>> "));
    ASSERT_TRUE(exception.has_value());
    EXPECT_EQ(exception->traceback,
              "Traceback (most recent call last):\n"
              "  File \"<stdin>\", line 2, in <module>\n"
              "NameError: name 'x' isn't defined\n");
}

TEST(ScriptEndTest, LineEndsMayBePlain) {
    EXPECT_EQ(raised("Traceback (most recent call last):\n  File \"a\"\nOSError: 5\n>>> "), "OSError: 5");
}

TEST(ScriptEndTest, WaitsForThePrompt) {
    EXPECT_EQ(raised(kNameError), std::nullopt);
    EXPECT_EQ(raised(kNameError + std::string(">>>")), std::nullopt);
}

TEST(ScriptEndTest, WithoutATracebackNothingWasRaised) {
    EXPECT_EQ(raised("done\r\n>>> "), std::nullopt);
}

TEST(ScriptEndTest, ATracebackThatTheScriptPrintsAndGoesOnFromIsNone) {
    EXPECT_EQ(raised(kNameError + std::string("and yet\r\n>>> ")), std::nullopt);
}

TEST(ScriptEndTest, EmptyLinesMayFollow) {
    EXPECT_EQ(raised(kNameError + std::string("\r\n>>> ")), "NameError: name 'x' isn't defined");
}

TEST(ScriptEndTest, TheLastTracebackCounts) {
    EXPECT_EQ(
        raised(kNameError + std::string("Traceback (most recent call last):\r\n  File \"a\"\r\nMemoryError: \r\n>>> ")),
        "MemoryError: ");
}

TEST(ScriptEndTest, ATracebackWithoutItsExceptionNamesNone) {
    EXPECT_EQ(raised("Traceback (most recent call last):\r\n>>> "), std::nullopt);
    EXPECT_EQ(raised("Traceback (most recent call last):\r\n  File \"a\"\r\n>>> "), std::nullopt);
    EXPECT_EQ(raised("Traceback (most recent call last):\r\n  File \"a\"\r\n\r\n>>> "), std::nullopt);
}

}  // namespace
}  // namespace k210
