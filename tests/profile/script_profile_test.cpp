// Whose the time is that passes between two looks, and what becomes of it in lists and files.
#include "profile/script_profile.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "profile/collapsed_stacks.hpp"
#include "profile/hart_profile.hpp"

namespace k210::profile {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::uint64_t kMs = 1'000'000'000;  // ps
const ScriptPlace kLoop{"main.py", "loop", 7}, kModule{"main.py", "<module>", 20};

struct ScriptProfileTest : testing::Test {
    Naming naming;
    Functions functions{naming};
    ScriptProfile scripts;

    ScriptProfileTest() {
        scripts.attach([] { return ScriptProfile::Registers{}; }, GuestImage({}, 0));
    }
    void turn_ends(std::uint64_t pc, std::uint64_t ms) { scripts.between_turns(pc, SimTime{ms * kMs}); }
    std::vector<std::string> times() const {
        std::vector<std::string> all;
        for (const ScriptTime& time : scripts.times(functions))
            all.push_back(time.function + " " + std::to_string(time.time_ps / kMs));
        return all;
    }
};

TEST_F(ScriptProfileTest, TimeSinceTheLastLookIsOfWhatRunsNow) {
    turn_ends(0x8000'0100, 2);
    turn_ends(0x8000'0200, 12);
    turn_ends(0x8000'0100, 13);
    EXPECT_THAT(times(), ElementsAre("0x80000200 10", "0x80000100 3"));
}

TEST_F(ScriptProfileTest, TurnsThatAreShorterAreNotLookedAt) {
    for (unsigned us = 0; us < 3000; us += 25) scripts.between_turns(0x8000'0100, SimTime{ps_from_us(us)});
    EXPECT_THAT(times(), ElementsAre("0x80000100 2"));
}

TEST_F(ScriptProfileTest, OnlyTimeInWindowsCounts) {
    turn_ends(0x8000'0100, 2);
    scripts.set_counted(false, 0x8000'0200, SimTime{5 * kMs});
    turn_ends(0x8000'0300, 9);
    scripts.set_counted(true, 0x8000'0300, SimTime{10 * kMs});
    turn_ends(0x8000'0400, 17);
    EXPECT_THAT(times(), ElementsAre("0x80000400 7", "0x80000200 3", "0x80000100 2"));
}

TEST(ScriptLinesTest, AddUpWhatRanInTheirInnermostFrames) {
    const std::vector<ScriptTime> times{{{kModule, kLoop}, "sensor.snapshot", "usleep", 5},
                                        {{kModule}, "", "gc", 4},
                                        {{kLoop}, "sensor.snapshot", "memcpy", 3},
                                        {{}, "", "idle", 100},
                                        {{kModule, kLoop}, "", "vm", 1}};
    const auto lines = lines_of(times);
    ASSERT_THAT(lines, SizeIs(3));
    EXPECT_EQ(lines[0].place, kLoop);
    EXPECT_EQ(lines[0].called, "sensor.snapshot");
    EXPECT_EQ(lines[0].time_ps, 8u);
    EXPECT_EQ(lines[1].place, kModule);
    EXPECT_EQ(lines[2].called, "");
    EXPECT_EQ(lines[2].time_ps, 1u);
}

TEST(CollapsedStacksTest, HaveALineForEachStackInMicroseconds) {
    Profile profile;
    profile.harts[0].scripts = {{{kModule, kLoop}, "sensor.snapshot", "usleep", 5'400'000},
                                {{kModule, kLoop}, "sensor.snapshot", "usleep", 600'000},
                                {{kModule}, "time.sleep", "time.sleep", 2'000'000},
                                {{kModule}, "", "short", 400'000}};
    profile.harts[1].scripts = {{{}, "", "0x80001000", 7'000'000}};
    EXPECT_EQ(collapsed_stacks(profile),
              "hart 0;<module> main.py:20;loop main.py:7;sensor.snapshot;usleep 6\n"
              "hart 0;<module> main.py:20;time.sleep 2\n"
              "hart 1;0x80001000 7\n");
}

TEST(CollapsedStacksTest, NamesCannotBreakThem) {
    Profile profile;
    profile.harts[0].scripts = {{{{"a;b.py", "f\n;", 1}}, "", "\x1b[2J", 1'000'000}};
    const std::string text = collapsed_stacks(profile);
    EXPECT_EQ(std::ranges::count(text, ';'), 2);
    EXPECT_EQ(std::ranges::count(text, '\n'), 1);
    EXPECT_EQ(text.find('\x1b'), text.npos);
}

}  // namespace
}  // namespace k210::profile
