#include <algorithm>

#include <gtest/gtest.h>

#include "board/camera/gc0328.hpp"
#include "board/camera/ov2640.hpp"
#include "board/camera/ov5640.hpp"
#include "board/camera/ov7740.hpp"
#include "support/camera_bench.hpp"

namespace k210 {
namespace {

using CameraTest = CameraBench;

TEST_F(CameraTest, Ov2640WakesUpShowingItsIds) {
    Ov2640 camera(scene, bench.log);
    EXPECT_EQ(read(camera, 0x0a) << 8 | read(camera, 0x0b), 0x2642u);
    EXPECT_EQ(read(camera, 0x1c) << 8 | read(camera, 0x1d), 0x7fa2u);
}

TEST_F(CameraTest, Ov2640BanksKeepTheirOwnValues) {
    Ov2640 camera(scene, bench.log);
    write(camera, 0xff, 0);
    write(camera, 0x24, 0x11);
    write(camera, 0xff, 1);
    write(camera, 0x24, 0x22);
    EXPECT_EQ(read(camera, 0x24), 0x22u);
    write(camera, 0xff, 0);
    EXPECT_EQ(read(camera, 0x24), 0x11u);
}

TEST_F(CameraTest, Ov2640SoftResetRestoresBothBanks) {
    Ov2640 camera(scene, bench.log);
    set_ov2640_svga(camera, 320, 240);
    write(camera, 0xff, 1);
    write(camera, 0x12, 0x80);
    EXPECT_EQ(read(camera, 0x12), 0u);
    write(camera, 0xff, 0);
    EXPECT_EQ(read(camera, 0xc0), 0x80u);
}

TEST_F(CameraTest, SceneOfTheFramesSizeComesOutPixelExact) {
    Ov2640 camera(scene, bench.log);
    set_ov2640_svga(camera, 320, 240);
    const VideoFrame frame = camera.frame(0);
    ASSERT_EQ(frame.width, 320u);
    ASSERT_EQ(frame.height, 240u);
    EXPECT_EQ(decode_rgb565(frame).rgb, pattern(320, 240).rgb);
}

TEST_F(CameraTest, HalfSizeFrameHoldsMeansOfFourPixels) {
    Picture checks(320, 240);
    for (unsigned y = 0; y < 240; ++y)
        for (unsigned x = 0; x < 320; ++x) checks.at(x, y)[1] = (x + y) % 2 ? 0 : 240;
    StillCamera board(checks);
    Ov2640 camera(board, bench.log);
    set_ov2640_svga(camera, 160, 120);
    const Picture frame = decode_rgb565(camera.frame(0));
    EXPECT_EQ(frame.at(0, 0)[1], 120);
    EXPECT_EQ(frame.at(159, 119)[1], 120);
}

// Each pixel is the mean of 17 x 17, whose weights are no whole numbers.
TEST_F(CameraTest, AFrameOfOneColourIsOfThatColour) {
    Picture wall(16 * 17, 12 * 17);
    std::fill(wall.rgb.begin(), wall.rgb.end(), std::uint8_t{248});
    StillCamera still(wall);
    Ov2640 camera(still, bench.log);
    set_ov2640_svga(camera, 16, 12);
    const Picture frame = decode_rgb565(camera.frame(0));
    EXPECT_EQ(frame.rgb, std::vector<std::uint8_t>(std::size_t{16} * 12 * 3, 248));
}

TEST_F(CameraTest, SceneWiderThanTheArrayLosesItsSides) {
    Picture wide(480, 240);
    for (unsigned y = 0; y < 240; ++y)
        for (unsigned x = 80; x < 400; ++x) wide.at(x, y)[0] = 248;
    StillCamera panorama(wide);
    Ov2640 camera(panorama, bench.log);
    set_ov2640_svga(camera, 320, 240);
    const Picture frame = decode_rgb565(camera.frame(0));
    EXPECT_EQ(frame.at(0, 0)[0], 248);
    EXPECT_EQ(frame.at(319, 239)[0], 248);
}

TEST_F(CameraTest, Ov2640WindowCutsOutOfTheArray) {
    Ov2640 camera(scene, bench.log);
    set_ov2640_svga(camera, 160, 120);
    write(camera, 0x51, 100);  // 400 of 800 pixels, the right half
    write(camera, 0x52, 75);
    write(camera, 0x53, static_cast<std::uint8_t>(400 & 0xff));
    write(camera, 0x54, static_cast<std::uint8_t>(300 & 0xff));
    write(camera, 0x55, 0x11);  // both offsets' bit 8
    const Picture frame = decode_rgb565(camera.frame(0));
    for (auto [x, y] : {std::pair{0u, 0u}, {17u, 40u}, {159u, 119u}})
        EXPECT_EQ(frame.at(x, y)[0], pattern(320, 240).at(160 + x, 120 + y)[0]) << x;
}

TEST_F(CameraTest, Ov2640WindowsOffsetsAreEachTheirOwn) {
    Ov2640 camera(scene, bench.log);
    set_ov2640_svga(camera, 320, 120);
    write(camera, 0x52, 75);  // 300 of 600 lines, the lower half
    write(camera, 0x54, static_cast<std::uint8_t>(300 & 0xff));
    write(camera, 0x55, 0x10);  // the bit 8 of the lines' alone
    EXPECT_EQ(decode_rgb565(camera.frame(0)).at(0, 0)[1], pattern(320, 240).at(0, 120)[1]);
}

TEST_F(CameraTest, AWindowBeyondTheArrayIsCutOff) {
    Ov2640 camera(scene, bench.log);
    set_ov2640_svga(camera, 320, 120);
    write(camera, 0x54, static_cast<std::uint8_t>(300 & 0xff));
    write(camera, 0x55, 0x10);  // from line 300 on, and still 600 lines
    const Picture frame = decode_rgb565(camera.frame(0));
    for (const unsigned y : {0u, 119u}) EXPECT_EQ(frame.at(7, y)[1], pattern(320, 240).at(7, 120 + y)[1]) << y;
}

TEST_F(CameraTest, Ov2640SendsMoreThanAThousandLines) {
    Ov2640 camera(scene, bench.log);
    set_ov2640_svga(camera, 1600, 1200);
    EXPECT_EQ(camera.timing().lines, 1200u);
}

TEST_F(CameraTest, MirrorFlipAndMountingTurnThePicture) {
    Ov2640 camera(scene, bench.log, {.mirrored = true});
    set_ov2640_svga(camera, 320, 240);
    EXPECT_EQ(decode_rgb565(camera.frame(0)).at(5, 7)[0], pattern(320, 240).at(314, 7)[0]);
    write(camera, 0xff, 1);
    write(camera, 0x04, 0xd8);
    const Picture turned = decode_rgb565(camera.frame(0));
    EXPECT_EQ(turned.at(5, 7)[0], pattern(320, 240).at(5, 232)[0]);
    EXPECT_EQ(turned.at(5, 7)[1], pattern(320, 240).at(5, 232)[1]);
}

// What is in the middle of a frame of one colour, as MaixPy's image mode gives it.
struct FilterTest : CameraTest {
    static Picture wall(std::uint8_t red, std::uint8_t green, std::uint8_t blue) {
        Picture p(320, 240);
        for (std::size_t i = 0; i < p.rgb.size(); i += 3) {
            p.rgb[i] = red;
            p.rgb[i + 1] = green;
            p.rgb[i + 2] = blue;
        }
        return p;
    }
    using Colour = std::vector<std::uint8_t>;
    static Colour shown(CameraSensor& camera) {
        const Picture frame = decode_rgb565(camera.frame(0));
        return {frame.at(160, 120), frame.at(160, 120) + 3};
    }
    static std::vector<std::uint8_t> first_pair(CameraSensor& camera) {
        const auto bytes = camera.frame(0).bytes;
        return {bytes.begin(), bytes.begin() + 4};
    }

