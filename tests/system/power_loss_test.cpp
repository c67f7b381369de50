// Power that fails while a guest writes its flash: what is left, and how it goes on.
#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "system/machine_bench.hpp"

namespace k210 {
namespace {

constexpr std::size_t kPageBytes = 256, kLogAddress = 0xd0'0000;

using Bytes = std::vector<std::uint8_t>;

struct PowerLossTest : testing::Test {
    // firmware/tests/flash_log.c: a record of two pages every tenth of a second.
    MachineBench board{guest_on_maix_bit("flash_log")};

    Bytes contents() const { return {board.flash().contents().begin(), board.flash().contents().end()}; }
    // Until the guest has just begun to program a page.
    void run_into_a_write() {
        const std::uint64_t before = board.flash().generation();
        for (int i = 0; i < 200'000 && board.flash().generation() == before; ++i) board.run(2e-6);
        ASSERT_NE(board.flash().generation(), before);
    }
    static std::set<std::size_t> changed_pages(const Bytes& a, const Bytes& b) {
        std::set<std::size_t> pages;
        for (std::size_t i = 0; i < a.size(); ++i)
            if (a[i] != b[i]) pages.insert(i / kPageBytes);
        return pages;
    }
};

TEST_F(PowerLossTest, OnlyThePageBeingWrittenIsLostAndTheGuestStartsAgain) {
    ASSERT_TRUE(board.hears("record 1\n", 2));
    run_into_a_write();  // the first page of record 2
    const Bytes before = contents();
    board.machine().cut_power(1);
    const std::size_t record_2 = (kLogAddress + 4 * kPageBytes) / kPageBytes;
    EXPECT_EQ(changed_pages(before, contents()), (std::set<std::size_t>{record_2}));
    EXPECT_TRUE(board.hears("record 0\n", 2));
    EXPECT_TRUE(board.hears("record 1\n", 2));
}

TEST_F(PowerLossTest, BetweenWritesNothingIsLost) {
    ASSERT_TRUE(board.hears("record 1\n", 2));
    board.run(0.01);
    const Bytes before = contents();
    board.machine().cut_power(1);
    EXPECT_EQ(contents(), before);
    EXPECT_TRUE(board.hears("record 0\n", 2));
}

TEST_F(PowerLossTest, TheSameCutLeavesTheSame) {
    ASSERT_TRUE(board.hears("record 0\n", 2));
    run_into_a_write();
    const Snapshot moment = board.machine().save();
    const auto after_cut = [&](std::uint64_t seed) {
        board.machine().restore(moment);
        board.machine().cut_power(seed);
        board.run(0.3);
        return board.machine().save();
    };
    const Snapshot first = after_cut(1);
    EXPECT_TRUE(after_cut(1) == first);
    EXPECT_FALSE(after_cut(2).at("board.flash.contents") == first.at("board.flash.contents"));
}

// The boot image itself may be what was lost.
TEST_F(PowerLossTest, AFlashThatDoesNotBootLeavesTheMachineIdle) {
    board.flash().load(0, Bytes(4096, 0x5a));
    board.machine().cut_power(1);
    EXPECT_EQ(board.run(1), StopReason::idle);
    EXPECT_EQ(board.log().count(LogKind::guest_error), 1u);
}

}  // namespace
}  // namespace k210
