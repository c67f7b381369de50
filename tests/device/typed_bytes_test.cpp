#include "k210/part/typed_bytes.hpp"

#include <string>

#include <gtest/gtest.h>

#include "k210/base/error.hpp"

namespace k210 {
namespace {

constexpr std::uint64_t kBaud = 115'200, kFramePs = 10 * kPsPerSecond / kBaud;

struct TypedBytesTest : testing::Test {
    EventQueue events;
    std::string received;
    bool ready = true;
    TypedBytes feed{events, kBaud, [this](std::uint8_t byte) {
                        if (ready) received += static_cast<char>(byte);
                        return ready;
                    }};
    EventQueue other_events;
    std::string other_received;
    TypedBytes other{other_events, kBaud, [this](std::uint8_t byte) {
                         other_received += static_cast<char>(byte);
                         return true;
                     }};

    static void visit(StateVisitor& visitor, EventQueue& queue, TypedBytes& which) {
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

TEST_F(TypedBytesTest, BytesArriveOneFrameApart) {
    feed.add("ab");
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

TEST_F(TypedBytesTest, AFasterTerminalSendsFaster) {
    feed.set_baud(1'000'000);
    feed.add("ab");
    events.run_until({20 * kPsPerSecond / 1'000'000});
    EXPECT_EQ(received, "ab");
}

TEST_F(TypedBytesTest, WhatIsTypedMeanwhileWaitsItsTurn) {
    feed.add("a");
    events.run_until({kFramePs / 2});
    feed.add("b");
    events.run_until({kFramePs});
    EXPECT_EQ(received, "a");
    events.run_until({2 * kFramePs});
    EXPECT_EQ(received, "ab");
}

TEST_F(TypedBytesTest, AByteWaitsForAReceiver) {
    ready = false;
    feed.add("a");
    events.run_until({5 * kFramePs});
    EXPECT_FALSE(feed.empty());
    ready = true;
    events.run_until({6 * kFramePs});
    EXPECT_EQ(received, "a");
}

TEST_F(TypedBytesTest, NothingTypedIsNothingToDo) {
    feed.add("");
    EXPECT_EQ(events.next_deadline(), SimTime::never());
    EXPECT_TRUE(feed.empty());
}

TEST_F(TypedBytesTest, WhatIsHalfTypedIsState) {
    feed.add("abc");
    events.run_until({kFramePs});
    load(saved());
    other_events.run_until({10 * kFramePs});
    EXPECT_EQ(other_received, "bc");
}

// Sending from an empty queue reads memory that is not its own.
TEST_F(TypedBytesTest, ToSendWhileNothingWaitsIsRefused) {
    feed.add("a");
    Snapshot snapshot = saved();
    snapshot.at("typed").clear();
    EXPECT_THROW(load(snapshot), InputError);
}

TEST_F(TypedBytesTest, NotToSendWhatWaitsIsRefused) {
    Snapshot snapshot = saved();
    snapshot.at("typed").assign(1, 'a');
    EXPECT_THROW(load(snapshot), InputError);
}

}  // namespace
}  // namespace k210