    StillCamera red{wall(248, 0, 0)}, green{wall(0, 248, 0)}, grey{wall(128, 128, 128)};
    const Colour kRed{248, 0, 0}, kDarkGreen{0, 124, 0}, kMagenta{248, 0, 248}, kGrey{128, 128, 128};
};

TEST_F(FilterTest, Ov2640FlippedWithoutMovingItsWindowTurnsRedToGreen) {
    Ov2640 camera(red, bench.log);
    set_ov2640_svga(camera, 320, 240);
    EXPECT_EQ(shown(camera), kRed);
    write(camera, 0xff, 1);
    write(camera, 0x04, 0x68);
    EXPECT_EQ(shown(camera), kDarkGreen);
}

TEST_F(FilterTest, Ov2640FlippedAsMaixPyDoesItKeepsItsColours) {
    Ov2640 camera(red, bench.log);
    set_ov2640_svga(camera, 320, 240);
    write(camera, 0xff, 1);
    write(camera, 0x04, 0xf8);
    EXPECT_EQ(shown(camera), kRed);
}

TEST_F(FilterTest, Ov2640WindowMovedWithoutFlippingTurnsGreenToMagenta) {
    Ov2640 camera(green, bench.log);
    set_ov2640_svga(camera, 320, 240);
    write(camera, 0xff, 1);
    write(camera, 0x04, 0x38);
    EXPECT_EQ(shown(camera), kMagenta);
}

TEST_F(FilterTest, Ov2640MirrorsWithoutHarmToColours) {
    Ov2640 camera(red, bench.log);
    set_ov2640_svga(camera, 320, 240);
    write(camera, 0xff, 1);
    for (const unsigned reg04 : {0x28u, 0xa8u, 0x08u, 0x88u}) {
        write(camera, 0x04, static_cast<std::uint8_t>(reg04));
        EXPECT_EQ(shown(camera), kRed) << reg04;
    }
}

TEST_F(FilterTest, GreyStaysGrey) {
    Ov2640 camera(grey, bench.log);
    set_ov2640_svga(camera, 320, 240);
    write(camera, 0xff, 1);
    write(camera, 0x04, 0x40);
    EXPECT_EQ(shown(camera), kGrey);
}

TEST_F(FilterTest, TheMountOfACameraLeavesItsColoursAlone) {
    Ov2640 camera(red, bench.log, {.mirrored = true, .upside_down = true});
    set_ov2640_svga(camera, 320, 240);
    EXPECT_EQ(shown(camera), kRed);
}

// MaixPy 0.4.0 sets the mirror bit alone, 0.6 also moves the window.
TEST_F(FilterTest, Ov7740MirroredWithoutMovingItsWindowHasTheColoursOfAnother) {
    StillCamera dark_green{wall(0, 124, 0)};
    Ov7740 camera(red, bench.log), other(dark_green, bench.log);
    const auto right = first_pair(camera);
    write(camera, 0x0c, 0x42);
    EXPECT_EQ(first_pair(camera), first_pair(other));
    write(camera, 0x16, 0x11);
    EXPECT_EQ(first_pair(camera), right);
}

TEST_F(FilterTest, Ov7740FlipsWithoutHarmToColours) {
    Ov7740 camera(red, bench.log);
    const auto right = first_pair(camera);
    write(camera, 0x0c, 0x82);
    EXPECT_EQ(first_pair(camera), right);
}

TEST_F(CameraTest, WindowIsCutFromTheTurnedPicture) {
    Gc0328 camera(scene, bench.log, {.mirrored = true});
    write(camera, 0x44, 0x06);
    write(camera, 0x59, 0x22);
    write(camera, 0x50, 0x01);
    for (auto [reg, value] : {std::pair{0x54, 16}, {0x55, 0}, {0x56, 240}, {0x57, 0}, {0x58, 64}})
        write(camera, static_cast<std::uint8_t>(reg), static_cast<std::uint8_t>(value));
    const Picture p = decode_rgb565(camera.frame(0));
    EXPECT_EQ(p.at(0, 0)[0], pattern(320, 240).at(319 - 16, 0)[0]);
    EXPECT_EQ(p.at(63, 0)[2], pattern(320, 240).at(319 - 79, 0)[2]);
}

TEST_F(CameraTest, WindowIsCutFromThePictureUpsideDown) {
    Gc0328 camera(scene, bench.log, {.upside_down = true});
    write(camera, 0x44, 0x06);
    write(camera, 0x59, 0x22);
    write(camera, 0x50, 0x01);
    for (auto [reg, value] : {std::pair{0x52, 16}, {0x55, 0}, {0x56, 64}, {0x57, 1}, {0x58, 64}})
        write(camera, static_cast<std::uint8_t>(reg), static_cast<std::uint8_t>(value));
    const Picture p = decode_rgb565(camera.frame(0));
    EXPECT_EQ(p.at(0, 0)[1], pattern(320, 240).at(0, 239 - 16)[1]);
    EXPECT_EQ(p.at(0, 63)[1], pattern(320, 240).at(0, 239 - 79)[1]);
}

TEST_F(CameraTest, YuvOrderFollowsImageMode) {
    Picture red(320, 240);
    for (std::size_t i = 0; i < red.rgb.size(); i += 3) red.rgb[i] = 255;
    StillCamera wall(red);
    Ov2640 camera(wall, bench.log);
    set_ov2640_svga(camera, 320, 240);
    write(camera, 0xda, 0x01);  // MaixPy: UYVY
    auto bytes = camera.frame(0).bytes;
    EXPECT_EQ(std::vector<std::uint8_t>(bytes.begin(), bytes.begin() + 4),
              (std::vector<std::uint8_t>{85, 77, 255, 77}));
    write(camera, 0xda, 0x00);
    bytes = camera.frame(0).bytes;
    EXPECT_EQ(std::vector<std::uint8_t>(bytes.begin(), bytes.begin() + 4),
              (std::vector<std::uint8_t>{77, 85, 77, 255}));
}

TEST_F(CameraTest, ColourBarsReplaceTheScene) {
    Ov2640 camera(scene, bench.log);
    set_ov2640_svga(camera, 320, 240);
    write(camera, 0xff, 1);
    write(camera, 0x12, 0x42);
    const Picture frame = decode_rgb565(camera.frame(0));
    EXPECT_EQ(frame.at(0, 100)[2], 0xf8);
    EXPECT_EQ(frame.at(319, 100)[2], 0);
}

TEST_F(CameraTest, Ov2640RunsAt30FramesASecondFrom24Megahertz) {
    Ov2640 camera(scene, bench.log);
    set_ov2640_svga(camera, 320, 240);
    const VideoTiming t = camera.timing();
    EXPECT_EQ(24'000'000 / t.frame_cycles, 30u);
    EXPECT_EQ(t.lines, 240u);
    EXPECT_LT(t.first_line_cycles + t.active_cycles, t.frame_cycles);
    write(camera, 0xff, 1);
    write(camera, 0x11, 0x01);
    EXPECT_EQ(camera.timing().frame_cycles, 2 * t.frame_cycles);
    write(camera, 0x11, 0x80);  // its clock doubler
    EXPECT_EQ(camera.timing().frame_cycles, t.frame_cycles / 2);
}

// As MaixPy does, by 34 lines: the picture comes when it came, and the next one later.
TEST_F(CameraTest, Ov2640AddsLinesBehindThePicture) {
    Ov2640 camera(scene, bench.log);
    set_ov2640_svga(camera, 320, 240);
    const VideoTiming before = camera.timing();
    write(camera, 0xff, 1);
    write(camera, 0x46, 0x22);
    const VideoTiming t = camera.timing();
    EXPECT_EQ(t.frame_cycles, 1190u * (672 + 34));
    EXPECT_NEAR(static_cast<double>(t.first_line_cycles), static_cast<double>(before.first_line_cycles), 1);
    EXPECT_NEAR(static_cast<double>(t.active_cycles), static_cast<double>(before.active_cycles), 1);
    write(camera, 0x47, 0x01);
    EXPECT_EQ(camera.timing().frame_cycles, 1190u * (672 + 34 + 256));
}

TEST_F(CameraTest, Gc0328SendsTwoBytesAPixelOneACycle) {
    Gc0328 camera(scene, bench.log);
    for (const auto& [reg, value] : {std::pair{0x05, 0x00}, {0x06, 0x80}, {0x07, 0x00}, {0x08, 0x10}})  // as MaixPy
        write(camera, static_cast<std::uint8_t>(reg), static_cast<std::uint8_t>(value));
    EXPECT_EQ(camera.timing().frame_cycles, 2u * (128 + 648 + 4) * (16 + 488));
    EXPECT_EQ(24'000'000 / camera.timing().frame_cycles, 30u);
}

TEST_F(CameraTest, PoweredDownChipNeitherAnswersNorStreams) {
    Ov2640 camera(scene, bench.log);
    EXPECT_TRUE(camera.streaming());
    camera.set_power_down(true);
    EXPECT_FALSE(camera.start(false));
    EXPECT_FALSE(camera.streaming());
    camera.set_power_down(false);
    EXPECT_TRUE(camera.start(false));
}

TEST_F(CameraTest, Ov2640InStandbyDoesNotStream) {
    Ov2640 camera(scene, bench.log);
    write(camera, 0xff, 1);
    write(camera, 0x09, 0x10);
    EXPECT_FALSE(camera.streaming());
    EXPECT_EQ(read(camera, 0x0a), 0x26u) << "it still answers";
    write(camera, 0x09, 0x00);
    EXPECT_TRUE(camera.streaming());
}

TEST_F(CameraTest, ResetPinForgetsRegisters) {
    Gc0328 camera(scene, bench.log);
    write(camera, 0x17, 0x17);
    camera.set_reset(true);
    EXPECT_FALSE(camera.start(false));
    camera.set_reset(false);
    EXPECT_EQ(read(camera, 0x17), 0x14u);
}

TEST_F(CameraTest, Gc0328ShowsItsIdOnEveryPage) {
    Gc0328 camera(scene, bench.log);
    write(camera, 0xfe, 1);
    EXPECT_EQ(read(camera, 0xf0), 0x9du);
    write(camera, 0xfe, 0);
    EXPECT_EQ(read(camera, 0xf0), 0x9du);
}

TEST_F(CameraTest, Gc0328SubsamplesThenCrops) {
    Gc0328 camera(scene, bench.log);
    write(camera, 0x44, 0x06);
    write(camera, 0x59, 0x22);
    write(camera, 0x50, 0x01);
    for (auto [reg, value] : {std::pair{0x53, 0}, {0x54, 40}, {0x55, 0}, {0x56, 240}, {0x57, 0}, {0x58, 240}})
        write(camera, static_cast<std::uint8_t>(reg), static_cast<std::uint8_t>(value));  // MaixPy's 240x240
    const VideoFrame frame = camera.frame(0);
    ASSERT_EQ(frame.width, 240u);
    ASSERT_EQ(frame.height, 240u);
    const Picture p = decode_rgb565(frame), whole = pattern(320, 240);
    EXPECT_TRUE(std::equal(p.at(0, 99), p.at(0, 100), whole.at(40, 99)));
}

TEST_F(CameraTest, Gc0328CropBeyondItsWindowIsCutOff) {
    Gc0328 camera(scene, bench.log);
    write(camera, 0x59, 0x44);
    write(camera, 0x50, 0x01);  // the crop size is still 640x480
    const VideoFrame frame = camera.frame(0);
    EXPECT_EQ(frame.width, 160u);
    EXPECT_EQ(frame.height, 120u);
}

TEST_F(CameraTest, Ov7740RunsAt60FramesASecondFrom24MegahertzAndScales) {
    Ov7740 camera(scene, bench.log);
    EXPECT_EQ(read(camera, 0x0a) << 8 | read(camera, 0x0b), 0x7742u);
    write(camera, 0x31, 0x50);
    write(camera, 0x32, 0x78);
    const VideoFrame frame = camera.frame(0);
    EXPECT_EQ(frame.width, 320u);
    EXPECT_EQ(frame.height, 240u);
    EXPECT_EQ(24'000'000 / camera.timing().frame_cycles, 60u);
    write(camera, 0x11, 0x03);
    EXPECT_EQ(24'000'000 / camera.timing().frame_cycles, 15u);
}

TEST_F(CameraTest, Ov7740CountsItsOutputsLastBitsApart) {
    Ov7740 camera(scene, bench.log);
    write(camera, 0x31, 0x50);
    write(camera, 0x32, 0x78);
    write(camera, 0x34, 0x05);
    EXPECT_EQ(camera.frame(0).width, 322u);
    EXPECT_EQ(camera.frame(0).height, 241u);
}

TEST_F(CameraTest, Ov7740ForgetsItsRegistersWhenToldTo) {
    Ov7740 camera(scene, bench.log);
    write(camera, 0x31, 0x50);
    write(camera, 0x12, 0x80);
    EXPECT_EQ(read(camera, 0x31), 0xa0u);
    EXPECT_EQ(read(camera, 0x12), 0u);
}

TEST_F(CameraTest, Ov5640AnswersAtSixteenBitAddresses) {
    Ov5640 camera(scene, bench.log);
    EXPECT_EQ(read16(camera, 0x300a) << 8 | read16(camera, 0x300b), 0x5640u);
    EXPECT_EQ(read(camera, 0x0a), 0u);  // half an address, as an eight-bit probe sends
}

TEST_F(CameraTest, Ov5640DeliversWhatTheDemosAskFor) {
    Ov5640 camera(scene, bench.log);
    for (auto [reg, value] : {std::pair{0x3008, 0x42},
                              {0x3034, 0x1a},
                              {0x3035, 0x41},
                              {0x3036, 0x90},
                              {0x3037, 0x13},
                              {0x3108, 0x01},
                              {0x4300, 0x61},
                              {0x3815, 0x35},
                              {0x3808, 1},
                              {0x3809, 0x40},
                              {0x380a, 0},
                              {0x380b, 0xf0},
                              {0x380c, 7},
                              {0x380d, 0x58},
                              {0x380e, 1},
                              {0x380f, 0xf0}})
        write16(camera, static_cast<unsigned>(reg), static_cast<unsigned>(value));
    EXPECT_FALSE(camera.streaming());
    write16(camera, 0x3008, 0x02);
    EXPECT_TRUE(camera.streaming());
    EXPECT_EQ(24'000'000 / camera.timing().frame_cycles, 30u);
    EXPECT_EQ(camera.frame(0).bytes.size(), 320u * 240 * 2);
}

TEST_F(CameraTest, SenselessRegistersStopTheStream) {
    Ov2640 camera(scene, bench.log);
    set_ov2640_svga(camera, 0, 240);
    EXPECT_FALSE(camera.streaming());
    EXPECT_TRUE(camera.frame(0).bytes.empty());
}

TEST_F(CameraTest, RegistersSurviveSaveAndRestore) {
    Ov2640 camera(scene, bench.log), other(scene, bench.log);
    set_ov2640_svga(camera, 160, 120);
    camera.start(false);
    camera.write(0x5a);
    Snapshot snapshot;
    StateSaver saver(snapshot);
    camera.visit_state(saver);
    StateLoader loader(snapshot);
    other.visit_state(loader);
    EXPECT_EQ(other.frame(0).width, 160u);
    other.write(80);  // goes on inside the transfer
    EXPECT_EQ(other.frame(0).width, 320u);
}

TEST_F(CameraTest, PinsSurviveSaveAndRestore) {
    for (const auto hold : {&CameraSensor::set_power_down, &CameraSensor::set_reset}) {
        Ov2640 camera(scene, bench.log), other(scene, bench.log);
        (camera.*hold)(true);
        DeviceBench::transfer_state(camera, other);
        EXPECT_FALSE(other.start(false));
    }
}

}  // namespace
}  // namespace k210
