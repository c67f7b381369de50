// Names of functions in a program without symbols.
#include "profile/naming.hpp"

#include <cstring>
#include <vector>

#include <gtest/gtest.h>

#include "profile/callees.hpp"

namespace k210::profile {
namespace {

constexpr std::uint64_t kBase = 0x8000'0000;

struct CallsTest : testing::Test {
    std::vector<std::uint32_t> words = std::vector<std::uint32_t>(0x400, 0x0000'8067);  // ret

    void call(std::size_t from, std::size_t to) {
        const auto distance = static_cast<std::int32_t>((to - from) * 4);
        const auto bits = [distance](unsigned high, unsigned low) {
            return static_cast<std::uint32_t>(distance) >> low & ((1u << (high - low + 1)) - 1);
        };
        words[from] = bits(20, 20) << 31 | bits(10, 1) << 21 | bits(11, 11) << 20 | bits(19, 12) << 12 | 0xef;
    }
    std::vector<std::uint8_t> bytes() const {
        std::vector<std::uint8_t> all(words.size() * 4);
        std::memcpy(all.data(), words.data(), all.size());
        return all;
    }
};

TEST_F(CallsTest, ProgramsThatNobodyKnowsHaveNoNames) {
    call(0, 0x40);
    Naming naming;
    naming.recognise(bytes(), kBase);
    EXPECT_FALSE(naming.has_symbols());
}

TEST_F(CallsTest, WhatOnlyOneFunctionCallsGoesByIt) {
    call(0x10, 0x40), call(0x11, 0x40), call(0x12, 0x80), call(0x30, 0x80), call(0x41, 0x60), call(0x100, 0x200);
    const std::vector<std::uint8_t> program = bytes();
    const FirmwareScan scan(program, kBase);
    const SymbolTable named(std::vector<SymbolTable::Symbol>{{kBase + 0x40, 0x40, "blink"}});
    const auto found = called_by_one(named, scan);
    ASSERT_EQ(found.size(), 1u);  // not what others call, too, or what has no caller with a name
    EXPECT_EQ(found[0].address, kBase + 0x100);
    EXPECT_EQ(found[0].size_bytes, 0x80u);  // to the next that is called
    EXPECT_EQ(found[0].name, "blink > 0x80000100");
    // And so on: what that calls.
    std::vector<SymbolTable::Symbol> more{{kBase + 0x40, 0x40, "blink"}};
    more.insert(more.end(), found.begin(), found.end());
    const auto deeper = called_by_one(SymbolTable(more), scan);
    ASSERT_EQ(deeper.size(), 1u);
    EXPECT_EQ(deeper[0].name, "blink > 0x80000180");
}

}  // namespace
}  // namespace k210::profile
