#include "session/signs_of_life.hpp"

#include <gtest/gtest.h>

namespace k210 {
namespace {

TEST(SignsOfLifeTest, EachThatCanBeSeenCounts) {
    SignsOfLife life;
    MachineCounters counters{};
    life.look(counters, 0, SimTime{10});
    EXPECT_EQ(life.last(), SimTime{0});
    std::uint64_t when = 20;
    for (std::uint64_t* sign : {&counters.kpu_layers, &counters.frames_captured, &counters.frames_shown}) {
        ++*sign;
        life.look(counters, 0, SimTime{when});
        EXPECT_EQ(life.last(), SimTime{when});
        when += 10;
    }
    life.look(counters, 1, SimTime{50});
    EXPECT_EQ(life.last(), SimTime{50});
}

TEST(SignsOfLifeTest, WorkThatNobodySeesDoesNot) {
    SignsOfLife life;
    MachineCounters counters{};
    life.look(counters, 5, SimTime{10});
    counters.cpu_cycles = 1000;
    counters.harts[0].instructions = 1000;
    life.look(counters, 5, SimTime{20});
    EXPECT_EQ(life.last(), SimTime{10});
}

}  // namespace
}  // namespace k210
