#include "k210/bus/memory.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace k210 {
namespace {

struct MemoryTest : testing::Test {
    Memory memory{"ram", 4 * kPageBytes};
    int heard = 0;
    MemoryTest() {
        memory.on_code_changed([this] { ++heard; });
    }
    int heard_of(std::size_t offset, std::size_t length) {
        heard = 0;
        memory.wrote(offset, length);
        return heard;
    }
};

TEST_F(MemoryTest, StartsAsZeroes) {
    for (const std::uint8_t byte : memory.bytes()) ASSERT_EQ(byte, 0);
}

TEST_F(MemoryTest, IsLittleEndianInEveryWidth) {
    memory.write(8, 4, 0x4433'2211);
    EXPECT_EQ(memory.bytes()[8], 0x11);
    EXPECT_EQ(memory.bytes()[11], 0x44);
    EXPECT_EQ(memory.read(8, 1), 0x11u);
    EXPECT_EQ(memory.read(9, 2), 0x3322u);
    EXPECT_EQ(memory.read(8, 4), 0x4433'2211u);
    memory.write(9, 1, 0xffff'ffaa);
    EXPECT_EQ(memory.read(8, 4), 0x4433'aa11u);
    memory.write(10, 2, 0xeeee'bbcc);
    EXPECT_EQ(memory.read(8, 4), 0xbbcc'aa11u);
    EXPECT_EQ(memory.read(12, 4), 0u);
}

TEST_F(MemoryTest, WritesToPagesWithoutCodeAreNobodysBusiness) {
    memory.mark_code(kPageBytes, 4);
    EXPECT_EQ(heard_of(0, kPageBytes), 0);
    EXPECT_EQ(heard_of(2 * kPageBytes, 2 * kPageBytes), 0);
}

TEST_F(MemoryTest, AWriteAnywhereInAPageOfCodeIsToldOnce) {
    memory.mark_code(kPageBytes + 100, 4);
    EXPECT_EQ(heard_of(kPageBytes, 1), 1);
    EXPECT_EQ(heard_of(2 * kPageBytes - 1, 1), 1);
    EXPECT_EQ(heard_of(kPageBytes - 1, 1), 0);
    EXPECT_EQ(heard_of(kPageBytes - 1, 2), 1);
}

TEST_F(MemoryTest, ALongWriteIsToldWhicheverOfItsPagesHoldsCode) {
    memory.mark_code(2 * kPageBytes, 1);
    EXPECT_EQ(heard_of(0, 2 * kPageBytes), 0);
    EXPECT_EQ(heard_of(0, 2 * kPageBytes + 1), 1);
    EXPECT_EQ(heard_of(kPageBytes, 3 * kPageBytes), 1);
}

TEST_F(MemoryTest, CodeAcrossPagesMarksThemAll) {
    memory.mark_code(kPageBytes - 2, kPageBytes + 4);
    EXPECT_EQ(heard_of(0, 1), 1);
    EXPECT_EQ(heard_of(kPageBytes, 1), 1);
    EXPECT_EQ(heard_of(2 * kPageBytes, 1), 1);
    EXPECT_EQ(heard_of(3 * kPageBytes, 1), 0);
    EXPECT_EQ(heard_of(0, 3 * kPageBytes), 1) << "once for all of them";
}

TEST_F(MemoryTest, CodeThatEndsWithAPageDoesNotMarkTheNext) {
    memory.mark_code(0, kPageBytes);
    EXPECT_EQ(heard_of(kPageBytes, 1), 0);
}

TEST_F(MemoryTest, NothingBeyondTheEndMatters) {
    memory.mark_code(3 * kPageBytes, 2 * kPageBytes);
    EXPECT_EQ(heard_of(3 * kPageBytes, 100 * kPageBytes), 1);
    EXPECT_EQ(heard_of(4 * kPageBytes, 1), 0);
    EXPECT_EQ(heard_of(3 * kPageBytes, 0), 0);
    EXPECT_EQ(heard_of(0, 0), 0);
}

TEST_F(MemoryTest, EveryListenerHears) {
    int also = 0;
    memory.on_code_changed([&] { ++also; });
    memory.mark_code(0, 1);
    memory.wrote(0, 1);
    EXPECT_EQ(heard, 1);
    EXPECT_EQ(also, 1);
}

TEST_F(MemoryTest, HasWholePages) {
    EXPECT_THROW(Memory("half", kPageBytes / 2), std::logic_error);
}

}  // namespace
}  // namespace k210
