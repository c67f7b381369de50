#include "board/ws2812/ws2812.hpp"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/part_bench.hpp"

namespace k210 {
namespace {

using testing::ElementsAre;

constexpr unsigned kPad = 8;
constexpr Colour kDark{}, kOrange{0xff, 0x80, 0x01}, kBlue{0, 0, 0xff};

struct Ws2812Test : testing::Test, PartBench {
    Ws2812 chain{part("ring"), kPad, 2};
    Ws2812Test() {
        chain.hang(chip);
        chain.power_on();
    }
    void wait_ns(std::uint64_t ns) { events.run_until(after(events.now(), ns * 1000)); }
    void bit(bool one, std::uint64_t one_ns = 850) {
        chip.its_pads.set(kPad, true);
        wait_ns(one ? one_ns : 400);
        chip.its_pads.set(kPad, false);
        wait_ns(one ? 400 : 850);
    }
    void send(Colour c) {
        const std::uint32_t grb = std::uint32_t{c.green} << 16 | std::uint32_t{c.red} << 8 | c.blue;
        for (int i = 23; i >= 0; --i) bit(grb >> i & 1);
    }
    void rest() { wait_ns(50'000); }
    std::vector<Colour> seen() {
        const auto colours = chain.colours();
        return {colours.begin(), colours.end()};
    }
};

TEST_F(Ws2812Test, EachTakesTheNext24Bits) {
    send(kOrange);
    send(kBlue);
    rest();
    EXPECT_THAT(seen(), ElementsAre(kOrange, kBlue));
}

TEST_F(Ws2812Test, ShowsThemOnlyOnceTheLineRests) {
    send(kOrange);
    wait_ns(49'000);
    EXPECT_THAT(seen(), ElementsAre(kDark, kDark));
    wait_ns(1'000);
    EXPECT_THAT(seen(), ElementsAre(kOrange, kDark));
}

TEST_F(Ws2812Test, AfterARestItBeginsAnew) {
    send(kOrange);
    rest();
    send(kBlue);
    EXPECT_THAT(seen(), ElementsAre(kOrange, kDark));
    rest();
    EXPECT_THAT(seen(), ElementsAre(kBlue, kDark));
}

TEST_F(Ws2812Test, WhatIsTooMuchGoesOutAtItsEnd) {
    for (int i = 0; i < 3; ++i) send(i == 2 ? kOrange : kBlue);
    rest();
    EXPECT_THAT(seen(), ElementsAre(kBlue, kBlue));
}

TEST_F(Ws2812Test, HalfAColourIsNone) {
    for (int i = 0; i < 23; ++i) bit(true);
    rest();
    EXPECT_THAT(seen(), ElementsAre(kDark, kDark));
    send(kOrange);
    rest();
    EXPECT_THAT(seen(), ElementsAre(kOrange, kDark));
}

TEST_F(Ws2812Test, APulseOf600NanosecondsIsAOne) {
    for (int i = 0; i < 24; ++i) bit(true, i % 2 ? 600 : 599);
    rest();
    EXPECT_THAT(seen(), ElementsAre(Colour{0x55, 0x55, 0x55}, kDark));
}

TEST_F(Ws2812Test, StateSurvivesSaveAndRestoreAmidAColour) {
    send(kBlue);
    rest();
    send(kOrange);
    for (int i = 0; i < 10; ++i) bit(true);
    Snapshot snapshot;
    StateSaver saver(snapshot);
    events.visit_state(saver);
    chain.visit_state(saver);
    chain.power_on();
    StateLoader loader(snapshot);
    events.visit_state(loader);
    chain.visit_state(loader);
    EXPECT_THAT(seen(), ElementsAre(kBlue, kDark));
    for (int i = 0; i < 14; ++i) bit(true);
    rest();
    EXPECT_THAT(seen(), ElementsAre(kOrange, (Colour{255, 255, 255})));
}

TEST_F(Ws2812Test, WithoutPowerItIsDark) {
    send(kOrange);
    rest();
    bit(true);
    supply.switch_board_off();
    EXPECT_THAT(seen(), ElementsAre(kDark, kDark));
}

}  // namespace
}  // namespace k210
