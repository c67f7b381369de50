#include "board/ns2009/ns2009.hpp"

#include <gtest/gtest.h>

#include "support/i2c_part_bench.hpp"

namespace k210 {
namespace {

struct Ns2009Test : I2cPartTest<Ns2009> {
    int measure(std::uint8_t command) {  // ns2009.c, ns2009_read()
        std::vector<std::uint8_t> bytes;
        EXPECT_TRUE(transfer({command}, 2, &bytes));
        EXPECT_EQ(bytes[1] & 0x0f, 0);
        return bytes[0] << 4 | bytes[1] >> 4;
    }
    bool pressed() {
        const int z1 = measure(0xe0);
        return z1 > 70 && z1 < 2000;
    }
    // What MaixPy's default calibration makes of the film. [sdk] tsfilter_update()
    std::pair<int, int> seen() {
        const int x = measure(0xc0), y = measure(0xd0);
        return {(22203576 - 6 * x - 5941 * y) / 65536, (-700369 + 4232 * x - 8 * y) / 65536};
    }
};

TEST_F(Ns2009Test, TellsNoTouchUntilItIsTouched) {
    EXPECT_FALSE(pressed());
    part.touch(10, 10);
    EXPECT_TRUE(pressed());
    part.release();
    EXPECT_FALSE(pressed());
}

TEST_F(Ns2009Test, MaixPysDriverFindsThePixelThatIsTouched) {
    for (const auto& [x, y] : {std::pair{0, 0}, {319, 0}, {0, 239}, {319, 239}, {160, 120}, {17, 203}}) {
        part.touch(static_cast<unsigned>(x), static_cast<unsigned>(y));
        EXPECT_NEAR(seen().first, x, 1) << x << ' ' << y;
        EXPECT_NEAR(seen().second, y, 1) << x << ' ' << y;
    }
}

TEST_F(Ns2009Test, BeyondTheFilmIsItsEdge) {
    part.touch(4'000'000'000, 4'000'000'000);
    EXPECT_EQ(measure(0xc0), 4095);
    EXPECT_EQ(measure(0xd0), 0);
}

TEST_F(Ns2009Test, EveryTransferBeginsWithTheHighBits) {
    part.touch(100, 50);
    const int x = measure(0xc0);
    std::vector<std::uint8_t> bytes;
    EXPECT_TRUE(transfer({0xc0}, 1, &bytes));  // half of it
    EXPECT_EQ(measure(0xc0), x);
}

TEST_F(Ns2009Test, AnsweringIsStateAndSoIsTheTouch) {
    part.touch(100, 50);
    measure(0xc0);
    Ns2009 other{{30, 31}};
    DeviceBench::transfer_state(part, other);
    EXPECT_EQ(other.read(), part.read());
    EXPECT_EQ(other.read(), part.read());
    other.start(false);
    other.write(0xe0);
    EXPECT_NE(other.read(), 0);
}

}  // namespace
}  // namespace k210
