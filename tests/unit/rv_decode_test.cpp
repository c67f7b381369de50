#include "cpu/rv_decode.hpp"

#include <array>
#include <span>

#include <gtest/gtest.h>

namespace k210 {
namespace {

TEST(RvFetchTest, AnInstructionThatMemoryEndsInIsNone) {
    constexpr std::array<std::uint8_t, 6> kCode = {0x01, 0x00, 0x13, 0x05, 0x10, 0x00};  // c.nop; li a0, 1
    const std::span<const std::uint8_t> code = kCode;
    EXPECT_EQ(rv::fetch(code, 0), 0x0001u);
    EXPECT_EQ(rv::fetch(code, 2), 0x0010'0513u);
    EXPECT_EQ(rv::fetch(code.first(5), 2), 0u);
    EXPECT_EQ(rv::fetch(code.first(4), 2), 0u);
    EXPECT_EQ(rv::fetch(code.first(3), 2), 0u);
    EXPECT_EQ(rv::fetch(code.first(2), 0), 0x0001u);
    EXPECT_EQ(rv::fetch(code.first(2), 2), 0u);
}

}  // namespace
}  // namespace k210
