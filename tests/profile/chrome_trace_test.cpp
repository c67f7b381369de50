#include "profile/chrome_trace.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace k210::profile {
namespace {

using Json = nlohmann::json;

struct ChromeTraceTest : testing::Test {
    Timeline timeline;

    Json events() const { return Json::parse(chrome_trace(timeline, "firmware on board")).at("traceEvents"); }
    // The one event of that phase that is not metadata.
    Json event(std::string_view phase) const {
        Json found;
        for (const Json& candidate : events())
            if (candidate.at("ph") == phase) found = candidate;
        return found;
    }
};

TEST_F(ChromeTraceTest, NamesProcessAndTracks) {
    timeline.instant({}, "console", "hello", {});
    timeline.instant({}, "lcd", "frame shown", {});
    const Json all = events();
    EXPECT_EQ(all[0].at("name"), "process_name");
    EXPECT_EQ(all[0].at("args").at("name"), "firmware on board");
    std::vector<std::string> tracks;
    for (const Json& candidate : all)
        if (candidate.at("name") == "thread_name") tracks.push_back(candidate.at("args").at("name"));
    EXPECT_EQ(tracks, (std::vector<std::string>{"console", "lcd"}));
}

TEST_F(ChromeTraceTest, TellsHowManyPiecesASpanHasFromTwoOn) {
    timeline.burst({0}, {1'000'000}, "uarths", "send", 0);
    EXPECT_FALSE(event("B").contains("args"));
    timeline.burst({1'000'000}, {2'000'000}, "uarths", "send", 0);
    EXPECT_EQ(event("B").at("args"), (Json{{"count", 2}}));
}

TEST_F(ChromeTraceTest, WritesSpansInMicrosecondsToThePicosecond) {
    timeline.begin({1'000'001}, "kpu", "conv", {{"input", "3x8x8"}, {"cycles", 400u}});
    timeline.end({3'500'002}, "kpu");
    EXPECT_NE(chrome_trace(timeline, "").find(R"("ts":1.000001,)"), std::string::npos);
    EXPECT_NE(chrome_trace(timeline, "").find(R"("ts":3.500002})"), std::string::npos);
    const Json span = event("B");
    EXPECT_EQ(span.at("name"), "conv");
    EXPECT_EQ(span.at("args"), (Json{{"input", "3x8x8"}, {"cycles", 400}}));
}

TEST_F(ChromeTraceTest, EndsASpanAtTheVeryTimeAtWhichTheNextBegins) {
    timeline.begin({1'000}, "hart 0", "running", {});
    timeline.begin({2'001'000}, "hart 0", "delay", {});
    timeline.finish({3'000'000});
    std::vector<std::pair<std::string, double>> edges;
    for (const Json& candidate : events())
        if (candidate.at("ph") != "M") edges.emplace_back(candidate.at("ph"), candidate.at("ts"));
    const std::vector<std::pair<std::string, double>> expected = {{"B", 0.001}, {"E", 2.001}, {"B", 2.001}, {"E", 3.0}};
    EXPECT_EQ(edges, expected);
}

TEST_F(ChromeTraceTest, SaysHowManyPiecesASpanIsMadeOf) {
    for (std::uint64_t n = 0; n < 3; ++n) timeline.burst({n * 1000}, {n * 1000 + 500}, "uarths", "send", 2);
    EXPECT_EQ(event("B").at("args"), (Json{{"count", 3}, {"bytes", 6u}}));
}

TEST_F(ChromeTraceTest, WritesInstantsAndLevels) {
    timeline.instant({2'000'000}, "lcd", "frame shown", {{"frame", 7u}});
    timeline.level({4'000'000}, "clock cpu", 400'000'000);
    EXPECT_EQ(event("i").at("ts"), 2.0);
    EXPECT_EQ(event("i").at("args").at("frame"), 7);
    EXPECT_EQ(event("C").at("name"), "clock cpu");
    EXPECT_EQ(event("C").at("args").at("Hz"), 400'000'000);
}

TEST_F(ChromeTraceTest, SurvivesWhateverAGuestPrints) {
    timeline.instant({}, "console", "quote \" backslash \\ \x01 \xff\xfe </script>", {});
    const std::string name = event("i").at("name");
    EXPECT_EQ(name.substr(0, 20), "quote \" backslash \\ ");
}

}  // namespace
}  // namespace k210::profile
