#include "board/gt911/gt911.hpp"

#include <array>

#include <gtest/gtest.h>

#include "support/touch_part_bench.hpp"

namespace k210 {
namespace {

constexpr unsigned kResetPad = 29;

struct Gt911Test : TouchPartTest<Gt911> {
    Gt911Test() : TouchPartTest(Gt911::Config{kPads, kInterruptPad, kResetPad, kFilm}) {}

    FakePads& pads() { return bench.chip.its_pads; }
    void reset() {  // krux gt911.py, _init_pins(): the interrupt pin is pulled down
        pads().set(kResetPad, false);
        pads().set(kResetPad, true);
    }
    std::uint8_t status() { return read({0x81, 0x4e}, 1)[0]; }
    void set(std::uint16_t reg, std::uint8_t value) {
        EXPECT_TRUE(transfer({static_cast<std::uint8_t>(reg >> 8), static_cast<std::uint8_t>(reg), value}, 0));
    }
    std::pair<int, int> point() {  // krux, _read_touch_coordinates()
        const Bytes b = read({0x81, 0x4f}, 8);
        return {b[1] | b[2] << 8, b[3] | b[4] << 8};
    }
};

TEST_F(Gt911Test, NamesItselfAndItsSize) {
    EXPECT_EQ(read({0x81, 0x40}, 4), (Bytes{'9', '1', '1', 0}));
    EXPECT_EQ(read({0x81, 0x46}, 4), (Bytes{0x40, 0x01, 0xe0, 0x01}));
    EXPECT_EQ(read({0x80, 0x48}, 5), (Bytes{0x40, 0x01, 0xe0, 0x01, 5}));
}

TEST_F(Gt911Test, TellsWhereItIsTouchedUntilTheReportIsTaken) {
    reset();
    EXPECT_EQ(status(), 0);
    part.touch(470, 10);
    EXPECT_EQ(status(), 0x81);
    EXPECT_EQ(point(), std::pair(10, 470));
    set(0x814e, 0);
    EXPECT_EQ(status(), 0);
    run_for(10'000);
    EXPECT_EQ(status(), 0x81) << "the next report";
    set(0x814e, 0);
    part.release();
    EXPECT_EQ(status(), 0x80) << "the finger has left";
}

TEST_F(Gt911Test, ItsPinRisesEveryTenMillisecondsWhileTouched) {
    reset();
    EXPECT_EQ(interrupt(), false);
    part.touch(0, 0);
    expect_pulses(true, {0, 10, 20, 30}, 39);
    part.release();
    EXPECT_EQ(interrupt(), true);
    run_for(2'000);
    EXPECT_EQ(interrupt(), false);
    run_for(100'000);
    EXPECT_EQ(interrupt(), false);
}

TEST_F(Gt911Test, ItsPinCanFallInstead) {
    reset();
    set(0x804d, 1);
    EXPECT_EQ(interrupt(), true);
    part.touch(0, 0);
    EXPECT_EQ(interrupt(), false);
    run_for(2'000);
    EXPECT_EQ(interrupt(), true);
}

TEST_F(Gt911Test, ItsPinCanKeepALevelUntilTheReportIsTaken) {
    reset();
    for (const auto& [mode, asks] : {std::pair<std::uint8_t, bool>{2, false}, {3, true}}) {
        set(0x804d, mode);
        EXPECT_EQ(interrupt(), !asks);
        part.touch(0, 0);
        EXPECT_EQ(interrupt(), asks);
        part.release();
        run_for(50'000);
        EXPECT_EQ(interrupt(), asks);
        set(0x814e, 0x80);
        EXPECT_EQ(interrupt(), asks) << "not taken";
        set(0x814e, 0);
        EXPECT_EQ(interrupt(), !asks);
    }
}

TEST_F(Gt911Test, AnswersAtItsFirstAddressAfterPowerOn) {
    EXPECT_TRUE(transfer({0x81, 0x40}, 1));
    call(0x14);
    EXPECT_FALSE(transfer({0x81, 0x40}, 1));
}

TEST_F(Gt911Test, TheInterruptPinsLevelAsResetEndsChoosesTheAddress) {
    pads().set(kInterruptPad, true);
    reset();
    call(0x14);
    EXPECT_EQ(read({0x81, 0x40}, 1), Bytes{'9'});
    pads().set(kInterruptPad, false);
    reset();
    call(0x5d);
    EXPECT_EQ(read({0x81, 0x40}, 1), Bytes{'9'});
}

TEST_F(Gt911Test, DrivesItsPinOnlyAfterReset) {
    EXPECT_EQ(interrupt(), std::nullopt);
    reset();
    EXPECT_EQ(interrupt(), false);
    part.touch(0, 0);
    pads().set(kResetPad, false);
    EXPECT_EQ(interrupt(), std::nullopt);
    part.release();
    part.touch(0, 0);
    run_for(50'000);
    EXPECT_EQ(interrupt(), std::nullopt);
}

TEST_F(Gt911Test, HeldInResetItDoesNotAnswerAndForgets) {
    set(0x8047, 40);
    EXPECT_EQ(read({0x80, 0x47}, 1), Bytes{40});
    part.touch(0, 0);
    pads().set(kResetPad, false);
    EXPECT_FALSE(transfer({0x81, 0x40}, 1));
    bench.chip.its_pads.set(kResetPad, true);
    i2c.read(0x54, 4);
    EXPECT_EQ(read({0x80, 0x47}, 1), Bytes{0});
    EXPECT_EQ(status(), 0);
}

TEST_F(Gt911Test, WhatItMeasuresCannotBeSetNorWhatIsNoRegister) {
    set(0x8140, 'x');
    EXPECT_EQ(read({0x81, 0x40}, 1), Bytes{'9'});
    for (const std::uint16_t reg : std::array<std::uint16_t, 4>{0x0000, 0x803f, 0x8180, 0xffff}) {
        set(reg, 7);
        EXPECT_EQ(read({static_cast<std::uint8_t>(reg >> 8), static_cast<std::uint8_t>(reg)}, 1), Bytes{0}) << reg;
    }
}

struct Another : Gt911Test {
    void TestBody() override {}
};

TEST_F(Gt911Test, StateSurvivesSaveAndRestore) {
    pads().set(kInterruptPad, true);
    reset();
    part.touch(470, 10);
    run_for(10'000);
    Another restored;
    restored.take_over(*this);
    restored.run_for(1'000);
    EXPECT_EQ(restored.interrupt(), false) << "its pulse ends";
    restored.call(0x14);
    EXPECT_EQ(restored.point(), std::pair(10, 470));
    restored.set(0x814e, 0);
    restored.run_for(4'000);
    EXPECT_EQ(restored.interrupt(), true);
    EXPECT_EQ(restored.status(), 0x81) << "its scan goes on";
    EXPECT_EQ(restored.interrupt(), false) << "and its pulses end";
}

}  // namespace
}  // namespace k210
