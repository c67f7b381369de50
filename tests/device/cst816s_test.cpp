#include "board/cst816s/cst816s.hpp"

#include <gtest/gtest.h>

#include "support/touch_part_bench.hpp"

namespace k210 {
namespace {

struct Cst816sTest : TouchPartTest<Cst816s> {
    // As on Embed Fire's board: x counts from the other end.
    static constexpr TouchFilm kMirrored{240, 320, 320, 240, true, true, false};
    Cst816sTest() : TouchPartTest(Cst816s::Config{kPads, kInterruptPad, kMirrored}) {}

    // krux cst816.py, _read_touch_data(): six bytes from 0x01 on.
    struct Touched {
        unsigned points, event, x, y;
        bool operator==(const Touched&) const = default;
    };
    Touched touched() {
        const Bytes b = read({0x01}, 6);
        return {b[1], unsigned{b[2]} >> 6, (b[2] & 0xfu) << 8 | b[3], (b[4] & 0xfu) << 8 | b[5]};
    }
};

TEST_F(Cst816sTest, TellsWhereItIsTouched) {
    EXPECT_EQ(touched(), (Touched{0, 0, 0, 0}));
    part.touch(300, 7);
    EXPECT_EQ(touched(), (Touched{1, 0, 232, 300})) << "down";
    run_for(10'000);
    EXPECT_EQ(touched(), (Touched{1, 2, 232, 300})) << "contact";
    part.release();
    EXPECT_EQ(touched(), (Touched{0, 1, 232, 300})) << "up";
}

TEST_F(Cst816sTest, ItsPinPulsesEveryTenMillisecondsWhileTouched) {
    EXPECT_EQ(interrupt(), true);
    part.touch(0, 0);
    expect_pulses(false, {0, 10, 20, 30}, 39);
    part.release();
    EXPECT_EQ(interrupt(), false);
    run_for(2'000);
    EXPECT_EQ(interrupt(), true);
    expect_pulses(false, {}, 25);
}

TEST_F(Cst816sTest, IdentifiesItself) {
    EXPECT_NE(read({0x15}, 1), Bytes{0});
    EXPECT_EQ(read({0xa7}, 1), Bytes{0xb4});
    EXPECT_TRUE(transfer({0xa7, 1}, 0));
    EXPECT_EQ(read({0xa7}, 1), Bytes{0xb4});
}

TEST_F(Cst816sTest, SettingsStore) {
    EXPECT_EQ(read({0xed}, 2), (Bytes{10, 1}));
    EXPECT_TRUE(transfer({0xfe, 1}, 0));
    EXPECT_EQ(read({0xfe}, 1), Bytes{1});
    part.power_on();
    EXPECT_EQ(read({0xfe}, 1), Bytes{0});
}

struct Another : Cst816sTest {
    void TestBody() override {}
};

TEST_F(Cst816sTest, StateSurvivesSaveAndRestore) {
    EXPECT_TRUE(transfer({0xfe, 1}, 0));
    part.touch(300, 7);
    run_for(10'000);
    Another restored;
    restored.take_over(*this);
    EXPECT_EQ(restored.touched(), (Touched{1, 2, 232, 300}));
    EXPECT_EQ(restored.read({0xfe}, 1), Bytes{1});
    restored.run_for(5'000);
    EXPECT_EQ(restored.interrupt(), false) << "its scan goes on";
}

}  // namespace
}  // namespace k210
