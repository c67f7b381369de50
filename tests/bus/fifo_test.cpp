#include "k210/bus/fifo.hpp"

#include <gtest/gtest.h>

#include "k210/base/error.hpp"

namespace k210 {
namespace {

struct FifoTest : testing::Test {
    Fifo<std::uint8_t, 3> fifo;
};

TEST_F(FifoTest, GivesBackInOrder) {
    fifo.push(1);
    fifo.push(2);
    EXPECT_EQ(fifo.front(), 1);
    EXPECT_EQ(fifo.pop(), 1);
    EXPECT_EQ(fifo.pop(), 2);
    EXPECT_TRUE(fifo.empty());
}

TEST_F(FifoTest, TakesAsManyAsItIsDeepAndLosesTheNext) {
    for (std::uint8_t i = 1; i <= 3; ++i) {
        EXPECT_FALSE(fifo.full());
        EXPECT_TRUE(fifo.push(i));
        EXPECT_EQ(fifo.size(), i);
    }
    EXPECT_TRUE(fifo.full());
    EXPECT_FALSE(fifo.push(4));
    EXPECT_EQ(fifo.size(), 3u);
    for (std::uint8_t i = 1; i <= 3; ++i) EXPECT_EQ(fifo.pop(), i);
}

TEST_F(FifoTest, AnEmptyOneGivesZeroAndStaysEmpty) {
    fifo.push(7);
    fifo.pop();
    EXPECT_EQ(fifo.front(), 0);
    EXPECT_EQ(fifo.pop(), 0);
    EXPECT_EQ(fifo.size(), 0u);
    fifo.push(9);
    EXPECT_EQ(fifo.pop(), 9);
}

TEST_F(FifoTest, GoesRoundItsEnd) {
    for (std::uint8_t i = 0; i < 10; ++i) {
        fifo.push(i);
        fifo.push(static_cast<std::uint8_t>(i + 100));
        EXPECT_EQ(fifo.pop(), i);
        EXPECT_EQ(fifo.pop(), i + 100);
    }
}

TEST_F(FifoTest, ClearingForgetsEverything) {
    fifo.push(1);
    fifo.push(2);
    fifo.clear();
    EXPECT_TRUE(fifo.empty());
    fifo.push(3);
    EXPECT_EQ(fifo.pop(), 3);
}

struct SavedFifoTest : FifoTest {
    Fifo<std::uint8_t, 3> other;
    Snapshot saved() {
        Snapshot snapshot;
        StateSaver saver(snapshot);
        fifo.visit_state(saver, "fifo");
        return snapshot;
    }
    void load(const Snapshot& snapshot) {
        StateLoader loader(snapshot);
        other.visit_state(loader, "fifo");
    }
};

TEST_F(SavedFifoTest, ARestoredOneGoesOnWhereItWas) {
    for (std::uint8_t i = 1; i <= 3; ++i) fifo.push(i);
    fifo.pop();
    fifo.push(4);
    load(saved());
    for (std::uint8_t i = 2; i <= 4; ++i) EXPECT_EQ(other.pop(), i);
    EXPECT_TRUE(other.empty());
}

TEST_F(SavedFifoTest, LevelsAndPlacesThatCannotBeAreRefused) {
    Snapshot snapshot = saved();
    snapshot.at("fifo.count")[0] = 3;
    snapshot.at("fifo.head")[0] = 2;
    load(snapshot);
    snapshot.at("fifo.count")[0] = 4;
    EXPECT_THROW(load(snapshot), InputError);
    snapshot.at("fifo.count")[0] = 0;
    snapshot.at("fifo.head")[0] = 3;
    EXPECT_THROW(load(snapshot), InputError);
}

}  // namespace
}  // namespace k210
