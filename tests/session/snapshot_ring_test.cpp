#include "k210/session/snapshot_ring.hpp"

#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "session/paged_snapshot.hpp"
#include "session/session_bench.hpp"
#include "support/temp_dir.hpp"
#include "system/snapshot_compare.hpp"

namespace k210 {
namespace {

using ::testing::HasSubstr;

struct SnapshotRingTest : testing::Test {
    struct Listener : HeardSession {
        SnapshotRing* ring = nullptr;
        void given(const Input& input, InputOrigin origin) override {
            if (ring) ring->given(input, origin);
        }
    };
    Log log = Log::writing_to([](std::string_view) {});
    Listener heard;
    Session session{session_with_guest("demo"), log, heard};
    std::optional<SnapshotRing> ring;

    void watch(SnapshotRingConfig config) { heard.ring = &ring.emplace(session, config); }
    void run_to(SimTime end) {
        while (session.now() < end) {
            session.step();
            ring->look();
        }
    }
    static SimTime ms(std::uint64_t n) { return SimTime{ps_from_us(n * 1000)}; }
    const Picture& screen() { return session.machine().first_port<Display>()->picture(); }
};

TEST_F(SnapshotRingTest, AnyStepsEndComesAgainAndFromThereAllTheSame) {
    watch({.interval_ps = ps_from_us(50'000)});
    run_to(ms(130));
    session.give(SerialInput{"console", "never taken"});
    run_to(ms(162));
    const SessionSnapshot then = session.save();
    const std::string said_then = heard.text;
    const auto screen_then = screen().rgb;
    session.give(ButtonInput{"boot", true});
    run_to(ms(240));
    session.give(RateInput{"console", 9600});
    run_to(ms(300));
    const SessionSnapshot end = session.save();
    const std::string said = heard.text.substr(said_then.size());
    const auto screen_at_end = screen().rgb;

    const auto later = ring->back_to(ms(162));
    EXPECT_EQ(session.now(), ms(162));
    EXPECT_TRUE(same_state(session.save().machine, then.machine));
    EXPECT_EQ(screen().rgb, screen_then);
    ASSERT_EQ(later.size(), 2u);
    heard.text.clear();
    for (const Input& input : later) {
        run_to(input.when);
        session.give(input.action);
    }
    run_to(ms(300));
    EXPECT_EQ(heard.text, said);
    EXPECT_TRUE(same_state(session.save().machine, end.machine));
    EXPECT_TRUE(same_state(session.save().session, end.session));
    EXPECT_EQ(screen().rgb, screen_at_end);
}

TEST_F(SnapshotRingTest, MomentsBetweenStepsAndTheSameOneTwiceAreReached) {
    watch({.interval_ps = ps_from_us(20'000)});
    run_to(ms(100));
    const SimTime between{ps_from_us(51'234)};
    ring->back_to(between);
    EXPECT_EQ(session.now(), between);
    const SessionSnapshot once = session.save();
    ring->back_to(between);
    EXPECT_TRUE(same_state(session.save().machine, once.machine));
    ring->back_to({});
    EXPECT_EQ(session.now(), SimTime{});
}

TEST_F(SnapshotRingTest, MemoryIsBoundedAndTheBeginningKept) {
    constexpr std::size_t kMost = std::size_t{36} << 20;
    watch({.interval_ps = ps_from_us(10'000), .most_bytes = kMost});
    run_to(ms(900));
    EXPECT_LE(ring->bytes(), kMost);
    EXPECT_GT(ring->snapshots(), 5u);
    EXPECT_LT(ring->snapshots(), 90u);
    EXPECT_EQ(ring->earliest(), SimTime{});
    const SessionSnapshot end = session.save();
    ring->back_to(ms(300));
    run_to(ms(900));
    EXPECT_TRUE(same_state(session.save().machine, end.machine));
}

TEST_F(SnapshotRingTest, WhatHasNotBeenOrIsForgottenIsRefused) {
    run_for(session, 0.05);
    watch({});
    run_to(ms(100));
    EXPECT_THAT(input_error_of([&] { ring->back_to(ms(20)); }),
                HasSubstr("0.020000 s is not between 0.050000 and 0.1"));
    EXPECT_THAT(input_error_of([&] { ring->back_to(ms(200)); }), HasSubstr("0.200000 s is not between"));
    ring->starting_over();
    EXPECT_EQ(ring->earliest(), session.now());
}

TEST(PagedSnapshotTest, WhatIsTheSameIsSharedAndAllOfItComesBack) {
    const Snapshot first{{"a", {1, 2}}, {"big", std::vector<std::uint8_t>(20'000, 1)}, {"empty", {}}};
    Snapshot second = first;
    second.at("a") = {3, 4, 5};
    second.at("big")[9000] = 2;
    const PagedSnapshot one(first, nullptr);
    const PagedSnapshot other(second, &one);
    EXPECT_EQ(one.whole(), first);
    EXPECT_EQ(other.whole(), second);
    EXPECT_LT(other.own_bytes(), 2 * PagedSnapshot::kPageBytes);
}

}  // namespace
}  // namespace k210
