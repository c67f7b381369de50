// Instructions as assemblers encode them; the linker's relaxation makes some shorter.
#include "profile/known_functions.hpp"

#include <cstring>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "profile/function_shape.hpp"
#include "profile/known_functions_table.hpp"

namespace k210::profile {
namespace {

using Words = std::vector<std::uint32_t>;
using Bytes = std::vector<std::uint8_t>;

constexpr std::uint32_t kEnter = 0xff01'0113, kSaveRa = 0x0011'3423, kMul = 0x02b5'0533, kSub = 0x40b5'0533,
                        kXor = 0x00b5'4533, kLoadRa = 0x0081'3083, kLeave = 0x0101'0113, kRet = 0x0000'8067,
                        kNop = 0x0000'0013, kLoadField = 0x0105'3503;  // ld a0,16(a0)

// A call as the compiler writes it, and as it is when the callee is near.
const Words kFarCall = {0x0000'0097, 0x0100'80e7}, kNearCall = {0x0400'00ef};
// A variable's address, absolute or beside gp.
const Words kFarAddress = {0x8001'0537, 0x0205'0513}, kNearAddress = {0x0301'8513};

Bytes bytes_of(const Words& words) {
    Bytes bytes(words.size() * 4);
    std::memcpy(bytes.data(), words.data(), bytes.size());
    return bytes;
}
Words function(const Words& call, const Words& address, std::uint32_t last = kXor) {
    Words words{kEnter, kSaveRa, kMul};
    words.insert(words.end(), call.begin(), call.end());
    words.insert(words.end(), address.begin(), address.end());
    for (const std::uint32_t word : {kSub, kLoadField, last, kLoadRa, kLeave, kRet}) words.push_back(word);
    return words;
}
FunctionShape shape_of(const Bytes& code) {
    FunctionShape shape(code);
    while (shape.next()) {}
    return shape;
}
std::uint64_t hash_of(const Words& words) {
    return shape_of(bytes_of(words)).hash();
}
std::string row(const Words& words, std::string_view name) {
    const Bytes code = bytes_of(words);
    const FunctionShape shape = shape_of(code);
    return fmt::format("{:x} {:x} {:x} {}\n", shape.prefix(), shape.tokens(), shape.hash(), name);
}

TEST(FunctionShapeTest, WhatTheLinkerShortensLooksTheSame) {
    EXPECT_EQ(hash_of(function(kFarCall, kFarAddress)), hash_of(function(kNearCall, kNearAddress)));
    Words padded = function(kNearCall, kFarAddress);
    padded.insert(padded.begin() + 3, kNop);
    EXPECT_EQ(hash_of(padded), hash_of(function(kFarCall, kNearAddress)));
}

TEST(FunctionShapeTest, OtherOperationsAndOffsetsLookDifferent) {
    const std::uint64_t hash = hash_of(function(kFarCall, kFarAddress));
    EXPECT_NE(hash_of(function(kFarCall, kFarAddress, kMul)), hash);
    EXPECT_NE(hash_of(function(kFarCall, kFarAddress, kLoadField)), hash);
    Words other_field = function(kFarCall, kFarAddress);
    for (std::uint32_t& word : other_field)
        if (word == kLoadField) word += 8 << 20;
    EXPECT_NE(hash_of(other_field), hash);
}

TEST(FunctionShapeTest, EndsWhereNoInstructionIs) {
    Bytes code = bytes_of({kEnter, kSaveRa, 0, kRet});
    EXPECT_EQ(shape_of(code).tokens(), 2u);
    code.resize(7);  // the second is cut off
    EXPECT_EQ(shape_of(code).tokens(), 1u);
}

// A program that calls, and the functions behind it.
struct KnownFunctionsTest : testing::Test {
    static constexpr std::uint64_t kBase = 0x8000'0000, kFunctionAt = 0x40;

    std::vector<SymbolTable::Symbol> found(const KnownFunctions& known, const Words& function) {
        Words program{kNearCall[0]};
        program.resize(kFunctionAt / 4, kNop);
        program.insert(program.end(), function.begin(), function.end());
        program.resize(program.size() + 16, kRet);
        const Bytes bytes = bytes_of(program);
        return known.find_in(bytes, kBase, FirmwareScan(bytes, kBase));
    }
};

TEST_F(KnownFunctionsTest, AFunctionIsKnownWhereSomethingCallsIt) {
    const KnownFunctions known("# from a library\n" + row(function(kFarCall, kFarAddress), "blink or wink"));
    const Words linked = function(kNearCall, kNearAddress);
    const auto symbols = found(known, linked);
    ASSERT_EQ(symbols.size(), 1u);
    EXPECT_EQ(symbols[0].address, kBase + kFunctionAt);
    EXPECT_EQ(symbols[0].size_bytes, linked.size() * 4);
    EXPECT_EQ(symbols[0].name, "blink or wink");
}

TEST_F(KnownFunctionsTest, TheLongestOfThoseThatBeginAlikeIsMeant) {
    const Words whole = function(kFarCall, kFarAddress);
    const Words beginning(whole.begin(), whole.end() - 2);
    const KnownFunctions known(row(beginning, "short") + row(whole, "long"));
    ASSERT_EQ(found(known, whole).size(), 1u);
    EXPECT_EQ(found(known, whole)[0].name, "long");
}

TEST_F(KnownFunctionsTest, OneThatIsOtherwiseIsNot) {
    const KnownFunctions known(row(function(kFarCall, kFarAddress), "blink"));
    EXPECT_THAT(found(known, function(kNearCall, kNearAddress, kMul)), testing::IsEmpty());
}

TEST_F(KnownFunctionsTest, TheTableOfTheProgramHasNames) {
    EXPECT_THAT(std::string(known_functions_table()), testing::HasSubstr(" __ieee754_sqrt\n"));
}

}  // namespace
}  // namespace k210::profile
