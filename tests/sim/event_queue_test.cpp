#include "k210/sim/event_queue.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "k210/base/error.hpp"
#include "k210/sim/state.hpp"

namespace k210 {
namespace {

struct FakeHart final : Initiator {
    SimTime time;
    std::vector<SimTime> stops;
    SimTime local_now() const override { return time; }
    void stop_by(SimTime deadline) override { stops.push_back(deadline); }
};

struct EventQueueTest : testing::Test {
    EventQueue queue;
    std::string fired;  // names in order
    std::vector<std::uint64_t> times;
    Event a{"a", [this](SimTime when) { note('a', when); }}, b{"b", [this](SimTime when) { note('b', when); }},
        c{"c", [this](SimTime when) { note('c', when); }};

    void note(char name, SimTime when) {
        fired += name;
        times.push_back(when.ps);
    }
};

TEST_F(EventQueueTest, FiresInOrderOfTimeWhateverTheOrderOfArming) {
    queue.arm(a, {300});
    queue.arm(b, {100});
    queue.arm(c, {200});
    queue.run_until({1000});
    EXPECT_EQ(fired, "bca");
    EXPECT_EQ(times, (std::vector<std::uint64_t>{100, 200, 300}));
}

TEST_F(EventQueueTest, FiresThoseOfOneTimeInOrderOfArming) {
    queue.arm(b, {100});
    queue.arm(a, {100});
    queue.arm(c, {100});
    queue.run_until({100});
    EXPECT_EQ(fired, "bac");
}

TEST_F(EventQueueTest, FiresWhatIsDueAndNothingLater) {
    queue.arm(a, {100});
    queue.run_until({99});
    EXPECT_EQ(fired, "");
    EXPECT_TRUE(a.armed());
    queue.run_until({100});
    EXPECT_EQ(fired, "a");
    EXPECT_FALSE(a.armed());
    queue.run_until({1000});
    EXPECT_EQ(fired, "a");
}

TEST_F(EventQueueTest, ArmingAgainMovesAnEventAndRenewsItsPlaceAmongEquals) {
    queue.arm(a, {100});
    queue.arm(b, {100});
    queue.arm(a, {50});
    queue.arm(a, {100});
    queue.run_until({1000});
    EXPECT_EQ(fired, "ba");
}

TEST_F(EventQueueTest, ADisarmedEventDoesNotFire) {
    queue.arm(a, {100});
    queue.arm(b, {200});
    queue.disarm(a);
    queue.disarm(c);  // was not armed
    EXPECT_EQ(queue.next_deadline(), SimTime{200});
    queue.run_until({1000});
    EXPECT_EQ(fired, "b");
}

TEST_F(EventQueueTest, ArmingForNeverDisarms) {
    queue.arm(a, {100});
    queue.arm(a, SimTime::never());
    EXPECT_FALSE(a.armed());
    EXPECT_EQ(queue.next_deadline(), SimTime::never());
    queue.arm(a, {200});
    queue.run_until(SimTime::never());
    EXPECT_EQ(fired, "a");
}

TEST_F(EventQueueTest, WhatIsArmedForThePastIsDueNow) {
    queue.run_until({500});
    queue.arm(a, {100});
    EXPECT_EQ(a.when(), SimTime{500});
    queue.run_until({500});
    EXPECT_EQ(times, (std::vector<std::uint64_t>{500}));
}

TEST_F(EventQueueTest, TimeStandsAtAnEventWhileItFiresAndAtTheEndAfterwards) {
    SimTime seen;
    Event look{"look", [&](SimTime) { seen = queue.now(); }};
    queue.arm(look, {100});
    queue.run_until({1000});
    EXPECT_EQ(seen, SimTime{100});
    EXPECT_EQ(queue.now(), SimTime{1000});
    queue.run_until({900});
    EXPECT_EQ(queue.now(), SimTime{1000});
}

TEST_F(EventQueueTest, WhatAnEventArmsFiresInTheSameRunWhenItIsDue) {
    Event chain{"chain", [&](SimTime when) {
                    queue.arm(a, after(when, 10));
                    queue.arm(b, after(when, 901));
                }};
    queue.arm(chain, {100});
    queue.run_until({1000});
    EXPECT_EQ(fired, "a");
    EXPECT_EQ(queue.next_deadline(), SimTime{1001});
}

TEST_F(EventQueueTest, AnEventMayArmItselfAndThenIsArmed) {
    Event again{"again", [&](SimTime when) {
                    if (when < SimTime{300}) queue.arm(again, after(when, 100));
                }};
    queue.arm(again, {100});
    queue.run_until({150});
    EXPECT_TRUE(again.armed());
    EXPECT_EQ(again.when(), SimTime{200});
    EXPECT_EQ(queue.next_deadline(), SimTime{200});
    queue.run_until({1000});
    EXPECT_FALSE(again.armed());
}

TEST_F(EventQueueTest, NowIsTheTimeOfTheHartThatRuns) {
    FakeHart hart;
    hart.time = {700};
    {
        const EventQueue::Executing scope(queue, hart);
        EXPECT_EQ(queue.now(), SimTime{700});
        queue.run_until({900});
        EXPECT_EQ(queue.now(), SimTime{900});  // a hart that is behind does not turn time back
    }
    EXPECT_EQ(queue.now(), SimTime{900});
}

TEST_F(EventQueueTest, ArmingStopsTheHartThatRunsByThen) {
    FakeHart hart;
    {
        const EventQueue::Executing scope(queue, hart);
        queue.arm(a, {100});
        queue.arm(b, {50});
    }
    queue.arm(c, {10});  // nobody runs
    EXPECT_EQ(hart.stops, (std::vector<SimTime>{{100}, {50}}));
}

struct RestoredQueueTest : EventQueueTest {
    EventQueue other_queue;
    Event other_a{"a", [this](SimTime when) { note('A', when); }},
        other_b{"b", [this](SimTime when) { note('B', when); }};

