// How page tables are walked, and which accesses they refuse. [doc] RISC-V privileged spec 1.9.1, chapter 4
#include "cpu/sv39.hpp"

#include <cstring>

#include <gtest/gtest.h>

#include "k210/bus/memory.hpp"
#include "support/device_bench.hpp"

namespace k210 {
namespace {

using rv::Access, rv::Privilege;

constexpr std::uint64_t kV = 1, kR = 2, kW = 4, kX = 8, kU = 16, kG = 32, kA = 64, kD = 128;
constexpr std::uint32_t kRam = 0x8000'0000, kRoot = kRam, kMiddle = kRam + 0x1000, kLast = kRam + 0x2000;
constexpr std::uint32_t kPage = kRam + 0x3000;
// The second gigabyte from the top, its third large page, its fifth page.
constexpr std::uint64_t kAddress = 0xffff'ffff'8000'0000 + 2 * 0x20'0000 + 4 * 0x1000 + 0x123;

struct Sv39Test : testing::Test {
    DeviceBench bench;
    Memory ram{"ram", 0x10000};
    Bus bus{bench.log};
    Sv39 tables{.root_page = kRoot / 0x1000, .privilege = Privilege::supervisor};

    Sv39Test() {
        bus.map(ram, kRam);
        put(kRoot, 510, link(kMiddle));
        put(kMiddle, 2, link(kLast));
    }
    static std::uint64_t link(std::uint32_t table) { return std::uint64_t{table} >> 2 | kV; }
    static std::uint64_t leaf(std::uint32_t page, std::uint64_t flags) { return std::uint64_t{page} >> 2 | kV | flags; }
    void put(std::uint32_t table, unsigned index, std::uint64_t pte) {
        std::memcpy(&ram.bytes()[table - kRam + index * 8], &pte, 8);
    }
    std::uint64_t pte(std::uint32_t table, unsigned index) {
        std::uint64_t pte = 0;
        std::memcpy(&pte, &ram.bytes()[table - kRam + index * 8], 8);
        return pte;
    }
    void map(std::uint64_t flags) { put(kLast, 4, leaf(kPage, flags)); }
    auto find(Access access, std::uint64_t address = kAddress) { return tables.find(bus, address, access); }
    bool allows(Access access) { return find(access).has_value(); }
};

TEST_F(Sv39Test, LeadsThroughThreeTables) {
    map(kR | kW | kX | kA | kD);
    const auto page = find(Access::load);
    ASSERT_TRUE(page);
    EXPECT_EQ(page->physical, kPage);
    EXPECT_TRUE(page->read && page->write && page->execute);
}

TEST_F(Sv39Test, LargePagesKeepTheLowerBitsOfTheAddress) {
    put(kMiddle, 2, leaf(kRam, kR | kA));
    EXPECT_EQ(find(Access::load)->physical, kRam + 4 * 0x1000);
    put(kRoot, 510, leaf(0x8000'0000, kR | kA));
    EXPECT_FALSE(find(Access::load));  // 4 MiB on, where no memory is
    EXPECT_EQ(find(Access::load, 0xffff'ffff'8000'2fff)->physical, kRam + 0x2000);
}

TEST_F(Sv39Test, ALargePageBeginsAtAMultipleOfItsSize) {
    put(kMiddle, 2, leaf(kRam + 0x1000, kR | kA));
    EXPECT_FALSE(find(Access::load));
    put(kRoot, 510, leaf(0x8020'0000, kR | kA));
    EXPECT_FALSE(find(Access::load, 0xffff'ffff'8000'0000));
}

TEST_F(Sv39Test, AnEntryThatIsNotValidOrLeadsOnAtTheEndFaults) {
    map(0);
    EXPECT_FALSE(allows(Access::load));
    put(kLast, 4, leaf(kPage, kR) & ~kV);
    EXPECT_FALSE(allows(Access::load));
    map(kW | kA | kD);  // reserved
    EXPECT_FALSE(allows(Access::store));
    EXPECT_FALSE(allows(Access::load));
}

TEST_F(Sv39Test, AnAddressWhoseUpperBitsDifferFaults) {
    map(kR | kA);
    EXPECT_TRUE(find(Access::load, kAddress));
    for (const unsigned bit : {39u, 47u, 63u}) EXPECT_FALSE(find(Access::load, kAddress ^ 1ull << bit)) << bit;
}

TEST_F(Sv39Test, TablesOrPagesWhereNothingIsFault) {
    put(kLast, 4, leaf(0x7000'0000, kR | kA));
    EXPECT_FALSE(allows(Access::load));
    put(kMiddle, 2, link(0x7000'0000));
    EXPECT_FALSE(allows(Access::load));
    tables.root_page = 0x7'0000;
    EXPECT_FALSE(allows(Access::load));
}

TEST_F(Sv39Test, EachRightAllowsItsAccess) {
    map(kR | kA);
    EXPECT_TRUE(allows(Access::load));
    EXPECT_FALSE(allows(Access::store));
    EXPECT_FALSE(allows(Access::fetch));
    map(kX | kA);
    EXPECT_FALSE(allows(Access::load));
    EXPECT_FALSE(allows(Access::store));
    EXPECT_TRUE(allows(Access::fetch));
    map(kR | kW | kA | kD);
    EXPECT_TRUE(allows(Access::load));
    EXPECT_TRUE(allows(Access::store));
    EXPECT_FALSE(allows(Access::fetch));
}

TEST_F(Sv39Test, MxrLetsCodeBeRead) {
    map(kX | kA);
    tables.executable_is_readable = true;
    EXPECT_TRUE(allows(Access::load));
    EXPECT_FALSE(allows(Access::store));
}

TEST_F(Sv39Test, UserModeHasItsOwnPagesOnly) {
    tables.privilege = Privilege::user;
    map(kR | kX | kA);
    EXPECT_FALSE(allows(Access::load));
    EXPECT_FALSE(allows(Access::fetch));
    map(kR | kX | kU | kA);
    EXPECT_TRUE(allows(Access::load));
    EXPECT_TRUE(allows(Access::fetch));
}

TEST_F(Sv39Test, PumKeepsSupervisorModeOffThem) {
    map(kR | kX | kU | kA);
    EXPECT_TRUE(allows(Access::load));
    EXPECT_TRUE(allows(Access::fetch));
    tables.protects_user_memory = true;
    EXPECT_FALSE(allows(Access::load));
    EXPECT_FALSE(allows(Access::fetch));
    map(kR | kX | kA);
    EXPECT_TRUE(allows(Access::load));
}

TEST_F(Sv39Test, PumIsNothingToUserMode) {
    map(kR | kU | kA);
    tables.privilege = Privilege::user;
    tables.protects_user_memory = true;
    EXPECT_TRUE(allows(Access::load));
}

TEST_F(Sv39Test, SetsWhatAnAccessLeavesInTheEntry) {
    const std::uint64_t clear = leaf(kPage, kR | kW | kG);
    put(kLast, 4, clear);
    EXPECT_FALSE(find(Access::load)->write);  // its first store is still to come here
    EXPECT_EQ(pte(kLast, 4), clear | kA);
    EXPECT_TRUE(find(Access::store)->write);
    EXPECT_EQ(pte(kLast, 4), clear | kA | kD);
    EXPECT_EQ(pte(kRoot, 510), link(kMiddle));
}

TEST_F(Sv39Test, ARefusedAccessLeavesNothing) {
    const std::uint64_t entry = leaf(kPage, kR);
    put(kLast, 4, entry);
    EXPECT_FALSE(allows(Access::store));
    EXPECT_EQ(pte(kLast, 4), entry);
}

TEST_F(Sv39Test, MemoryThatCannotBeWrittenFaultsThroughAnyMapping) {
    Memory rom{"rom", 0x1000};
    bus.map(rom, 0x8800'0000, Bus::MemoryKind::rom);
    put(kLast, 4, leaf(0x8800'0000, kR | kW | kA | kD));
    EXPECT_FALSE(allows(Access::store));
    ASSERT_TRUE(allows(Access::load));
    EXPECT_FALSE(find(Access::load)->write);
}

}  // namespace
}  // namespace k210
