// Pools as MicroPython's build and its scripts make them.
#include "profile/micropython_names.hpp"

#include <algorithm>
#include <cstring>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace k210::profile {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

constexpr std::uint64_t kBase = 0x8000'0000;
constexpr std::uint64_t kBuiltIn = 16;

struct MicroPythonNamesTest : testing::Test {
    std::vector<std::uint8_t> bytes;

    void word(std::uint64_t at, std::uint64_t value) { std::memcpy(&bytes[at - kBase], &value, sizeof value); }
    std::uint64_t reserve(std::size_t count) {
        const std::uint64_t at = kBase + bytes.size();
        bytes.resize(bytes.size() + count);
        return at;
    }
    std::uint64_t text(const std::string& name) {
        const std::uint64_t at = reserve(256);
        bytes[at - kBase + 1] = static_cast<std::uint8_t>(name.size());
        std::ranges::copy(name, bytes.begin() + static_cast<std::ptrdiff_t>(at - kBase + 2));
        return at;
    }
    std::uint64_t pool(std::uint64_t before, std::uint64_t names_before, std::uint64_t room,
                       const std::vector<std::string>& names) {
        const std::uint64_t at = reserve(32 + 8 * room);
        word(at, before), word(at + 8, names_before), word(at + 16, room), word(at + 24, names.size());
        for (std::size_t i = 0; i < names.size(); ++i) word(at + 32 + 8 * i, text(names[i]));
        return at;
    }
    // A built-in one says 10, however many it has.
    std::uint64_t built_in(std::uint64_t before, std::uint64_t names_before) {
        const std::uint64_t at = pool(before, names_before, kBuiltIn, std::vector<std::string>(kBuiltIn, "built-in"));
        word(at + 16, 10);
        return at;
    }
    MicroPythonNames names() const { return read_names({bytes, kBase}); }
};

TEST_F(MicroPythonNamesTest, WithoutAPoolThereAreNone) {
    reserve(0x100);
    EXPECT_THAT(names(), SizeIs(0));
}

TEST_F(MicroPythonNamesTest, ScriptsAddToThoseThatAreBuiltIn) {
    const std::uint64_t first = built_in(0, 0), second = built_in(first, kBuiltIn);
    const std::uint64_t added = pool(second, 2 * kBuiltIn, 20, {"blink", "led"});
    pool(added, 2 * kBuiltIn + 2, 40, {"speed"});
    const auto all = names();
    ASSERT_THAT(all, SizeIs(2 * kBuiltIn + 3));
    EXPECT_THAT(std::vector(all.end() - 3, all.end()), ElementsAre("blink", "led", "speed"));
}

TEST_F(MicroPythonNamesTest, APoolThatDoesNotGoOnThereIsNone) {
    const std::uint64_t first = built_in(0, 0);
    pool(first, kBuiltIn + 1, 20, {"elsewhere"});
    pool(first + 8, kBuiltIn, 20, {"behind another"});
    pool(first, kBuiltIn, 1, {"too", "many"});
    pool(first, kBuiltIn, 20, {});
    EXPECT_THAT(names(), SizeIs(kBuiltIn));
}

}  // namespace
}  // namespace k210::profile
