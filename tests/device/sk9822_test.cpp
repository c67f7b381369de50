#include "board/sk9822/sk9822.hpp"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/part_bench.hpp"

namespace k210 {
namespace {

using testing::ElementsAre;

constexpr unsigned kClock = 25, kData = 24;
constexpr Colour kDark{}, kOrange{255, 128, 1}, kBlue{0, 0, 255};

struct Sk9822Test : testing::Test, PartBench {
    Sk9822 ring{part("ring"), kClock, kData, 3};
    Sk9822Test() {
        ring.hang(chip);
        ring.power_on();
    }
    // As sk9822_send_data() does it.
    void send(std::uint32_t word, unsigned bits = 32) {
        for (unsigned i = bits; i-- > 0;) {
            chip.its_pads.set(kClock, false);
            chip.its_pads.set(kData, word >> i & 1);
            chip.its_pads.set(kClock, true);
        }
    }
    static std::uint32_t led(Colour c, std::uint32_t brightness = 31) {
        return (0xe0 | brightness) << 24 | std::uint32_t{c.blue} << 16 | std::uint32_t{c.green} << 8 | c.red;
    }
    std::vector<Colour> seen() {
        const auto colours = ring.colours();
        return {colours.begin(), colours.end()};
    }
};

TEST_F(Sk9822Test, EachTakesTheNext32BitsBehindZeros) {
    send(0);
    send(led(kOrange));
    send(led(kBlue));
    EXPECT_THAT(seen(), ElementsAre(kOrange, kBlue, kDark));
}

TEST_F(Sk9822Test, NobodyTakesAnythingBeforeTheZerosOrBehindTheLast) {
    send(led(kOrange));
    EXPECT_THAT(seen(), ElementsAre(kDark, kDark, kDark));
    send(0);
    for (int i = 0; i < 3; ++i) send(led(kBlue));
    send(~0u);
    send(led(kOrange));
    EXPECT_THAT(seen(), ElementsAre(kBlue, kBlue, kBlue));
}

TEST_F(Sk9822Test, ZerosBeginAnewWhereverTheyCome) {
    send(0);
    send(led(kOrange));
    send(0xf, 4);
    send(0);
    send(led(kBlue));
    EXPECT_THAT(seen(), ElementsAre(kBlue, kDark, kDark));
}

TEST_F(Sk9822Test, BrightnessScalesTheColour) {
    send(0);
    send(led({255, 155, 31}, 1));
    send(led({255, 255, 255}, 0));
    EXPECT_THAT(seen(), ElementsAre(Colour{8, 5, 1}, kDark, kDark));
}

TEST_F(Sk9822Test, ABoardWithoutPowerIsDark) {
    send(0);
    send(led(kOrange));
    supply.switch_board_off();
    EXPECT_THAT(seen(), ElementsAre(kDark, kDark, kDark));
}

TEST_F(Sk9822Test, ARestoredChainGoesOnAmidABit) {
    send(0);
    send(led(kOrange));
    send(led(kBlue) >> 12, 20);
    PartBench elsewhere;
    Sk9822 other(elsewhere.part("ring"), kClock, kData, 3);
    elsewhere.chip.its_pads.pads[kClock].level = true;
    other.hang(elsewhere.chip);
    DeviceBench::transfer_state(ring, other);
    for (unsigned i = 12; i-- > 0;) {
        elsewhere.chip.its_pads.set(kClock, false);
        elsewhere.chip.its_pads.set(kData, led(kBlue) >> i & 1);
        elsewhere.chip.its_pads.set(kClock, true);
    }
    const auto colours = other.colours();
    EXPECT_THAT((std::vector<Colour>{colours.begin(), colours.end()}), ElementsAre(kOrange, kBlue, kDark));
}

}  // namespace
}  // namespace k210
