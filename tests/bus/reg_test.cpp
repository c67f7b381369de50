#include "k210/bus/reg.hpp"

#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace k210 {
namespace {

constexpr std::uint32_t kAll = ~0u;

struct RegTest : testing::Test {
    RegisterBank bank{"device"};
    struct : Reg {
        using Reg::Reg;
        Bits rw{this, {7, 4}, "rw"}, fixed{this, {11, 8}, "fixed", ro}, command{this, {15, 12}, "command", wo},
            flags{this, {19, 16}, "flags", w1c}, later{this, {23, 20}, "later", Access::todo};
    } reg{bank, 0x10, "reg"};
};

TEST_F(RegTest, AFieldReadsAndAssignsItsBitsOnly) {
    reg.raw = 0xffff'ffff;
    reg.rw = 0x5;
    EXPECT_EQ(reg.raw, 0xffff'ff5fu);
    EXPECT_EQ(reg.rw, 0x5u);
    reg.rw = 0x1a;  // what is too large is cut off
    EXPECT_EQ(reg.raw, 0xffff'ffafu);
}

TEST_F(RegTest, AFieldOfTheWholeWordHasAMaskOfAllBits) {
    EXPECT_EQ(BitRange(31, 0).mask(), 0xffff'ffffu);
    EXPECT_EQ(BitRange(0).mask(), 1u);
    EXPECT_EQ(BitRange(31).mask(), 0x8000'0000u);
    EXPECT_EQ(BitRange(10, 8).mask(), 0x700u);
}

TEST_F(RegTest, WritesReachReadWriteBitsOnly) {
    reg.raw = 0x000a'0a00;
    reg.guest_write(0x0000'0050, kAll);
    EXPECT_EQ(reg.raw, 0x000a'0a50u);
    reg.guest_write(0x0000'0500, kAll);
    EXPECT_EQ(reg.raw, 0x000a'0a00u);  // read-only bits keep their value, what no field covers stays 0
    reg.guest_write(0xff00'000f, kAll);
    EXPECT_EQ(reg.raw, 0x000a'0a00u);
}

TEST_F(RegTest, WriteOnlyBitsAreStoredAndReadAsZero) {
    reg.guest_write(0x0000'c000, kAll);
    EXPECT_EQ(reg.command, 0xcu);
    EXPECT_EQ(reg.guest_read(), 0u);
}

TEST_F(RegTest, WritingOnesClearsThoseFlagsAndNoOthers) {
    reg.flags = 0xf;
    reg.guest_write(0x0005'0000, kAll);
    EXPECT_EQ(reg.flags, 0xau);
    reg.guest_write(0, kAll);
    EXPECT_EQ(reg.flags, 0xau);
}

TEST_F(RegTest, OnesDoNotSetFlags) {
    reg.guest_write(0x000f'0000, kAll);
    EXPECT_EQ(reg.flags, 0u);
}

TEST_F(RegTest, LanesThatAreNotWrittenKeepEverything) {
    reg.raw = 0x00ff'00f0;
    reg.guest_write(0x0000'0000, 0x0000'ff00);
    EXPECT_EQ(reg.raw, 0x00ff'00f0u);
    reg.guest_write(0xffff'ffff, 0x0000'ff00);  // flags lie in a lane that was not written
    EXPECT_EQ(reg.flags, 0xfu);
}

TEST_F(RegTest, BitsThatAreModelledLaterAreStoredAndToldWhenSet) {
    std::vector<std::uint32_t> told;
    bank.on_todo = [&](Reg& which, std::uint32_t bits) {
        EXPECT_EQ(&which, &reg);
        told.push_back(bits);
    };
    reg.guest_write(0x0010'00f0, kAll);
    reg.guest_write(0x0000'00f0, kAll);
    reg.guest_write(0x0020'0000, 0x0000'ffff);  // not in a lane that is written
    EXPECT_EQ(told, (std::vector<std::uint32_t>{0x0010'0000}));
    EXPECT_EQ(reg.later, 0u);
}

TEST_F(RegTest, ARegisterWithoutFieldsIsPlainStorage) {
    Reg plain{bank, 0x20, "plain", 0x1111'1111};
    EXPECT_EQ(plain.guest_read(), 0x1111'1111u);
    plain.guest_write(0xabcd'ef01, 0xffff'0000);
    EXPECT_EQ(plain.guest_read(), 0xabcd'1111u);
}

TEST_F(RegTest, ResetRestoresTheWholeWord) {
    Reg plain{bank, 0x20, "plain", 0x1234};
    plain.raw = 7;
    reg.raw = 7;
    bank.reset();
    EXPECT_EQ(plain.raw, 0x1234u);
    EXPECT_EQ(reg.raw, 0u);
}

TEST_F(RegTest, ReadingRefreshesFirstAndTellsAfterwards) {
    std::string order;
    reg.refresh = [&] {
        order += 'f';
        reg.fixed = 3;
    };
    reg.after_read = [&] {
        order += 'r';
        reg.fixed = 0;
    };
    EXPECT_EQ(reg.guest_read(), 0x300u);
    EXPECT_EQ(order, "fr");
    EXPECT_EQ(reg.peek(), 0x300u);  // looking has no effect
    EXPECT_EQ(order, "frf");
}

TEST_F(RegTest, WritingTellsTheLanesOnceTheBitsAreIn) {
    std::uint32_t seen = 0, seen_lanes = 0;
    reg.after_write = [&](std::uint32_t lanes) {
        seen = reg.rw;
        seen_lanes = lanes;
    };
    reg.guest_write(0x30, 0xff);
    EXPECT_EQ(seen, 3u);
    EXPECT_EQ(seen_lanes, 0xffu);
}

TEST_F(RegTest, OverlappingFieldsAreAnErrorOfTheModel) {
    const Bits free{&reg, {27, 24}, "free"};  // the register remembers it
    EXPECT_THROW(Bits(&reg, {25, 22}, "across its end"), std::logic_error);
    EXPECT_THROW(Bits(&reg, {4, 0}, "low"), std::logic_error);
    EXPECT_THROW(Bits(&reg, 23, "high"), std::logic_error);
}

TEST_F(RegTest, BitRangesThatCannotBeAreAnErrorOfTheModel) {
    Reg plain{bank, 0x20, "plain"};
    EXPECT_THROW(Bits(&plain, {32, 31}, "beyond"), std::logic_error);
    EXPECT_THROW(Bits(&plain, {3, 4}, "backward"), std::logic_error);
}

TEST_F(RegTest, TwoRegistersAtOneOffsetAreAnErrorOfTheModel) {
    EXPECT_THROW(Reg(bank, 0x10, "again"), std::logic_error);
    EXPECT_THROW(Reg(bank, 0x22, "odd"), std::logic_error);
}

TEST_F(RegTest, EveryByteOfAWordFindsItsRegister) {
    for (const std::uint32_t offset : {0x10u, 0x11u, 0x13u}) EXPECT_EQ(bank.find(offset), &reg);
    for (const std::uint32_t offset : {0x0fu, 0x14u, 0xffff'fffcu}) EXPECT_EQ(bank.find(offset), nullptr);
}

TEST_F(RegTest, EachGoesThroughTheRegistersInOrderOfOffset) {
    Reg high{bank, 0x80, "high"}, low{bank, 0x04, "low"};
    std::string names;
    bank.each([&](const Reg& r) { names += r.name() + " "; });
    EXPECT_EQ(names, "low reg high ");
}

}  // namespace
}  // namespace k210
