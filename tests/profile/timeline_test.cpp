#include "profile/timeline.hpp"

#include <gtest/gtest.h>

namespace k210::profile {
namespace {

SimTime us(std::uint64_t n) {
    return {ps_from_us(n)};
}

const Timeline::Track& track(const Timeline& timeline, std::string_view name) {
    for (const Timeline::Track& candidate : timeline.tracks())
        if (candidate.name == name) return candidate;
    throw std::out_of_range(std::string(name));
}

TEST(TimelineTest, KeepsSpansWithTheirArguments) {
    Timeline timeline;
    timeline.begin(us(10), "kpu", "conv", {{"input", "3x8x8"}, {"cycles", 400u}});
    timeline.end(us(30), "kpu");
    const auto& spans = track(timeline, "kpu").spans;
    ASSERT_EQ(spans.size(), 1u);
    EXPECT_EQ(spans[0].begin, us(10));
    EXPECT_EQ(spans[0].end, us(30));
    EXPECT_EQ(*spans[0].name, "conv");
    ASSERT_EQ(spans[0].arguments.size(), 2u);
    EXPECT_EQ(std::get<std::string>(spans[0].arguments[0].value), "3x8x8");
    EXPECT_EQ(std::get<std::uint64_t>(spans[0].arguments[1].value), 400u);
}

TEST(TimelineTest, BurstsOfOneKindAreOneUpToFiveMicrosecondsApart) {
    for (const std::uint64_t late_ps : {0, 1}) {
        Timeline timeline;
        timeline.burst(us(0), us(10), "uarths", "send", 1);
        timeline.burst({us(15).ps + late_ps}, us(20), "uarths", "send", 2);
        const auto& spans = track(timeline, "uarths").spans;
        ASSERT_EQ(spans.size(), late_ps ? 2u : 1u);
        EXPECT_EQ(spans[0].bytes, late_ps ? 1u : 3u);
        EXPECT_EQ(spans[0].count, late_ps ? 1u : 2u);
    }
}

TEST(TimelineTest, OfLevelsAtOneTimeTheLastHolds) {
    Timeline timeline;
    timeline.level(us(1), "clock cpu", 100);
    timeline.level(us(1), "clock cpu", 200);
    timeline.level(us(2), "clock cpu", 300);
    const auto& levels = track(timeline, "clock cpu").levels;
    ASSERT_EQ(levels.size(), 2u);
    EXPECT_EQ(levels[0].value, 200u);
}

TEST(TimelineTest, WhatEndedBeforeTheEndKeepsItsEnd) {
    Timeline timeline;
    timeline.burst(us(0), us(2), "uarths", "send", 1);
    timeline.burst(us(0), us(30), "spi0", "write", 1);
    timeline.finish(us(10));
    EXPECT_EQ(track(timeline, "uarths").spans[0].end, us(2));
    EXPECT_EQ(track(timeline, "spi0").spans[0].end, us(10));
}

TEST(TimelineTest, ShortSpansOfSeveralKindsAreShownAsSeveralAndHalfTheRoomIsFreeAgain) {
    Timeline timeline({}, 10);
    for (unsigned i = 0; i < 11; ++i) {
        timeline.begin({us(2 * i).ps}, "kpu", i % 2 ? "conv" : "pool", {});
        timeline.end({us(2 * i).ps + 1000}, "kpu");
    }
    const auto& spans = track(timeline, "kpu").spans;
    EXPECT_LE(spans.size(), 6u);
    EXPECT_EQ(*spans.front().name, "several");
    EXPECT_GT(spans.front().count, 1u);
}

TEST(TimelineTest, WhatIsSupersededAtOnceLeavesNoSpan) {
    Timeline timeline;
    timeline.begin(us(0), "hart 0", "running", {});
    timeline.begin(us(0), "hart 0", "delay", {});
    timeline.finish(us(9));
    ASSERT_EQ(track(timeline, "hart 0").spans.size(), 1u);
    EXPECT_EQ(*track(timeline, "hart 0").spans[0].name, "delay");
}

TEST(TimelineTest, BeginningEndsWhatCameBefore) {
    Timeline timeline;
    timeline.begin(us(0), "hart 0", "running", {});
    timeline.begin(us(5), "hart 0", "delay", {});
    timeline.finish(us(9));
    const auto& spans = track(timeline, "hart 0").spans;
    ASSERT_EQ(spans.size(), 2u);
    EXPECT_EQ(spans[0].end, us(5));
    EXPECT_EQ(spans[1].end, us(9));
}

TEST(TimelineTest, WhatIsReplacedAtOnceNeverWas) {
    Timeline timeline;
    timeline.begin(us(0), "hart 0", "delay", {});
    timeline.begin(us(5), "hart 0", "running", {});
    timeline.begin(us(5), "hart 0", "timer interrupt", {});
    timeline.end(us(6), "hart 0");
    timeline.begin(us(6), "hart 0", "nothing to do", {});
    timeline.end(us(6), "hart 0");
    timeline.begin(us(6), "hart 0", "running", {});
    timeline.finish(us(9));
    std::vector<std::string> names;
    for (const Timeline::Span& span : track(timeline, "hart 0").spans) names.push_back(*span.name);
    EXPECT_EQ(names, (std::vector<std::string>{"delay", "timer interrupt", "nothing to do", "running"}));
}

TEST(TimelineTest, EndWithoutABeginMeansNothing) {
    Timeline timeline;
    timeline.end(us(5), "kpu");
    timeline.finish(us(9));
    EXPECT_TRUE(track(timeline, "kpu").empty());
}

TEST(TimelineTest, SpansNeverOverlapThoughHartsTakeTurns) {
    Timeline timeline;
    timeline.begin(us(20), "spi", "first", {});
    timeline.end(us(30), "spi");
    timeline.begin(us(25), "spi", "second", {});
    timeline.end(us(28), "spi");
    const auto& spans = track(timeline, "spi").spans;
    ASSERT_EQ(spans.size(), 2u);
    EXPECT_EQ(spans[1].begin, us(30));
    EXPECT_EQ(spans[1].end, us(30));
}

TEST(TimelineTest, NeighbouringBurstsOfOneKindAreOne) {
    Timeline timeline;
    timeline.burst(us(0), us(2), "uarths", "send", 1);
    timeline.burst(us(2), us(4), "uarths", "send", 1);
    timeline.burst(us(7), us(9), "uarths", "send", 1);
    timeline.burst(us(9), us(10), "uarths", "receive", 1);
    timeline.burst(us(50), us(52), "uarths", "receive", 1);
    const auto& spans = track(timeline, "uarths").spans;
    ASSERT_EQ(spans.size(), 3u);
    EXPECT_EQ(spans[0].end, us(9));
    EXPECT_EQ(spans[0].count, 3u);
    EXPECT_EQ(spans[0].bytes, 3u);
}

TEST(TimelineTest, TakesBoundedRoomAndKeepsTheWholeRunAndWhatIsLong) {
    constexpr std::size_t kRoom = 100;
    Timeline timeline({}, kRoom);
    std::uint64_t now = 0;
    for (unsigned i = 0; i < 100'000; ++i) {
        timeline.begin(us(now), "dma", i % 2 ? "odd" : "even", {{"n", i}});
        timeline.end(us(now + 1), "dma");
        timeline.instant(us(now), "console", "line", {});
        timeline.level(us(now), "clock", i);
        now += 10;
        if (i % 10'000 == 9'999) {
            timeline.begin(us(now), "dma", "long", {{"n", i}});
            now += 50'000;
            timeline.end(us(now), "dma");
        }
    }
    const auto& dma = track(timeline, "dma");
    EXPECT_LE(dma.spans.size(), kRoom);
    EXPECT_LE(track(timeline, "console").instants.size(), kRoom);
    EXPECT_LE(track(timeline, "clock").levels.size(), kRoom);
    EXPECT_EQ(track(timeline, "clock").levels.back().value, 99'999u);
    EXPECT_EQ(dma.spans.front().begin, us(0));
    EXPECT_EQ(dma.spans.back().end, us(now));
    std::uint64_t pieces = 0, whole_long_ones = 0;
    for (const Timeline::Span& span : dma.spans) {
        pieces += span.count;
        whole_long_ones += *span.name == "long" && span.arguments.size() == 1;
    }
    EXPECT_EQ(pieces, 100'010u);
    EXPECT_EQ(whole_long_ones, 10u);
}

TEST(TimelineTest, SteadyWorkKeepsItsShapeHoweverMuchThereIs) {
    constexpr std::size_t kRoom = 100;
    Timeline timeline({}, kRoom);
    for (unsigned i = 0; i < 50'000; ++i) {
        timeline.begin(us(40 * i), "spi1", "read", {});
        timeline.end(us(40 * i + 20), "spi1");
    }
    const auto& spans = track(timeline, "spi1").spans;
    EXPECT_LE(spans.size(), kRoom);
    for (const Timeline::Span& span : spans) EXPECT_LE(span.end.ps - span.begin.ps, ps_from_us(50'000 * 40) / 4);
}

TEST(TimelineTest, WhatIsStillOnALineEndsWithTheRun) {
    Timeline timeline;
    timeline.burst(us(10), us(20), "uarths", "send", 1);
    timeline.burst(us(50), us(60), "uarths", "send", 1);
    timeline.burst(us(80), us(90), "uarths", "send", 1);
    timeline.finish(us(55));
    const auto& spans = track(timeline, "uarths").spans;
    ASSERT_EQ(spans.size(), 2u);
    EXPECT_EQ(spans[0].end, us(20));
    EXPECT_EQ(spans[1].end, us(55));
}

TEST(TimelineTest, ALevelIsToldOnceMoreAtTheEnd) {
    Timeline timeline;
    timeline.level(us(1), "clock cpu", 400'000'000);
    timeline.finish(us(9));
    const auto& levels = track(timeline, "clock cpu").levels;
    ASSERT_EQ(levels.size(), 2u);
    EXPECT_EQ(levels[1].when, us(9));
    EXPECT_EQ(levels[1].value, 400'000'000u);
}

TEST(TimelineTest, TracksAppearInTheOrderAskedFor) {
    constexpr std::string_view kOrder[] = {"hart 0", "kpu"};
    Timeline timeline(kOrder);
    timeline.instant(us(1), "console", "hello", {});
    timeline.instant(us(2), "kpu", "x", {});
    ASSERT_EQ(timeline.tracks().size(), 3u);
    EXPECT_TRUE(timeline.tracks()[0].empty());
    EXPECT_EQ(timeline.tracks()[1].name, "kpu");
    EXPECT_EQ(timeline.tracks()[2].name, "console");
}

}  // namespace
}  // namespace k210::profile
