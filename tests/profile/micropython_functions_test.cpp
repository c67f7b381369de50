// A program with tables as MicroPython's build makes them: a pool of names, types, a module and a class.
#include "profile/micropython_functions.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace k210::profile {
namespace {

using testing::UnorderedElementsAre;

constexpr std::uint64_t kBase = 0x8000'0000;

class ProgramWithTables {
public:
    explicit ProgramWithTables(unsigned shift) : shift_(shift) {
        const std::uint64_t texts = reserve(kNames.size() * 4);
        const std::uint64_t pool = reserve(4 + kNames.size());
        word(pool + 0x10, 10), word(pool + 0x18, kNames.size());
        for (std::size_t i = 0; i < kNames.size(); ++i) {
            const std::uint64_t at = texts + i * 32;
            word(pool + 0x20 + i * 8, at);
            bytes_[at - kBase + 1] = static_cast<std::uint8_t>(kNames[i].size());
            std::ranges::copy(kNames[i], bytes_.begin() + static_cast<std::ptrdiff_t>(at - kBase + 2));
        }
        type_type_ = reserve(16);
        make_type(type_type_, "type");
        function_type_ = reserve(16), make_type(function_type_, "function");
        dict_type_ = reserve(16), make_type(dict_type_, "dict");
        led_class_ = reserve(16), make_type(led_class_, "Led");
    }

    struct Entry {
        std::string name;
        std::uint64_t value;
    };
    std::uint64_t dict(const std::vector<Entry>& entries) {
        const std::uint64_t table = reserve(entries.size() * 2), dict = reserve(4);
        for (std::size_t i = 0; i < entries.size(); ++i)
            word(table + i * 16, name(entries[i].name)), word(table + i * 16 + 8, entries[i].value);
        word(dict, dict_type_), word(dict + 8, entries.size() << 3 | 7), word(dict + 24, table);
        return dict;
    }
    std::uint64_t name(const std::string& text) const {
        const auto at = std::ranges::find(kNames, text) - kNames.begin();
        return static_cast<std::uint64_t>(at) << shift_ | 2;
    }
    std::uint64_t function_of_one(std::uint64_t code) {
        const std::uint64_t object = reserve(2);
        word(object, function_type_), word(object + 8, code);
        return object;
    }
    std::uint64_t function_of_several(std::uint64_t code) {
        const std::uint64_t object = reserve(3);
        word(object, function_type_), word(object + 8, 0x0002'0004), word(object + 16, code);
        return object;
    }
    void give_class(std::uint64_t locals) { word(led_class_ + 8 * 10, locals); }
    std::uint64_t reserve(std::size_t words) {
        const std::uint64_t at = kBase + bytes_.size();
        bytes_.resize(bytes_.size() + words * 8);
        return at;
    }

    // "name begins at address, size"
    std::vector<std::string> functions(const std::vector<std::uint64_t>& beginnings) const {
        FirmwareScan scan(bytes_, kBase);
        scan.called.insert(beginnings.begin(), beginnings.end());
        std::vector<std::string> found;
        for (const auto& [address, size, name] : micropython_functions(bytes_, kBase, scan)) found.push_back(name);
        return found;
    }
    const std::vector<std::uint8_t>& bytes() const { return bytes_; }

private:
    static inline const std::vector<std::string> kNames = {"",    "",   "__name__", "type",  "function", "dict", "Led",
                                                           "led", "on", "off",      "blink", "a",        "b",    "c",
                                                           "d",   "e",  "f",        "g",     "other",    "last"};

    void word(std::uint64_t at, std::uint64_t value) {
        std::memcpy(bytes_.data() + (at - kBase), &value, sizeof value);
    }
    void make_type(std::uint64_t at, const std::string& text) {
        word(at, type_type_), word(at + 8, (name(text) >> shift_) << 16);
    }

    const unsigned shift_;
    std::vector<std::uint8_t> bytes_ = std::vector<std::uint8_t>(0x100);  // code, as far as that matters
    std::uint64_t type_type_ = 0, function_type_ = 0, dict_type_ = 0, led_class_ = 0;
};

struct MicroPythonFunctionsTest : testing::TestWithParam<unsigned> {};

TEST_P(MicroPythonFunctionsTest, AreCalledAsScriptsCallThem) {
    ProgramWithTables program(GetParam());
    const std::uint64_t on = program.function_of_one(kBase + 0x20), off = program.function_of_several(kBase + 0x40);
    program.dict({{"__name__", program.name("led")}, {"on", on}, {"a", program.name("b")}});
    program.give_class(program.dict({{"off", off}}));
    EXPECT_THAT(program.functions({}), UnorderedElementsAre("led.on", "Led.off"));
}

TEST_P(MicroPythonFunctionsTest, EndWhereTheNextFunctionBegins) {
    ProgramWithTables program(GetParam());
    program.dict({{"__name__", program.name("led")}, {"on", program.function_of_one(kBase + 0x20)}});
    FirmwareScan scan(program.bytes(), kBase);
    scan.called.insert(kBase + 0x38);
    const auto found = micropython_functions(program.bytes(), kBase, scan);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].address, kBase + 0x20);
    EXPECT_EQ(found[0].size_bytes, 0x18u);
}

TEST_P(MicroPythonFunctionsTest, OfTwoNamesTheOneWithAnOwnerCounts) {
    ProgramWithTables program(GetParam());
    const std::uint64_t blink = program.function_of_one(kBase + 0x20);
    program.dict({{"blink", blink}});
    program.dict({{"__name__", program.name("led")}, {"blink", blink}});
    EXPECT_THAT(program.functions({}), UnorderedElementsAre("led.blink"));
}

// A name's number in an object, before and since MicroPython 1.12.
INSTANTIATE_TEST_SUITE_P(Shifts, MicroPythonFunctionsTest, testing::Values(2u, 3u));

TEST(MicroPythonFunctionsTest, OtherProgramsHaveNone) {
    std::vector<std::uint8_t> program(4096);
    for (std::size_t i = 0; i < program.size(); ++i) program[i] = static_cast<std::uint8_t>(i * 37 >> 3);
    EXPECT_TRUE(micropython_functions(program, kBase, FirmwareScan(program, kBase)).empty());
}

}  // namespace
}  // namespace k210::profile
