#include "board/rotary_encoder/rotary_encoder.hpp"

#include <string>

#include <gtest/gtest.h>

#include "support/part_bench.hpp"
#include "support/temp_dir.hpp"

namespace k210 {
namespace {

constexpr unsigned kFirst = 10, kSecond = 11;

struct TurnedKnob : PartBench {
    RotaryEncoder knob{part("encoder"), kFirst, kSecond};
    TurnedKnob() { knob.hang(chip); }

    std::string levels() {
        const auto level = [&](unsigned pad) { return *chip.its_pads.pads[pad].driven ? "1" : "0"; };
        return std::string(level(kFirst)) + level(kSecond);
    }
    // What the pads go through, each as often as it changes.
    std::string course(std::uint64_t milliseconds) {
        std::string seen = levels();
        for (std::uint64_t i = 0; i < milliseconds; ++i) {
            events.run_until(after(events.now(), ps_from_us(1000)));
            if (!seen.ends_with(levels())) seen += " " + levels();
        }
        return seen;
    }
};

struct RotaryEncoderTest : testing::Test, TurnedKnob {};

TEST_F(RotaryEncoderTest, RestsWithBothContactsOpen) {
    EXPECT_EQ(course(1000), "11");
}

TEST_F(RotaryEncoderTest, AClickGoesThroughAllFourPhases) {
    knob.turn(1);
    EXPECT_EQ(course(1000), "11 10 00 01 11");
    knob.turn(-1);
    EXPECT_EQ(course(1000), "11 01 00 10 11");
}

TEST_F(RotaryEncoderTest, ClicksFollowEachOtherAsAHandTurns) {
    knob.turn(2);
    EXPECT_EQ(course(170), "11 10 00 01 11");
    EXPECT_EQ(course(100), "11 10 00 01 11");
    EXPECT_EQ(course(1000), "11");
}

TEST_F(RotaryEncoderTest, ATurnBackTakesBackWhatHasNotBegun) {
    knob.turn(3);
    course(25);  // amid the first
    knob.turn(-3);
    EXPECT_EQ(course(1000), "00 01 11 01 00 10 11");
}

TEST_F(RotaryEncoderTest, TurnedOnItKeepsItsPace) {
    knob.turn(1);
    const std::string begun = course(5);
    knob.turn(1);
    EXPECT_EQ(course(4), begun.substr(3)) << "the next phase comes in its time";
}

TEST_F(RotaryEncoderTest, NoMoreThanAThousandClicksWait) {
    knob.turn(2'000'000'000);
    knob.turn(2'000'000'000);
    knob.turn(-RotaryEncoder::kMostClicks);
    EXPECT_EQ(course(1000), "11");
}

TEST_F(RotaryEncoderTest, StateSurvivesSaveAndRestore) {
    knob.turn(-2);
    course(25);
    Snapshot snapshot;
    StateSaver saver(snapshot);
    events.visit_state(saver);
    knob.visit_state(saver);
    TurnedKnob other;
    StateLoader loader(snapshot);
    other.events.visit_state(loader);
    other.knob.visit_state(loader);
    EXPECT_EQ(other.course(40).substr(3), "10 11");  // its pads are the chip's to restore
    EXPECT_EQ(other.course(500), "11 01 00 10 11");
    snapshot["waiting"] = {0x17, 0xfc, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};  // -1001
    StateLoader damaged(snapshot);
    other.events.visit_state(damaged);
    EXPECT_EQ(input_error_of([&] { other.knob.visit_state(damaged); }), "snapshot: waiting is too much");
}

}  // namespace
}  // namespace k210
