#include "debug/packets.hpp"

#include <gtest/gtest.h>

namespace k210::debug {
namespace {

using Kind = PacketReader::Kind;

std::vector<PacketReader::Received> received(std::string_view stream) {
    PacketReader reader;
    std::vector<PacketReader::Received> all;
    for (const char c : stream) {
        const auto byte = static_cast<std::uint8_t>(c);
        reader.add({&byte, 1});
        while (const auto one = reader.next()) all.push_back(*one);
    }
    return all;
}

TEST(PacketsTest, HaveTheSumOfTheirCharacters) {
    EXPECT_EQ(packet("OK"), "$OK#9a");
    EXPECT_EQ(packet(""), "$#00");
}

TEST(PacketsTest, AreReadAsTheyWereWritten) {
    const std::string payload = "X1,4:#$}*\x03";
    const auto all = received(packet(payload));
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0].kind, Kind::packet);
    EXPECT_EQ(all[0].payload, payload);
}

TEST(PacketsTest, AWrongSumIsDamage) {
    const auto all = received("$OK#9b$OK#zz");
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].kind, Kind::damaged);
    EXPECT_EQ(all[1].kind, Kind::damaged);
}

TEST(PacketsTest, AnInterruptComesBetweenPackets) {
    const auto all = received("+++\x03$g#67-");
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].kind, Kind::interrupt);
    EXPECT_EQ(all[1].payload, "g");
}

TEST(PacketsTest, WhatNeverEndsIsDropped) {
    EXPECT_TRUE(received("$" + std::string(3 * PacketReader::kMostBytes, 'x')).empty());
    EXPECT_EQ(received("$" + std::string(PacketReader::kMostBytes + 8, 'x') + packet("g")).back().payload, "g");
}

TEST(PacketsTest, NumbersAndBytesAreHexadecimal) {
    std::string_view text = "80000010,4";
    EXPECT_EQ(take_number(text), 0x8000'0010u);
    EXPECT_EQ(text, ",4");
    text = "123456789abcdef01";
    EXPECT_FALSE(take_number(text));
    EXPECT_EQ(from_hex("4f4B"), "OK");
    EXPECT_FALSE(from_hex("4f4"));
    EXPECT_FALSE(from_hex("+1"));
    EXPECT_EQ(to_hex(std::string_view("OK")), "4f4b");
}

}  // namespace
}  // namespace k210::debug
