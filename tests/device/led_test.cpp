#include "board/led/led.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/part_bench.hpp"
#include "support/temp_dir.hpp"

namespace k210 {
namespace {

using testing::ElementsAre;

constexpr Colour kDark{}, kRed{255, 0, 0}, kGreen{0, 255, 0}, kYellow{255, 255, 0}, kWhite{255, 255, 255};
constexpr unsigned kRedPad = 13, kGreenPad = 12, kWhitePad = 32;

struct LedTest : testing::Test, PartBench {
    Led led{part("led"), {{{kRedPad, kRed}, {kGreenPad, kGreen}}, false}};
    LedTest() {
        chip.its_pads.pads[kRedPad].level = chip.its_pads.pads[kGreenPad].level = true;
        led.hang(chip);
    }
    Colour seen() { return led.colours()[0]; }
    void wait_us(std::uint64_t us) { events.run_until(after(events.now(), ps_from_us(us))); }
    void pulse(unsigned pad, std::uint64_t low_us, std::uint64_t high_us) {
        chip.its_pads.set(pad, false);
        wait_us(low_us);
        chip.its_pads.set(pad, true);
        wait_us(high_us);
    }
};

TEST_F(LedTest, ALowPadLightsIt) {
    EXPECT_EQ(seen(), kDark);
    chip.its_pads.set(kRedPad, false);
    EXPECT_EQ(seen(), kRed);
    wait_us(1'000'000);
    EXPECT_EQ(seen(), kRed);
    chip.its_pads.set(kRedPad, true);
    wait_us(20'000);
    EXPECT_EQ(seen(), kDark);
}

TEST_F(LedTest, ColoursMix) {
    chip.its_pads.set(kRedPad, false);
    chip.its_pads.set(kGreenPad, false);
    EXPECT_EQ(seen(), kYellow);
}

TEST_F(LedTest, LightOfTwoElementsIsNoMoreThanAll) {
    Led lamp(part("lamp"), {{{kRedPad, kRed}, {kWhitePad, kWhite}}, true});
    lamp.hang(chip);
    chip.its_pads.set(kRedPad, true);
    chip.its_pads.set(kWhitePad, true);
    EXPECT_EQ(lamp.colours()[0], kWhite);
}

TEST_F(LedTest, PullsItsPadsUp) {
    EXPECT_EQ(chip.its_pads.pads[kRedPad].driven, true);
    EXPECT_EQ(chip.its_pads.pads[kGreenPad].driven, true);
}

TEST_F(LedTest, AHighPadLightsTheOtherKindWhichPullsNothing) {
    Led lamp(part("lamp"), {{{kWhitePad, kWhite}}, true});
    lamp.hang(chip);
    EXPECT_EQ(lamp.colours()[0], kDark);
    EXPECT_FALSE(chip.its_pads.pads[kWhitePad].driven);
    chip.its_pads.set(kWhitePad, true);
    EXPECT_EQ(lamp.colours()[0], kWhite);
}

TEST_F(LedTest, FastSwitchingShowsItsMean) {
    for (int i = 0; i < 50; ++i) pulse(kRedPad, 200, 800);
    EXPECT_EQ(seen(), (Colour{51, 0, 0}));
    for (int i = 0; i < 50; ++i) pulse(kRedPad, 750, 250);
    EXPECT_EQ(seen(), (Colour{191, 0, 0}));
}

TEST_F(LedTest, SlowBlinkingIsSeen) {
    for (int i = 0; i < 3; ++i) {
        chip.its_pads.set(kRedPad, false);
        EXPECT_EQ(seen(), kRed) << i;
        wait_us(100'000);
        chip.its_pads.set(kRedPad, true);
        EXPECT_EQ(seen(), kDark) << i;
        wait_us(100'000);
    }
}

TEST_F(LedTest, LookingChangesNothing) {
    for (int i = 0; i < 25; ++i) pulse(kRedPad, 500, 500);
    Snapshot before, after_looking;
    StateSaver first(before), second(after_looking);
    led.visit_state(first);
    wait_us(300);
    seen();
    led.visit_state(second);
    EXPECT_EQ(before, after_looking);
}

TEST_F(LedTest, StateSurvivesSaveAndRestore) {
    for (int i = 0; i < 25; ++i) pulse(kRedPad, 250, 750);
    PartBench other;
    Led copy(other.part("led"), {{{kRedPad, kRed}, {kGreenPad, kGreen}}, false});
    Snapshot snapshot;
    StateSaver saver(snapshot);
    events.visit_state(saver);
    led.visit_state(saver);
    StateLoader loader(snapshot);
    other.events.visit_state(loader);
    copy.visit_state(loader);
    EXPECT_EQ(copy.colours()[0], (Colour{63, 0, 0}));
    snapshot["element0.since_ps"] = std::vector<std::uint8_t>(8, 0x7f);
    StateLoader damaged(snapshot);
    other.events.visit_state(damaged);
    EXPECT_EQ(input_error_of([&] { copy.visit_state(damaged); }), "snapshot: element0.since_ps lies ahead");
}

TEST_F(LedTest, ABoardThatIsOffIsDark) {
    chip.its_pads.set(kRedPad, false);
    supply.switch_board_off();
    EXPECT_EQ(seen(), kDark);
}

}  // namespace
}  // namespace k210
