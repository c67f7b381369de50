#include "cpu/path_period.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace k210 {
namespace {

std::vector<std::uint64_t> path(std::vector<std::uint64_t> way_there, const std::vector<std::uint64_t>& round,
                                unsigned rounds) {
    for (unsigned i = 0; i < rounds; ++i) way_there.insert(way_there.end(), round.begin(), round.end());
    return way_there;
}

TEST(PathPeriodTest, IsTheShortestOne) {
    EXPECT_EQ(period_of(path({}, {1, 2, 1, 3}, 8)), 4u);
    EXPECT_EQ(period_of(path({}, {7}, 8)), 1u);
}

TEST(PathPeriodTest, TheWayToTheRoundMayBeAQuarter) {
    EXPECT_EQ(period_of(path({8, 9}, {1, 2}, 3)), 2u);
    EXPECT_EQ(period_of(path({8, 9, 8}, {1, 2}, 3)), 2u);
    EXPECT_EQ(period_of(path({5, 6, 7, 8, 9}, {1, 2}, 3)), 0u);
}

TEST(PathPeriodTest, ARoundThatHasComeTwiceIsNone) {
    EXPECT_EQ(period_of(path({}, {1, 2, 3, 4}, 3)), 0u);
    EXPECT_EQ(period_of(path({}, {1, 2, 3, 4}, 4)), 4u);
}

TEST(PathPeriodTest, WhatTheLastBlockBreaksIsNone) {
    std::vector<std::uint64_t> broken = path({}, {1, 2}, 8);
    broken.push_back(9);
    EXPECT_EQ(period_of(broken), 0u);
}

TEST(PathPeriodTest, AShortPathHasNone) {
    EXPECT_EQ(period_of({}), 0u);
    EXPECT_EQ(period_of(path({}, {1}, 1)), 0u);
}

}  // namespace
}  // namespace k210
