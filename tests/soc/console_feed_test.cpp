#include "soc/console_feed.hpp"

#include <string>

#include <gtest/gtest.h>

#include "k210/base/error.hpp"

namespace k210 {
namespace {

constexpr std::uint64_t kBaud = 115'200, kFramePs = 10 * kPsPerSecond / kBaud;

struct ConsoleFeedTest : testing::Test {
    EventQueue events;
    std::string received;
    bool ready = true;
    ConsoleFeed feed{events, kBaud, [this](std::uint8_t byte) {
                         if (ready) received += static_cast<char>(byte);
                         return ready;
                     }};
    EventQueue other_events;
    std::string other_received;
    ConsoleFeed other{other_events, kBaud, [this](std::uint8_t byte) {
                          other_received += static_cast<char>(byte);
                          return true;
                      }};

    static void visit(StateVisitor& visitor, EventQueue& queue, ConsoleFeed& which) {
        queue.visit_state(visitor);
        which.visit_state(visitor);
    }
    Snapshot saved() {
        Snapshot snapshot;
        StateSaver saver(snapshot);
        visit(saver, events, feed);
        return snapshot;
    }
    void load(const Snapshot& snapshot) {
        StateLoader loader(snapshot);
        visit(loader, other_events, other);
    }
};

TEST_F(ConsoleFeedTest, BytesArriveOneFrameApart) {
    feed.type("ab");
    EXPECT_FALSE(feed.empty());
    events.run_until({kFramePs - 1});
    EXPECT_EQ(received, "");
    events.run_until({kFramePs});
    EXPECT_EQ(received, "a");
    events.run_until({2 * kFramePs - 1});
    EXPECT_EQ(received, "a");
    events.run_until({2 * kFramePs});
    EXPECT_EQ(received, "ab");
    EXPECT_TRUE(feed.empty());
}

TEST_F(ConsoleFeedTest, AFasterTerminalSendsFaster) {
    ConsoleFeed fast(events, 1'000'000, [this](std::uint8_t byte) {
        received += static_cast<char>(byte);
        return true;
    });
    fast.type("ab");
    events.run_until({20 * kPsPerSecond / 1'000'000});
    EXPECT_EQ(received, "ab");
}

TEST_F(ConsoleFeedTest, WhatIsTypedMeanwhileWaitsItsTurn) {
    feed.type("a");
    events.run_until({kFramePs / 2});
    feed.type("b");
    events.run_until({kFramePs});
    EXPECT_EQ(received, "a");
    events.run_until({2 * kFramePs});
    EXPECT_EQ(received, "ab");
}

TEST_F(ConsoleFeedTest, AByteWaitsForAReceiver) {
    ready = false;
    feed.type("a");
    events.run_until({5 * kFramePs});
    EXPECT_FALSE(feed.empty());
    ready = true;
    events.run_until({6 * kFramePs});
    EXPECT_EQ(received, "a");
}

TEST_F(ConsoleFeedTest, NothingTypedIsNothingToDo) {
    feed.type("");
    EXPECT_EQ(events.next_deadline(), SimTime::never());
    EXPECT_TRUE(feed.empty());
}

TEST_F(ConsoleFeedTest, WhatIsHalfTypedIsState) {
    feed.type("abc");
    events.run_until({kFramePs});
    load(saved());
    other_events.run_until({10 * kFramePs});
    EXPECT_EQ(other_received, "bc");
}

// Sending from an empty queue reads memory that is not its own.
TEST_F(ConsoleFeedTest, ToSendWhileNothingWaitsIsRefused) {
    feed.type("a");
    Snapshot snapshot = saved();
    snapshot.at("console_feed.queue").clear();
    EXPECT_THROW(load(snapshot), InputError);
}

TEST_F(ConsoleFeedTest, NotToSendWhatWaitsIsRefused) {
    Snapshot snapshot = saved();
    snapshot.at("console_feed.queue").assign(1, 'a');
    EXPECT_THROW(load(snapshot), InputError);
}

}  // namespace
}  // namespace k210
