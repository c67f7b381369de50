#include "app/watchdog.hpp"

#include <future>

#include <gtest/gtest.h>

namespace k210::app {
namespace {

using namespace std::chrono_literals;

constexpr auto kForEver = 60s;  // only a failing test waits so long

// A watchdog whose end is seen instead of suffered.
struct WatchdogTest : testing::Test {
    std::promise<StopRequest> end;
    std::future<StopRequest> ended = end.get_future();
    bool over = false;
    std::atomic<StopRequest> asked{StopRequest::none};
    std::atomic<int> looks_when_stalled{0}, looks{0};

    Watchdog::Config config() {
        Watchdog::Config config;
        config.look_every = 1ms;
        config.stalled = 5ms;
        config.grace.fill(0s);
        config.look = [this](bool stalled) {
            ++looks;
            if (stalled) ++looks_when_stalled;
            return asked.load();
        };
        config.end = [this](StopRequest request) {
            if (!std::exchange(over, true)) end.set_value(request);
        };
        return config;
    }
    // Waits until the watchdog has looked again, from before to behind.
    void let_it_look() {
        for (const int before = looks; looks < before + 3;) std::this_thread::sleep_for(1ms);
    }
    bool has_ended() const { return ended.wait_for(0s) == std::future_status::ready; }
};

TEST_F(WatchdogTest, LetsARunThatNobodyStopsGoOn) {
    Watchdog watchdog(config());
    let_it_look();
    EXPECT_EQ(watchdog.requested(), StopRequest::none);
    EXPECT_FALSE(has_ended());
}

TEST_F(WatchdogTest, EndsARunThatDoesNotStopWhenAskedTo) {
    Watchdog watchdog(config());
    watchdog.request(StopRequest::window_closed);
    EXPECT_EQ(watchdog.requested(), StopRequest::window_closed);
    ASSERT_EQ(ended.wait_for(kForEver), std::future_status::ready);
    EXPECT_EQ(ended.get(), StopRequest::window_closed);
}

TEST_F(WatchdogTest, TheFirstRequestStands) {
    Watchdog::Config patient = config();
    patient.grace.fill(1h);
    Watchdog watchdog(std::move(patient));
    watchdog.request(StopRequest::interrupted);
    watchdog.request(StopRequest::wall_timeout);
    EXPECT_EQ(watchdog.requested(), StopRequest::interrupted);
}

TEST_F(WatchdogTest, HasItsOwnPatienceWithEachStage) {
    constexpr RunStage kStages[] = {RunStage::loading, RunStage::running, RunStage::writing_outputs};
    for (std::size_t patient_with = 0; patient_with < std::size(kStages); ++patient_with) {
        for (const RunStage stage : kStages) {
            end = {};
            ended = end.get_future();
            over = false;
            Watchdog::Config config = this->config();
            config.grace[patient_with] = 1h;
            Watchdog watchdog(std::move(config));
            watchdog.enter(stage);
            watchdog.request(StopRequest::interrupted);
            if (stage == kStages[patient_with]) {
                let_it_look();
                EXPECT_FALSE(has_ended());
            } else {
                EXPECT_EQ(ended.wait_for(kForEver), std::future_status::ready);
            }
        }
    }
}

TEST_F(WatchdogTest, ItsPatienceCountsFromTheRequestNotFromTheLastLook) {
    Watchdog::Config config = this->config();
    config.grace.fill(50ms);
    Watchdog watchdog(std::move(config));
    watchdog.request(StopRequest::interrupted);
    EXPECT_EQ(ended.wait_for(kForEver), std::future_status::ready);
}

TEST_F(WatchdogTest, BeginsWithLoading) {
    Watchdog::Config config = this->config();
    config.grace = {1h, Watchdog::Seconds{0}, Watchdog::Seconds{0}};
    Watchdog watchdog(std::move(config));
    watchdog.request(StopRequest::interrupted);
    let_it_look();
    EXPECT_FALSE(has_ended());
}

TEST_F(WatchdogTest, RequestsAnEndAtTheDeadlineAndNotBefore) {
    Watchdog watchdog(config());
    watchdog.limit(Watchdog::Clock::now() + 1h);
    let_it_look();
    EXPECT_EQ(watchdog.requested(), StopRequest::none);
    watchdog.limit(Watchdog::Clock::now());
    ASSERT_EQ(ended.wait_for(kForEver), std::future_status::ready);
    EXPECT_EQ(ended.get(), StopRequest::wall_timeout);
}

TEST_F(WatchdogTest, AsksTheOutsideAtEveryLook) {
    Watchdog watchdog(config());
    let_it_look();
    asked = StopRequest::interrupted;
    ASSERT_EQ(ended.wait_for(kForEver), std::future_status::ready);
    EXPECT_EQ(watchdog.requested(), StopRequest::interrupted);
}

TEST_F(WatchdogTest, KnowsARunThatIsStuck) {
    Watchdog watchdog(config());
    while (looks_when_stalled == 0) std::this_thread::sleep_for(1ms);
    EXPECT_FALSE(has_ended());  // nobody wants it to end
}

// It takes a step at every look, which is no time ago then.
TEST_F(WatchdogTest, ARunThatIsAliveIsNotStuck) {
    Watchdog* watched = nullptr;
    std::promise<void> made;
    Watchdog::Config config = this->config();
    config.stalled = 1ns;
    config.look = [&, ready = made.get_future().share()](bool stalled) {
        ready.wait();
        ++looks;
        if (stalled) ++looks_when_stalled;
        watched->alive();
        return StopRequest::none;
    };
    Watchdog watchdog(std::move(config));
    watched = &watchdog;
    made.set_value();
    let_it_look();
    EXPECT_LE(looks_when_stalled, 1);  // before the first step
}

}  // namespace
}  // namespace k210::app