    static void visit(StateVisitor& visitor, EventQueue& events, Event& one, Event& two) {
        events.visit_state(visitor);
        visitor.event(events, one);
        visitor.event(events, two);
    }
    Snapshot saved() {
        Snapshot snapshot;
        StateSaver saver(snapshot);
        visit(saver, queue, a, b);
        return snapshot;
    }
    void load(const Snapshot& snapshot) {
        StateLoader loader(snapshot);
        visit(loader, other_queue, other_a, other_b);
        other_queue.check_order();
    }
    std::string refusal(const Snapshot& snapshot) {
        try {
            load(snapshot);
        } catch (const InputError& e) { return e.what(); }
        return "accepted";
    }
};

TEST_F(RestoredQueueTest, KeepsTimesAndTheOrderOfEquals) {
    queue.run_until({40});
    queue.arm(b, {100});
    queue.arm(a, {100});
    load(saved());
    EXPECT_EQ(other_queue.now(), SimTime{40});
    other_queue.run_until({99});
    EXPECT_EQ(fired, "");
    other_queue.run_until({100});
    EXPECT_EQ(fired, "BA");
}

TEST_F(RestoredQueueTest, WhatIsArmedLaterComesLater) {
    queue.arm(a, {100});
    queue.arm(b, {100});
    load(saved());
    other_queue.arm(other_a, {100});
    other_queue.run_until({100});
    EXPECT_EQ(fired, "BA");
}

TEST_F(RestoredQueueTest, ForgetsWhatWasArmedBefore) {
    other_queue.arm(other_a, {100});
    other_queue.arm(other_b, {200});
    Event unknown{"unknown", [](SimTime) {}};  // that the snapshot does not speak of
    other_queue.arm(unknown, {300});
    load(saved());
    EXPECT_EQ(other_queue.next_deadline(), SimTime::never());
    EXPECT_FALSE(other_a.armed());
    EXPECT_FALSE(unknown.armed());
}

TEST_F(EventQueueTest, AnArmedEventMayBeRestoredToAnotherTime) {
    queue.arm(a, {100});
    queue.arm(b, {300});
    queue.restore(a, {200}, 7);
    EXPECT_EQ(queue.next_deadline(), SimTime{200});
    queue.run_until({1000});
    EXPECT_EQ(fired, "ab");
}

TEST_F(RestoredQueueTest, RefusesEventsOfThePast) {
    queue.run_until({40});
    queue.arm(a, {40});
    Snapshot snapshot = saved();
    load(snapshot);  // now is no past
    snapshot.at("a.when_ps")[0] = 39;
    EXPECT_EQ(refusal(snapshot), "snapshot: a.when_ps is in the past");
}

TEST_F(RestoredQueueTest, RefusesTwoEventsInOnePlace) {
    queue.arm(a, {100});
    queue.arm(b, {200});
    Snapshot snapshot = saved();
    snapshot.at("b.sequence") = snapshot.at("a.sequence");
    EXPECT_EQ(refusal(snapshot), "snapshot: the event a has a place in the order that it cannot have");
}

TEST_F(RestoredQueueTest, RefusesPlacesThatHaveNotBeenGivenYet) {
    queue.arm(a, {100});
    Snapshot snapshot = saved();
    snapshot.at("a.sequence")[0] = 1;
    EXPECT_EQ(refusal(snapshot), "snapshot: the event a has a place in the order that it cannot have");
}

TEST_F(RestoredQueueTest, RefusesTimesThatLeaveNoRoom) {
    Snapshot snapshot = saved();
    snapshot.at("now_ps")[7] = 0x80;
    EXPECT_EQ(refusal(snapshot), "snapshot: now_ps is 0x8000000000000000, and 0x7fffffffffffffff is the most");
}

}  // namespace
}  // namespace k210
