#include "k210/sim/state.hpp"

#include <array>
#include <functional>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "k210/base/error.hpp"

namespace k210 {
namespace {

enum class Colour : std::uint8_t { red, green, blue };

std::string input_error(const std::function<void()>& f) {
    try {
        f();
    } catch (const InputError& e) { return e.what(); }
    return "accepted";
}

struct StateTest : testing::Test {
    Snapshot snapshot;
    StateSaver saver{snapshot};
    StateLoader loader{snapshot};

    void put(const std::string& name, std::uint64_t v) { saver.value(name, v); }
};

TEST_F(StateTest, ValuesAreEightBytesLittleEndian) {
    std::uint32_t v = 0x1234'5678;
    saver.value("v", v);
    EXPECT_EQ(snapshot.at("v"), (std::vector<std::uint8_t>{0x78, 0x56, 0x34, 0x12, 0, 0, 0, 0}));
}

TEST_F(StateTest, EveryKindOfValueComesBack) {
    bool yes = true;
    int negative = -7;
    std::uint64_t large = ~0ull - 1;
    Colour colour = Colour::blue;
    const auto visit = [&](StateVisitor& visitor) {
        visitor.value("yes", yes);
        visitor.value("negative", negative);
        visitor.value("large", large);
        visitor.value("colour", colour, Colour::blue);
    };
    visit(saver);
    yes = false;
    negative = 0;
    large = 0;
    colour = Colour::red;
    visit(loader);
    EXPECT_TRUE(yes);
    EXPECT_EQ(negative, -7);
    EXPECT_EQ(large, ~0ull - 1);
    EXPECT_EQ(colour, Colour::blue);
}

TEST_F(StateTest, TablesAreLittleEndianWhateverTheirWidth) {
    std::array<std::uint16_t, 2> narrow{0x0102, 0xfffe};
    std::array<std::uint64_t, 1> wide{0x0102'0304'0506'0708};
    saver.table<std::uint16_t>("narrow", narrow);
    saver.table<std::uint64_t>("wide", wide);
    EXPECT_EQ(snapshot.at("narrow"), (std::vector<std::uint8_t>{2, 1, 0xfe, 0xff}));
    EXPECT_EQ(snapshot.at("wide"), (std::vector<std::uint8_t>{8, 7, 6, 5, 4, 3, 2, 1}));
    narrow = {};
    wide = {};
    loader.table<std::uint16_t>("narrow", narrow);
    loader.table<std::uint64_t>("wide", wide);
    EXPECT_EQ(narrow, (std::array<std::uint16_t, 2>{0x0102, 0xfffe}));
    EXPECT_EQ(wide[0], 0x0102'0304'0506'0708u);
}

TEST_F(StateTest, BuffersComeBackInTheirSize) {
    std::vector<std::uint8_t> bytes{1, 2, 3};
    saver.buffer("bytes", bytes);
    bytes = {9, 9, 9, 9, 9};
    loader.buffer("bytes", bytes);
    EXPECT_EQ(bytes, (std::vector<std::uint8_t>{1, 2, 3}));
}

TEST_F(StateTest, ScopesPrefixNamesWhileTheyLast) {
    std::uint8_t v = 1;
    {
        const auto chip = saver.enter("chip");
        {
            const auto uart = saver.enter("uart");
            saver.value("div", v);
        }
        saver.value("id", v);
    }
    saver.value("time", v);
    EXPECT_EQ(snapshot.size(), 3u);
    EXPECT_TRUE(snapshot.contains("chip.uart.div"));
    EXPECT_TRUE(snapshot.contains("chip.id"));
    EXPECT_TRUE(snapshot.contains("time"));
}

TEST_F(StateTest, TwoPiecesOfOneNameAreAnErrorOfTheModel) {
    std::uint8_t v = 1;
    const auto scope = saver.enter("uart");
    saver.value("div", v);
    EXPECT_THROW(saver.value("div", v), std::logic_error);
}

TEST_F(StateTest, WhatIsMissingIsNamed) {
    const auto scope = loader.enter("uart");
    std::uint8_t v = 1;
    EXPECT_EQ(input_error([&] { loader.value("div", v); }), "snapshot: uart.div is missing");
}

TEST_F(StateTest, WhatIsTooMuchIsNamedAtTheEnd) {
    put("a", 1);
    put("b", 2);
    std::uint64_t v = 0;
    loader.value("a", v);
    EXPECT_EQ(input_error([&] { loader.finish(); }), "snapshot: nothing here is called b");
    loader.value("b", v);
    EXPECT_EQ(input_error([&] { loader.finish(); }), "accepted");
}

TEST_F(StateTest, OtherSizesAreRefused) {
    std::array<std::uint8_t, 3> three{};
    std::array<std::uint8_t, 4> four{};
    saver.bytes("v", three);
    EXPECT_EQ(input_error([&] { loader.bytes("v", four); }), "snapshot: v has 3 bytes instead of 4");
    std::array<std::uint8_t, 2> two{};
    EXPECT_EQ(input_error([&] { loader.bytes("v", two); }), "snapshot: v has 3 bytes instead of 2");
    std::uint64_t number;
    EXPECT_EQ(input_error([&] { loader.value("v", number); }), "snapshot: v has 3 bytes instead of 8");
}

TEST_F(StateTest, ValuesThatTheirTypeCannotHoldAreRefused) {
    std::uint8_t byte = 5;
    bool flag = false;
    int number = 5;
    put("byte", 0x100);
    put("flag", 2);
    put("number", 0x8000'0000);
    EXPECT_EQ(input_error([&] { loader.value("byte", byte); }), "snapshot: byte is 0x100, and 0xff is the most");
    EXPECT_EQ(input_error([&] { loader.value("flag", flag); }), "snapshot: flag is 0x2, and 0x1 is the most");
    EXPECT_NE(input_error([&] { loader.value("number", number); }), "accepted");
    EXPECT_EQ(byte, 5);
    EXPECT_EQ(number, 5);
}

TEST_F(StateTest, ValuesGoUpToTheirLimit) {
    unsigned index = 0;
    Colour colour = Colour::red;
    put("last", 7);
    put("beyond", 8);
    put("blue", 2);
    put("no colour", 3);
    loader.value("last", index, 7);
    EXPECT_EQ(index, 7u);
    EXPECT_EQ(input_error([&] { loader.value("beyond", index, 7); }), "snapshot: beyond is 0x8, and 0x7 is the most");
    loader.value("blue", colour, Colour::blue);
    EXPECT_EQ(colour, Colour::blue);
    EXPECT_NE(input_error([&] { loader.value("no colour", colour, Colour::blue); }), "accepted");
}

TEST_F(StateTest, TablesGoUpToTheirLimit) {
    std::array<std::uint16_t, 2> table{3, 4};
    saver.table<std::uint16_t>("table", table);
    loader.table<std::uint16_t>("table", table, 4);
    EXPECT_EQ(input_error([&] { loader.table<std::uint16_t>("table", table, 3); }),
              "snapshot: table is 0x4, and 0x3 is the most");
}

TEST_F(StateTest, TextGoesUpToItsLimit) {
    std::string text = "four", restored;
    saver.text("text", text, 4);
    loader.text("text", restored, 4);
    EXPECT_EQ(restored, "four");
    EXPECT_EQ(input_error([&] { loader.text("text", restored, 3); }), "snapshot: text is too long");
}

TEST_F(StateTest, SavingWhatCouldNotBeLoadedIsAnErrorOfTheModel) {
    unsigned index = 8;
    EXPECT_THROW(saver.value("index", index, 7), std::logic_error);
    EXPECT_THROW(saver.require(false, "index", "is odd"), std::logic_error);
}

TEST_F(StateTest, RequirementsNameThePieceAndSayWhy) {
    const auto scope = loader.enter("uart");
    EXPECT_EQ(input_error([&] { loader.require(true, "div", "is odd"); }), "accepted");
    EXPECT_EQ(input_error([&] { loader.require(false, "div", "is odd"); }), "snapshot: uart.div is odd");
}

}  // namespace
}  // namespace k210
