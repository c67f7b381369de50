// The profile's text: what its sums and shares are of.
#include "profile/summary.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace k210::profile {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::MatchesRegex;

constexpr std::uint64_t kMs = 1'000'000'000;  // ps

// The line that begins so, blanks aside.
std::string line_of(const std::string& text, const std::string& begin) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find('\n', at);
        const std::string line = text.substr(at, end - at);
        const std::size_t first = line.find_first_not_of(' ');
        if (first != line.npos && line.compare(first, begin.size(), begin) == 0) return line;
        at = end + 1;
    }
    return "";
}

TEST(SummaryTest, AHartsTotalIsAllItsTime) {
    Profile profile;
    profile.elapsed_ps = 10 * kMs;
    profile.harts[0] = {5 * kMs, 2 * kMs, 3 * kMs, {}, {}, {}, {}, 0};
    const std::string text = summary(profile, "t");
    EXPECT_THAT(line_of(text, "running"), HasSubstr("5.000 ms  50.0 %"));
    EXPECT_THAT(line_of(text, "interrupts and exceptions"), HasSubstr("2.000 ms  20.0 %"));
    EXPECT_THAT(line_of(text, "waiting"), HasSubstr("3.000 ms  30.0 %"));
    EXPECT_THAT(line_of(text, "total"), HasSubstr("10.000 ms 100.0 %"));
}

TEST(SummaryTest, LinesOfScriptsSayWhatTheyCall) {
    Profile profile;
    profile.elapsed_ps = 10 * kMs;
    profile.harts[0].scripts = {{{{"main.py", "loop", 7}}, "sensor.snapshot", "usleep", 6 * kMs},
                                {{{"main.py", "\x1b[2J", 9}}, "", "vm", 1 * kMs},
                                {{}, "", "idle", 3 * kMs}};
    const std::string text = summary(profile, "t");
    EXPECT_THAT(line_of(text, "of all that, in scripts"), HasSubstr("7.000 ms  70.0 %"));
    EXPECT_THAT(line_of(text, "main.py:7 loop"), MatchesRegex(".* 6\\.000 ms  60\\.0 %  sensor\\.snapshot"));
    EXPECT_THAT(line_of(text, "main.py:9"), HasSubstr("1.000 ms"));
    EXPECT_EQ(text.find('\x1b'), text.npos);
}

TEST(SummaryTest, SaysForHowMuchOfTheTimeFunctionsWereKnownAgain) {
    Profile profile;
    profile.names = NameSource::recognised;
    profile.harts[0].functions = {{0x8000'0000, "memcpy", 3 * kMs, kMs}, {0x8000'0100, "0x80000100", 4 * kMs, 0}};
    profile.harts[0].named_ps = 4 * kMs;
    EXPECT_THAT(summary(profile, "t"), HasSubstr("known again have names, for 50 % of the time that code ran"));
}

TEST(SummaryTest, ALayersTimeIsShownForARunAndInAll) {
    Profile profile;
    profile.elapsed_ps = 10 * kMs;
    LayerTime layer;
    layer.kind = "conv 3x3";
    layer.runs = 4;
    layer.busy_ps = 8 * kMs;
    profile.layers = {layer, layer};
    const std::string text = summary(profile, "t");
    EXPECT_THAT(line_of(text, "0 conv 3x3"), MatchesRegex(".* 2\\.000 +4 +8\\.000"));
    EXPECT_THAT(text, ContainsRegex("total +4\\.000 +16\\.000")) << "once, and all runs";
}

}  // namespace
}  // namespace k210::profile
