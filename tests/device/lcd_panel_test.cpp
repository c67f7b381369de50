#include "board/lcd_panel/lcd_panel.hpp"

#include <array>
#include <initializer_list>
#include <vector>

#include <gtest/gtest.h>

#include "support/panels.hpp"
#include "support/part_bench.hpp"
#include "support/recording_trace.hpp"

namespace k210 {
namespace {

using Rgb = std::array<std::uint8_t, 3>;
constexpr Rgb kBlack = {0, 0, 0}, kRed = {255, 0, 0}, kGreen = {0, 255, 0}, kBlue = {0, 0, 255}, kCyan = {0, 255, 255},
              kWhite = {255, 255, 255};
constexpr std::uint32_t kRed565 = 0xf800, kGreen565 = 0x07e0;

struct Driver {
    PartBench bench;
    LcdPanel panel;

    explicit Driver(const LcdPanelConfig& config) : panel(bench.part("lcd"), config) { panel.select(true); }

    void command(std::uint8_t code, std::initializer_list<std::uint32_t> bytes = {}) {
        panel.set_dc(false);
        panel.exchange(code, 8, 8);
        panel.set_dc(true);
        for (std::uint32_t byte : bytes) panel.exchange(byte, 8, 8);
    }
    void init(std::uint8_t madctl) {
        command(0x01);
        command(0x11);
        command(0x3a, {0x55});
        command(0x36, {madctl});
        command(0x29);
    }
    void set_area(std::uint32_t x1, std::uint32_t y1, std::uint32_t x2, std::uint32_t y2) {
        command(0x2a, {x1 >> 8, x1 & 0xff, x2 >> 8, x2 & 0xff});
        command(0x2b, {y1 >> 8, y1 & 0xff, y2 >> 8, y2 & 0xff});
        command(0x2c);
    }
    void point(std::uint32_t x, std::uint32_t y, std::uint32_t colour) {
        set_area(x, y, x, y);
        panel.exchange(colour, 16, 8);
    }
    using Bytes = std::vector<std::uint8_t>;
    Bytes read(std::uint8_t code, unsigned bytes) {
        command(code);
        panel.receive(8, 8);
        Bytes answer;
        for (unsigned i = 0; i < bytes; ++i) answer.push_back(static_cast<std::uint8_t>(panel.receive(8, 8)));
        return answer;
    }
    Rgb seen(unsigned x, unsigned y) {
        const std::uint8_t* p = panel.picture().at(x, y);
        return {p[0], p[1], p[2]};
    }
};

struct LcdPanelTest : testing::Test, Driver {
    LcdPanelTest() : Driver(maix_panel()) {}
};

TEST_F(LcdPanelTest, ShowsNothingUntilSwitchedOn) {
    command(0x3a, {0x55});
    command(0x36, {0xa0});
    point(0, 0, kRed565);
    EXPECT_EQ(seen(0, 0), kBlack);
    command(0x29);
    EXPECT_EQ(seen(0, 0), kBlack);
    command(0x11);
    EXPECT_EQ(seen(0, 0), kRed);
    command(0x28);
    EXPECT_EQ(seen(0, 0), kBlack);
}

TEST_F(LcdPanelTest, PictureIsUprightWithMaixPysDirection) {
    init(0xa0);
    EXPECT_EQ(panel.picture().width, 320u);
    EXPECT_EQ(panel.picture().height, 240u);
    point(10, 20, kRed565);
    EXPECT_EQ(seen(10, 20), kRed);
    EXPECT_EQ(seen(11, 20), kBlack);
}

TEST_F(LcdPanelTest, OtherDirectionsTurnAndMirrorThePicture) {
    const struct {
        std::uint8_t madctl;
        unsigned x, y;  // where the viewer sees what was written to column 10, row 20
    } directions[] = {
        {0xa0, 10, 20},       {0x60, 319 - 10, 239 - 20}, {0x20, 319 - 10, 20},
        {0xe0, 10, 239 - 20},  // landscape
        {0x00, 319 - 20, 10}, {0xc0, 20, 239 - 10},       {0x40, 319 - 20, 239 - 10},
        {0x80, 20, 10},  // portrait
    };
    for (const auto& d : directions) {
        init(d.madctl);
        point(10, 20, kGreen565);
        EXPECT_EQ(seen(d.x, d.y), kGreen) << std::hex << int{d.madctl};
        point(10, 20, 0);
    }
}

TEST_F(LcdPanelTest, BytesOfWideFramesComeMostSignificantFirst) {
    init(0xa0);
    set_area(0, 0, 319, 239);
    panel.exchange(kRed565 << 16 | kGreen565, 32, 8);
    EXPECT_EQ(seen(0, 0), kRed);
    EXPECT_EQ(seen(1, 0), kGreen);
}

TEST_F(LcdPanelTest, WindowFillsRowByRowAndStartsAgain) {
    init(0xa0);
    set_area(5, 7, 6, 8);
    for (std::uint32_t colour : {0x0000u, 0x0000u, 0x0000u, kGreen565, kRed565}) panel.exchange(colour, 16, 8);
    EXPECT_EQ(seen(6, 8), kGreen);
    EXPECT_EQ(seen(5, 7), kRed);
    EXPECT_EQ(seen(7, 7), kBlack);
}

TEST_F(LcdPanelTest, WriteContinueGoesOnWhereItStopped) {
    init(0xa0);
    set_area(0, 0, 319, 239);
    panel.exchange(kRed565, 16, 8);
    command(0x00);
    command(0x3c);
    panel.exchange(kGreen565, 16, 8);
    EXPECT_EQ(seen(1, 0), kGreen);
    command(0x2c);
    panel.exchange(kGreen565, 16, 8);
    EXPECT_EQ(seen(0, 0), kGreen);
}

TEST_F(LcdPanelTest, EighteenBitPixelsTakeThreeBytes) {
    init(0xa0);
    command(0x3a, {0x66});
    set_area(0, 0, 319, 239);
    for (std::uint32_t byte : {0x00u, 0xfcu, 0x00u, 0xfcu}) panel.exchange(byte, 8, 8);
    EXPECT_EQ(seen(0, 0), kGreen);
    EXPECT_EQ(seen(1, 0), kBlack);
}

TEST_F(LcdPanelTest, PixelsTakeThreeBytesUntilToldOtherwise) {
    command(0x11);
    command(0x29);
    command(0x36, {0xa0});
    set_area(0, 0, 319, 239);
    for (std::uint32_t byte : {0xfcu, 0x00u, 0x00u, 0x00u, 0xfcu, 0x00u}) panel.exchange(byte, 8, 8);
    EXPECT_EQ(seen(0, 0), kRed);
    EXPECT_EQ(seen(1, 0), kGreen);
}

TEST_F(LcdPanelTest, TwelveBitPixelsTakeThreeBytesForTwo) {
    init(0xa0);
    command(0x3a, {0x53});
    set_area(0, 0, 319, 239);
    panel.exchange(0x0f, 8, 8);
    EXPECT_EQ(seen(0, 0), kBlack);
    for (std::uint32_t byte : {0x0fu, 0x00u}) panel.exchange(byte, 8, 8);
    EXPECT_EQ(seen(0, 0), kGreen);
    EXPECT_EQ(seen(1, 0), kRed);
}

TEST_F(LcdPanelTest, AFormatThatTheControllerLacksIsReportedAndTakenAs18Bits) {
    init(0xa0);
    command(0x3a, {0x51});
    EXPECT_EQ(bench.log.count(LogKind::unimplemented), 1u);
    set_area(0, 0, 319, 239);
    for (std::uint32_t byte : {0x00u, 0xfcu, 0x00u}) panel.exchange(byte, 8, 8);
    EXPECT_EQ(seen(0, 0), kGreen);
}

TEST_F(LcdPanelTest, ACommandDropsWhatHasComeOfAPixel) {
    init(0xa0);
    set_area(0, 0, 319, 239);
    panel.exchange(kRed565 >> 8, 8, 8);
    command(0x3c);
    panel.exchange(kGreen565, 16, 8);
    EXPECT_EQ(seen(0, 0), kGreen);
}

TEST_F(LcdPanelTest, ColourOrderBitSwapsRedAndBlue) {
    init(0xa8);
    point(0, 0, kRed565);
    EXPECT_EQ(seen(0, 0), kBlue);
}

TEST_F(LcdPanelTest, InversionInvertsAndBack) {
    init(0xa0);
    point(0, 0, kRed565);
    command(0x21);
    EXPECT_EQ(seen(0, 0), kCyan);
    command(0x20);
    EXPECT_EQ(seen(0, 0), kRed);
}

TEST_F(LcdPanelTest, IdleModeShowsEightColours) {
    init(0xa0);
    point(0, 0, 0x8410);  // the highest bit of each colour
    point(1, 0, 0x7bef);  // all but that
    command(0x39);
    EXPECT_EQ(seen(0, 0), kWhite);
    EXPECT_EQ(seen(1, 0), kBlack);
    command(0x38);
    EXPECT_EQ(seen(1, 0), (Rgb{0x7b, 0x7d, 0x7b}));
}

// Rows of memory lie across the panel: the last one on the left.
TEST_F(LcdPanelTest, PartialModeShowsItsRowsOnly) {
    init(0xa0);
    for (const unsigned x : {9u, 10u, 19u, 20u}) point(319 - x, 0, kRed565);
    command(0x36, {0x00});
    command(0x30, {0, 10, 0, 19});
    EXPECT_EQ(seen(319 - 9, 0), kRed) << "not before it is switched on";
    command(0x12);
    EXPECT_EQ(seen(319 - 9, 0), kBlack);
    EXPECT_EQ(seen(319 - 10, 0), kRed);
    EXPECT_EQ(seen(319 - 19, 0), kRed);
    EXPECT_EQ(seen(319 - 20, 0), kBlack);
    command(0x30, {0, 20, 0, 9});  // round the end
    EXPECT_EQ(seen(319 - 9, 0), kRed);
    EXPECT_EQ(seen(319 - 10, 0), kBlack);
    EXPECT_EQ(seen(319 - 20, 0), kRed);
    command(0x13);
    EXPECT_EQ(seen(319 - 10, 0), kRed);
}

TEST_F(LcdPanelTest, PartialAreaCountsFromTheBottomWhenRefreshedUpwards) {
    init(0x00);
    point(0, 319, kRed565);
    command(0x36, {0x10});
    command(0x30, {0, 0, 0, 0});
    command(0x12);
    EXPECT_EQ(seen(0, 0), kRed);
}

TEST_F(LcdPanelTest, VerticalScrollingMovesTheMiddleAndLeavesItsEnds) {
    init(0x00);
    for (const unsigned row : {25u, 279u, 300u}) point(0, row, kRed565);
    point(0, 19, kGreen565);
    const auto row_seen = [&](unsigned row) { return seen(319 - row, 0); };
    command(0x33, {0, 20, 1, 4, 0, 40});  // 20 + 260 + 40
    command(0x37, {0, 25});
    EXPECT_EQ(row_seen(19), kGreen);
    EXPECT_EQ(row_seen(300), kRed);
    EXPECT_EQ(row_seen(20), kRed) << "row 25";
    EXPECT_EQ(row_seen(25), kBlack);
    EXPECT_EQ(row_seen(274), kRed) << "row 279";
    point(0, 24, kGreen565);
    EXPECT_EQ(row_seen(279), kGreen) << "comes in at the other end";
    command(0x13);
    EXPECT_EQ(row_seen(25), kRed);
}

TEST_F(LcdPanelTest, ScrollingAreasThatDoNotFillMemoryScrollNothing) {
    init(0x00);
    point(0, 25, kRed565);
    command(0x33, {0, 20, 1, 4, 0, 39});
    command(0x37, {0, 25});
    EXPECT_EQ(seen(319 - 25, 0), kRed);
    EXPECT_EQ(bench.log.count(LogKind::guest_error), 1u);
}

TEST_F(LcdPanelTest, WithoutAreasAllOfMemoryScrolls) {
    init(0x00);
    point(0, 0, kRed565);
    command(0x37, {1, 0x3f});
    EXPECT_EQ(seen(319 - 1, 0), kRed);
    command(0x33, {0, 0, 0, 0, 1, 0x40});  // nothing in between
    EXPECT_EQ(seen(319 - 0, 0), kRed);
}

TEST_F(LcdPanelTest, PartialModeEndsScrollingAndDoesNotBegin) {
    init(0x00);
    point(0, 0, kRed565);
    command(0x37, {0, 1});
    command(0x12);
    command(0x37, {0, 1});
    EXPECT_EQ(read(0x0d, 1), (Bytes{0x00}));
    EXPECT_EQ(seen(319 - 0, 0), kRed);
    command(0x13);
    EXPECT_EQ(seen(319 - 0, 0), kRed);
}

TEST_F(LcdPanelTest, SoftwareResetKeepsDirectionAndFormatAndForgetsModes) {
    init(0xa0);
    point(0, 0, kRed565);
    for (const unsigned code : {0x21u, 0x39u, 0x12u}) command(static_cast<std::uint8_t>(code));
    command(0x37, {0, 1});
    command(0x01);
    command(0x11);
    command(0x29);
    EXPECT_EQ(seen(0, 0), kRed);
    command(0x2c);
    panel.exchange(kGreen565, 16, 8);
    EXPECT_EQ(seen(0, 0), kGreen) << "in the direction and the format that were set";
    panel.set_reset(false);
    panel.set_reset(true);
    EXPECT_EQ(read(0x0b, 1), (Bytes{0x00}));
    EXPECT_EQ(read(0x0c, 1), (Bytes{0x66}));
}

// Reading on eight lines, a byte before the answer.
TEST_F(LcdPanelTest, TellsItsId) {
    EXPECT_EQ(read(0x04, 3), (Bytes{0x85, 0x85, 0x52}));
    EXPECT_EQ(read(0xda, 1), (Bytes{0x85}));
    EXPECT_EQ(read(0xdb, 1), (Bytes{0x85}));
    EXPECT_EQ(read(0xdc, 1), (Bytes{0x52}));
    EXPECT_EQ(read(0xdc, 2), (Bytes{0x52, 0xff})) << "nobody drives the bus then";
}

TEST_F(LcdPanelTest, TellsItsStatus) {
    EXPECT_EQ(read(0x09, 4), (Bytes{0x00, 0x61, 0x00, 0x00}));
    EXPECT_EQ(read(0x0a, 1), (Bytes{0x08}));
    init(0xa8);
    command(0x21);
    command(0x35, {1});
    command(0x37, {0, 3});
    command(0x26, {4});
    EXPECT_EQ(read(0x09, 4), (Bytes{0xd4, 0x53, 0xa6, 0xa0}));
    EXPECT_EQ(read(0x0a, 1), (Bytes{0x9c}));
    EXPECT_EQ(read(0x0b, 1), (Bytes{0xa8}));
    EXPECT_EQ(read(0x0c, 1), (Bytes{0x55}));
    EXPECT_EQ(read(0x0d, 1), (Bytes{0xa2}));
    EXPECT_EQ(read(0x0e, 1), (Bytes{0xc0}));
    command(0x39);
    command(0x12);
    command(0x28);
    EXPECT_EQ(read(0x0a, 1), (Bytes{0xf0}));
    EXPECT_EQ(read(0x0d, 1), (Bytes{0x22}));
}

TEST_F(LcdPanelTest, BrightnessReadsBack) {
    for (const unsigned code : {0x51u, 0x53u, 0x55u}) command(static_cast<std::uint8_t>(code), {code + 0x20});
    command(0x5e, {0x11});
    EXPECT_EQ(read(0x52, 1), (Bytes{0x71}));
    EXPECT_EQ(read(0x54, 1), (Bytes{0x73}));
    EXPECT_EQ(read(0x56, 1), (Bytes{0x75}));
    EXPECT_EQ(read(0x5f, 1), (Bytes{0x11}));
}

TEST_F(LcdPanelTest, OnOneLineAnswersOfSeveralBytesComeAClockLate) {
    panel.set_dc(false);
    panel.exchange(0x04, 8, 1);
    panel.set_dc(true);
    EXPECT_EQ(panel.exchange(0, 32, 1), 0x80000000u | 0x858552u << 7 | 0x7f) << "a clock, 24 bits, nobody";
    panel.set_dc(false);
    panel.exchange(0xdc, 8, 1);
    EXPECT_EQ(panel.exchange(0, 8, 1), 0x52u) << "the data/command pin does not matter while selected";
    panel.exchange(0x29, 8, 1);
    EXPECT_EQ(read(0x0a, 1), (Bytes{0x0c})) << "listens again when all is said";
}

TEST_F(LcdPanelTest, OnOneLineACommandAfterTheEndOfSelectionIsHeard) {
    panel.set_dc(false);
    panel.exchange(0x04, 8, 1);
    panel.select(false);
    panel.select(true);
    panel.exchange(0x29, 8, 1);
    EXPECT_EQ(read(0x0a, 1), (Bytes{0x0c}));
}

TEST_F(LcdPanelTest, MemoryReadsThreeBytesAPixelThroughTheWindow) {
    init(0xa0);
    point(5, 7, kRed565);
    point(5, 8, kGreen565);
    command(0x2a, {0, 5, 0, 5});
    command(0x2b, {0, 7, 0, 8});
    EXPECT_EQ(read(0x2e, 4), (Bytes{0xfc, 0x00, 0x00, 0x00}));
    EXPECT_EQ(read(0x2e, 6), (Bytes{0xfc, 0x00, 0x00, 0x00, 0xfc, 0x00}));
    EXPECT_EQ(read(0x2e, 3), (Bytes{0xfc, 0x00, 0x00}));
    EXPECT_EQ(read(0x3e, 3), (Bytes{0x00, 0xfc, 0x00})) << "goes on";
    EXPECT_EQ(read(0x3e, 3), (Bytes{0xfc, 0x00, 0x00})) << "and begins again";
}

TEST_F(LcdPanelTest, MemoryOutsideReadsZeroAndWaitCyclesSkipTheByteBefore) {
    init(0x00);
    command(0x2a, {0, 239, 0, 240});
    point(239, 0, 0xffff);
    command(0x2a, {0, 239, 0, 240});
    panel.set_dc(false);
    panel.exchange(0x2e, 8, 8);
    panel.dummy_clocks(1);
    EXPECT_EQ(panel.receive(32, 8), 0xfcfcfc00u);
}

TEST_F(LcdPanelTest, AnswersComeWhateverWidthTheyAreReadIn) {
    panel.set_dc(false);
    panel.exchange(0x04, 8, 8);
    EXPECT_EQ(panel.receive(1, 1), 1u);
    EXPECT_EQ(panel.receive(3, 1), 4u);  // of 85h
    EXPECT_EQ(panel.receive(8, 8), 0x85u) << "from the byte's beginning";
    EXPECT_EQ(panel.receive(32, 8), 0x8552ffffu);
}

TEST_F(LcdPanelTest, WhatCannotBeReadIsReported) {
    command(0x29);
    panel.receive(8, 8);
    EXPECT_EQ(bench.log.count(LogKind::unimplemented), 1u);
}

TEST_F(LcdPanelTest, DeselectedItDoesNotAnswer) {
    command(0x0a);
    panel.select(false);
    EXPECT_EQ(panel.receive(16, 8), 0xffffffffu);
}

TEST_F(LcdPanelTest, CountsFramesNotPoints) {
    init(0xa0);
    point(0, 0, kRed565);
    EXPECT_EQ(panel.frames_shown(), 0u);
    set_area(0, 0, 319, 239);
    for (unsigned i = 0; i < 320 * 240 - 1; ++i) panel.exchange(0, 16, 8);
    EXPECT_EQ(panel.frames_shown(), 0u);
    const RecordingTrace trace(bench);
    panel.exchange(0, 16, 8);
    EXPECT_EQ(panel.frames_shown(), 1u);
    EXPECT_EQ(trace.seen, (std::vector<std::string>{"0 end lcd", "0 lcd: frame shown frame=1"}));
}

TEST_F(LcdPanelTest, HalfTheGlassIsAFrameAndLessIsNone) {
    init(0xa0);
    const auto fill = [&](unsigned rows) {
        set_area(0, 0, 319, rows - 1);
        for (unsigned i = 0; i < 320 * rows; ++i) panel.exchange(0, 16, 8);
        return panel.frames_shown();
    };
    EXPECT_EQ(fill(119), 0u);
    EXPECT_EQ(fill(120), 1u);
}

TEST_F(LcdPanelTest, SaysWhenAFrameBegins) {
    init(0xa0);
    const RecordingTrace trace(bench);
    point(0, 0, kRed565);
    set_area(300, 0, 100, 239);
    EXPECT_TRUE(trace.seen.empty());
    set_area(0, 20, 319, 219);
    EXPECT_EQ(trace.seen, std::vector<std::string>{"0 begin lcd: picture width=320 height=200"});
}

TEST_F(LcdPanelTest, CountsAPictureDrawnInLinesOnce) {
    init(0xa0);
    const auto draw_line = [&](unsigned y) {
        set_area(0, y, 239, y);
        for (unsigned x = 0; x < 240; ++x) panel.exchange(0, 16, 8);
    };
    for (unsigned picture = 1; picture <= 2; ++picture) {
        for (unsigned y = 0; y < 159; ++y) draw_line(y);
        EXPECT_EQ(panel.frames_shown(), picture - 1);
        for (unsigned y = 159; y < 240; ++y) draw_line(y);
        EXPECT_EQ(panel.frames_shown(), picture);
    }
}

TEST_F(LcdPanelTest, GenerationMovesOnlyWithWhatIsSeen) {
    init(0xa0);
    set_area(0, 0, 319, 239);
    const std::uint64_t before = panel.generation();
    panel.picture();
    command(0x2a, {0, 0, 0, 1});
    EXPECT_EQ(panel.generation(), before);
    command(0x2c);
    panel.exchange(kRed565, 16, 8);
    EXPECT_NE(panel.generation(), before);
}

TEST_F(LcdPanelTest, PixelsOutsideOfMemoryAreLost) {
    init(0x00);
    set_area(230, 0, 300, 0);
    for (unsigned i = 0; i < 71; ++i) panel.exchange(kRed565, 16, 8);
    EXPECT_EQ(seen(319, 239), kRed);
    EXPECT_EQ(seen(318, 0), kBlack);
    set_area(0xffff, 0xffff, 0, 0);
    panel.exchange(kRed565, 16, 8);
    panel.exchange(kRed565, 16, 8);
    EXPECT_EQ(panel.frames_shown(), 0u);
}

TEST_F(LcdPanelTest, DeselectedOrHeldInResetItHearsNothing) {
    init(0xa0);
    panel.select(false);
    point(0, 0, kRed565);
    panel.select(true);
    EXPECT_EQ(seen(0, 0), kBlack);
    panel.set_reset(false);
    init(0xa0);
    panel.set_reset(true);
    point(0, 0, kRed565);
    EXPECT_EQ(seen(0, 0), kBlack);
}

TEST_F(LcdPanelTest, ResetPinActsAsItFallsAndKeepsTheMemory) {
    init(0xa0);
    point(0, 0, kRed565);
    panel.set_reset(false);
    EXPECT_EQ(seen(0, 0), kBlack);
    panel.set_reset(true);
    EXPECT_EQ(seen(0, 0), kBlack) << "asleep";
    init(0xa0);
    EXPECT_EQ(seen(0, 0), kRed);
}

TEST_F(LcdPanelTest, SoftwareResetKeepsTheMemory) {
    init(0xa0);
    point(0, 0, kRed565);
    init(0xa0);
    EXPECT_EQ(seen(0, 0), kRed);
    panel.power_on();
    init(0xa0);
    EXPECT_EQ(seen(0, 0), kBlack);
}

TEST_F(LcdPanelTest, VendorCommandsPassInSilenceOthersAreReported) {
    command(0xf1, {0x36, 0x04, 0x00});
    command(0xe0, {0x0f, 0x1f});
    EXPECT_EQ(bench.log.count(LogKind::unimplemented), 0u);
    command(0x2d, {0, 10});
    EXPECT_EQ(bench.log.count(LogKind::unimplemented), 1u);
}

TEST_F(LcdPanelTest, PixelInProgressSurvivesSaveAndRestore) {
    init(0xa0);
    set_area(3, 4, 5, 6);
    panel.exchange(kRed565 >> 8, 8, 8);
    Driver other(maix_panel());
    DeviceBench::transfer_state(panel, other.panel);
    other.panel.exchange(kRed565 & 0xff, 8, 8);
    EXPECT_EQ(other.seen(3, 4), kRed);
}

TEST_F(LcdPanelTest, SettingsAndCountsSurviveSaveAndRestore) {
    init(0x60);
    command(0x21);
    command(0x3a, {0x66});
    set_area(0, 0, 319, 119);
    for (unsigned i = 0; i < 320 * 120 * 3; ++i) panel.exchange(0, 8, 8);
    ASSERT_EQ(panel.frames_shown(), 1u);
    set_area(0, 120, 319, 120);  // goes on below what has been counted
    Driver other(maix_panel());
    other.panel.select(false);
    DeviceBench::transfer_state(panel, other.panel);
    EXPECT_EQ(other.panel.frames_shown(), 1u);
    for (unsigned i = 0; i < 320; ++i)
        for (const std::uint32_t byte : {0x00u, 0xfcu, 0xfcu}) other.panel.exchange(byte, 8, 8);
    EXPECT_EQ(other.panel.frames_shown(), 1u);
    EXPECT_EQ(other.seen(319 - 319, 239 - 120), kRed) << "inverted, turned, in three bytes";
    EXPECT_EQ(other.seen(319 - 0, 239 - 120), kRed);
}

TEST_F(LcdPanelTest, CommandAndItsParametersSurviveSaveAndRestore) {
    init(0xa0);
    command(0x2a, {0, 5});
    panel.set_dc(true);
    Driver other(maix_panel());
    other.panel.set_dc(false);
    DeviceBench::transfer_state(panel, other.panel);
    other.panel.exchange(0x0006, 16, 8);  // the end of a range whose beginning was sent before
    other.command(0x2b, {0, 7, 0, 8});
    other.command(0x2c);
    for (unsigned i = 0; i < 3; ++i) other.panel.exchange(kRed565, 16, 8);
    EXPECT_EQ(other.seen(5, 7), kRed);
    EXPECT_EQ(other.seen(6, 7), kRed);
    EXPECT_EQ(other.seen(5, 8), kRed);
    EXPECT_EQ(other.seen(7, 7), kBlack);
}

TEST_F(LcdPanelTest, HeldInResetItStaysSoWhenRestored) {
    init(0xa0);
    panel.set_reset(false);
    Driver other(maix_panel());
    DeviceBench::transfer_state(panel, other.panel);
    other.init(0xa0);
    other.point(0, 0, kRed565);
    EXPECT_EQ(other.seen(0, 0), kBlack);
}

TEST_F(LcdPanelTest, ModesSurviveSaveAndRestore) {
    init(0x00);
    point(0, 30, 0x7bef);
    command(0x33, {0, 20, 1, 4, 0, 40});
    command(0x37, {0, 25});
    command(0x39);
    command(0x35, {1});
    command(0x26, {8});
    command(0x51, {0x42});
    Driver other(maix_panel());
    DeviceBench::transfer_state(panel, other.panel);
    EXPECT_EQ(other.seen(319 - 25, 0), kBlack);
    EXPECT_EQ(other.read(0x09, 4), read(0x09, 4));
    EXPECT_EQ(other.read(0x52, 1), (Bytes{0x42}));
    other.command(0x38);
    EXPECT_EQ(other.seen(319 - 25, 0), (Rgb{0x7b, 0x7d, 0x7b}));
    command(0x30, {0, 10, 0, 19});
    command(0x12);
    DeviceBench::transfer_state(panel, other.panel);
    other.command(0x38);
    EXPECT_EQ(other.seen(319 - 30, 0), kBlack);
}

TEST_F(LcdPanelTest, AnAnswerInProgressSurvivesSaveAndRestore) {
    command(0x04);
    panel.receive(16, 8);
    Driver other(maix_panel());
    DeviceBench::transfer_state(panel, other.panel);
    EXPECT_EQ(other.panel.receive(16, 8), 0x8552u);
    panel.set_dc(false);
    panel.exchange(0xdc, 8, 1);
    panel.exchange(0, 4, 1);
    DeviceBench::transfer_state(panel, other.panel);
    EXPECT_EQ(other.panel.exchange(0, 4, 1), 2u);
}

TEST(LcdPanelGlassTest, M5StickVSeesItsWindowOfTheMemory) {
    Driver d(m5stickv_panel());
    d.init(0x60);
    d.command(0x21);
    EXPECT_EQ(d.panel.picture().width, 240u);
    EXPECT_EQ(d.panel.picture().height, 135u);
    d.point(40, 52, kRed565);  // offsets w1, h1: py_lcd.c:247-250
    d.point(40 + 239, 52 + 134, kGreen565);
    EXPECT_EQ(d.seen(0, 0), kRed);
    EXPECT_EQ(d.seen(239, 134), kGreen);
}

TEST(LcdPanelGlassTest, AmigoIsALargerPanelInBgrOrder) {
    Driver d(amigo_panel());
    d.init(0x28);
    EXPECT_EQ(d.panel.picture().width, 480u);
    EXPECT_EQ(d.panel.picture().height, 320u);
    d.point(479, 319, kRed565);
    EXPECT_EQ(d.seen(479, 319), kRed);
}

TEST(LcdPanelGlassTest, Kd233IsUprightAsTheSdkDemosUseIt) {
    Driver d(kd233_panel());
    d.init(0x28);
    d.point(10, 20, kRed565);
    EXPECT_EQ(d.seen(10, 20), kRed);
}

// embed_fire and the airv3 boards, MaixPy and MaixCube: the same controller behind other glass.
TEST(LcdPanelGlassTest, SquareAndNarrowGlassesShowTheirRowsOfMemory) {
    LcdPanelConfig cube = maix_panel();
    cube.glass_height = 240;
    cube.upright_madctl = 0x60;
    Driver square(cube);
    square.init(0x60);
    square.point(0, 0, kRed565);
    EXPECT_EQ(square.panel.picture().width, 240u);
    EXPECT_EQ(square.seen(0, 0), kRed);
    square.command(0x36, {0xa0});  // turned by half a circle: the glass begins 80 columns on
    square.point(80 + 239, 239, kGreen565);
    EXPECT_EQ(square.seen(0, 0), kGreen);

    LcdPanelConfig airv3 = m5stickv_panel();
    airv3.upright_madctl = 0xa0;
    Driver narrow(airv3);
    narrow.init(0xa0);
    narrow.command(0x21);
    narrow.point(40, 53, kRed565);
    EXPECT_EQ(narrow.seen(0, 0), kRed);
}

// A 240x240 glass scrolls through all 320 rows of its controller.
TEST(LcdPanelGlassTest, RowsBehindASquareGlassScrollIntoView) {
    LcdPanelConfig config = maix_panel();
    config.glass_height = 240;
    config.upright_madctl = 0x00;
    Driver d(config);
    d.init(0x00);
    d.point(0, 300, kRed565);
    d.command(0x37, {1, 0x2c});
    EXPECT_EQ(d.seen(0, 0), kRed);
}

TEST(LcdPanelGlassTest, Ili9486AnswersWithItsNumber) {
    Driver d(amigo_panel());
    EXPECT_EQ(d.read(0xd3, 3), (Driver::Bytes{0x00, 0x94, 0x86}));
    EXPECT_EQ(d.read(0x04, 3), (Driver::Bytes{0x54, 0x80, 0x66}));
}

TEST(LcdPanelGlassTest, Ili9486ReadsPixelsAsTheyWereWritten) {
    Driver d(amigo_panel());
    d.init(0x28);
    d.set_area(0, 0, 1, 0);
    d.panel.exchange(0xf81f1234, 32, 8);
    EXPECT_EQ(d.read(0x2e, 4), (Driver::Bytes{0xf8, 0x1f, 0x12, 0x34}));
    d.command(0x3a, {0x66});
    EXPECT_EQ(d.read(0x2e, 3), (Driver::Bytes{0xfc, 0x00, 0xfc}));
}

TEST(LcdPanelGlassTest, Ili9486TurnsAllPixelsOffAndOn) {
    Driver d(amigo_panel());
    d.init(0x28);
    d.point(0, 0, kRed565);
    d.command(0x23);
    EXPECT_EQ(d.seen(0, 0), kWhite);
    EXPECT_EQ(d.read(0x0d, 1), (Driver::Bytes{0x10}));
    d.command(0x22);
    EXPECT_EQ(d.seen(0, 0), kBlack);
    EXPECT_EQ(d.read(0x0d, 1), (Driver::Bytes{0x08}));
    d.command(0x13);
    EXPECT_EQ(d.seen(0, 0), kRed);
    d.command(0x23);
    d.command(0x28);
    EXPECT_EQ(d.seen(0, 0), kBlack);
}

TEST(LcdPanelGlassTest, Ili9481FlipsItsGlassAndHasNoIdOf04) {
    Driver d(amigo_ips_panel());
    d.init(0x28);
    d.command(0x21);
    d.point(0, 0, kRed565);
    EXPECT_EQ(d.seen(0, 0), kRed);
    d.command(0x36, {0x2a});
    EXPECT_EQ(d.seen(0, 319), kRed);
    d.command(0x36, {0x2b});
    EXPECT_EQ(d.seen(479, 319), kRed);
    EXPECT_EQ(d.read(0xbf, 5), (Driver::Bytes{0x02, 0x04, 0x94, 0x81, 0xff}));
    EXPECT_EQ(d.bench.log.count(LogKind::unimplemented), 0u);
    d.command(0x04);
    EXPECT_EQ(d.bench.log.count(LogKind::unimplemented), 1u);
    d.command(0x51, {0});
    d.command(0x23);
    EXPECT_EQ(d.bench.log.count(LogKind::unimplemented), 3u);
}

TEST(LcdPanelGlassTest, Nt35310AnswersWithItsNumber) {
    Driver d(kd233_panel());
    EXPECT_EQ(d.read(0xd4, 3), (Driver::Bytes{0x01, 0x53, 0x10}));
}

}  // namespace
}  // namespace k210
