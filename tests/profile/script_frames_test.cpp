// Memory as MicroPython's VM leaves it: types, functions with their bytecode, and code states on stack and heap.
#include "profile/script_frames.hpp"

#include <cstring>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace k210::profile {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::uint64_t kBase = 0x8000'0000, kStack = kBase + 0x4000;

struct ScriptFramesTest : testing::Test {
    std::vector<std::uint8_t> bytes = std::vector<std::uint8_t>(0x8000);
    std::array<std::uint64_t, 32> x{};
    std::uint64_t free = kBase + 0x100;
    std::uint64_t function_type = 0;
    MicroPythonNames names{"", "first.py", "first", "second", "<stdin>"};
    ScriptFrames frames;

    ScriptFramesTest() {
        const std::uint64_t types = reserve(2);
        word(types, types);
        function_type = reserve(2);
        word(function_type, types);
        x[2] = kStack;
        x[4] = kStack - 0x100;
    }
    void word(std::uint64_t at, std::uint64_t value) { std::memcpy(&bytes[at - kBase], &value, sizeof value); }
    std::uint64_t reserve(std::size_t words) {
        const std::uint64_t at = free;
        free += words * 8;
        return at;
    }
    // With two values and one exception handler; its first instruction is behind `info`.
    std::uint64_t function(const std::vector<std::uint8_t>& info) {
        const std::uint64_t code = reserve(0x20), object = reserve(4);
        std::vector<std::uint8_t> prelude{2, 1, 0, 0, 0, 0};
        prelude.insert(prelude.end(), info.begin(), info.end());
        std::memcpy(&bytes[code - kBase], prelude.data(), prelude.size());
        word(object, function_type), word(object + 16, code);
        return object;
    }
    // Names in two bytes, and then lines.
    static std::vector<std::uint8_t> info(std::uint8_t name, std::uint8_t file,
                                          const std::vector<std::uint8_t>& lines) {
        std::vector<std::uint8_t> all{static_cast<std::uint8_t>(6 + lines.size()), name, 0, file, 0};
        all.insert(all.end(), lines.begin(), lines.end());
        all.push_back(0);
        return all;
    }
    void code_state(std::uint64_t at, std::uint64_t function, std::uint64_t instruction) {
        std::uint64_t code = 0;
        std::memcpy(&code, &bytes[function + 16 - kBase], sizeof code);
        word(at, function);
        word(at + 8, code + 6 + bytes[code + 6 - kBase] + instruction);
        word(at + 16, at + 40 - 8);        // no value yet
        word(at + 24, at + 40 + 16 - 24);  // no handler yet
    }
    ScriptStack look() { return frames.look(x, 0x8000'1234, {bytes, kBase}); }
    // "function file:line", innermost first
    std::vector<std::string> places() {
        std::vector<std::string> seen;
        for (const ScriptFrame& frame : look().frames) {
            const auto place = frames.place(frame, names);
            seen.push_back(place ? place->function + " " + place->file + ":" + std::to_string(place->line) : "?");
        }
        return seen;
    }
};

TEST_F(ScriptFramesTest, NothingIsFoundWhereNoScriptRuns) {
    EXPECT_THAT(look().frames, IsEmpty());
    EXPECT_THAT(look().callers, IsEmpty());
}

TEST_F(ScriptFramesTest, AFrameOnTheHeapIsFoundByASavedRegister) {
    const std::uint64_t state = reserve(10);
    code_state(state, function(info(2, 1, {})), 1);
    x[9] = state;
    EXPECT_THAT(places(), ElementsAre("first first.py:1"));
    x[9] = 0, x[15] = state;  // one that calls do not keep
    EXPECT_THAT(places(), IsEmpty());
}

TEST_F(ScriptFramesTest, FramesComeInTheOrderOfTheStack) {
    const std::uint64_t heap = reserve(10);
    code_state(heap, function(info(3, 1, {})), 1);
    word(kStack + 0x40, heap);
    code_state(kStack + 0x100, function(info(2, 4, {})), 1);
    EXPECT_THAT(places(), ElementsAre("second first.py:1", "first <stdin>:1"));
}

// Behind it are other harts' stacks and the heap, with frames that are not this hart's.
TEST_F(ScriptFramesTest, AStackEndsWhereTheSdkLetsItEnd) {
    const std::uint64_t made = function(info(2, 1, {}));
    code_state(kStack + 0x200, made, 1);
    x[4] = kStack + 0x200 - 0x8000;
    EXPECT_THAT(places(), IsEmpty());
    x[4] += 8;
    EXPECT_THAT(places(), SizeIs(1));
}

TEST_F(ScriptFramesTest, ALittleOfAThreadsOwnStackIsLookedThrough) {
    const std::uint64_t made = function(info(2, 1, {}));
    x[4] = kBase - 0x8000;
    x[2] = kStack;
    code_state(x[2] + 0x1000, made, 1);
    EXPECT_THAT(places(), IsEmpty());
    code_state(x[2] + 0xff8, made, 1);
    EXPECT_THAT(places(), SizeIs(1));
}

TEST_F(ScriptFramesTest, AFrameThatIsFoundTwiceCountsOnce) {
    code_state(kStack + 0x100, function(info(2, 1, {})), 1);
    x[8] = kStack + 0x100;
    word(kStack + 0x20, kStack + 0x100);
    EXPECT_THAT(places(), SizeIs(1));
}

// 7 bytes and 3 lines; 15 bytes and 300 lines; 31 bytes, of no line's end.
TEST_F(ScriptFramesTest, LinesGoByTheBytesOfCodeBeforeThem) {
    const std::uint64_t made = function(info(2, 1, {0x67, 0x9f, 0x2c, 0x1f}));
    struct Case {
        std::uint64_t instruction;
        const char* place;
    };
    for (const Case& c :
         {Case{0, "first first.py:1"}, Case{6, "first first.py:1"}, Case{7, "first first.py:4"},
          Case{21, "first first.py:4"}, Case{22, "first first.py:304"}, Case{60, "first first.py:304"}}) {
        code_state(kStack, made, c.instruction);
        EXPECT_THAT(places(), ElementsAre(c.place)) << c.instruction;
    }
}

TEST_F(ScriptFramesTest, NamesMayAlsoTakeAsManyBytesAsTheyNeed) {
    code_state(kStack, function({5, 2, 1, 0x21, 0}), 1);
    EXPECT_THAT(places(), ElementsAre("first first.py:2"));
}

TEST_F(ScriptFramesTest, CodeWhoseNamesAreNotKnownIsNoPlace) {
    code_state(kStack, function(info(9, 9, {})), 1);
    EXPECT_THAT(places(), ElementsAre("?"));
    code_state(kStack, function(info(2, 3, {})), 1);  // a file is not called "second"
    EXPECT_THAT(places(), ElementsAre("?"));
}

TEST_F(ScriptFramesTest, WhatOnlyLooksLikeAFrameIsNone) {
    const std::uint64_t made = function(info(2, 1, {}));
    const auto with = [&](std::uint64_t part, std::uint64_t value) {
        code_state(kStack, made, 1);
        word(kStack + part, value);
        return look().frames.size();
    };
    code_state(kStack, made, 1);
    ASSERT_THAT(look().frames, SizeIs(1));
    EXPECT_EQ(with(0, function_type), 0u) << "no function";
    EXPECT_EQ(with(0, 0xffff'ffff'ffff'fff8), 0u) << "nowhere";
    EXPECT_EQ(with(8, kBase), 0u) << "an instruction before its code";
    EXPECT_EQ(with(8, kBase + 0x7000'0000), 0u) << "an instruction nowhere";
    EXPECT_EQ(with(16, kStack), 0u) << "values below its own";
    EXPECT_EQ(with(16, kStack + 40 + 16), 0u) << "values above its own";
    EXPECT_EQ(with(24, kStack), 0u) << "handlers below its own";
    EXPECT_EQ(with(24, kStack + 40 + 16 + 24), 0u) << "handlers above its own";
}

TEST_F(ScriptFramesTest, CallersAreReturnAddressesUpToTheNextFrame) {
    constexpr std::uint64_t kCode = kBase + 0x2000;
    const std::uint32_t call = 0x0080'00ef, other = 0x0000'0013;  // jal ra, 8; nop
    std::memcpy(&bytes[kCode - kBase], &call, 4);
    std::memcpy(&bytes[kCode + 0x10 - kBase], &other, 4);
    const std::uint16_t compressed = 0x9782;  // c.jalr a5
    std::memcpy(&bytes[kCode + 0x20 - kBase], &compressed, 2);
    code_state(kStack + 0x100, function(info(2, 1, {})), 1);
    code_state(kStack + 0x200, function(info(3, 1, {})), 1);
    x[1] = kCode + 4;
    word(kStack, kCode + 0x14);
    word(kStack + 8, kCode + 0x22);
    word(kStack + 0x300, kCode + 4);
    EXPECT_THAT(look().callers, ElementsAre(kCode + 4, kCode + 0x22));
}

TEST_F(ScriptFramesTest, AStackThatLeavesMemoryIsReadToItsEnd) {
    x[2] = kBase + bytes.size() - 16;
    EXPECT_THAT(look().frames, IsEmpty());
    x[2] = ~std::uint64_t{0};
    EXPECT_THAT(look().frames, IsEmpty());
    x[2] = 0;
    EXPECT_THAT(look().frames, IsEmpty());
}

}  // namespace
}  // namespace k210::profile
