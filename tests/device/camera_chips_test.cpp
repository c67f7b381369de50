// The cameras that only some boards have, as MaixPy's and Krux's drivers program them.
#include <gtest/gtest.h>

#include "board/camera/gc2145.hpp"
#include "board/camera/ov3660.hpp"
#include "board/camera/ov5642.hpp"
#include "support/camera_bench.hpp"

namespace k210 {
namespace {

using Settings = std::initializer_list<std::pair<unsigned, unsigned>>;

struct CameraChipsTest : CameraBench {
    static void set(I2cTarget& chip, Settings settings) {
        for (const auto& [reg, value] : settings)
            write(chip, static_cast<std::uint8_t>(reg), static_cast<std::uint8_t>(value));
    }
    static void set16(I2cTarget& chip, Settings settings) {
        for (const auto& [reg, value] : settings) write16(chip, reg, value);
    }
    // What gc2145_reset() writes, where it matters here.
    static void reset_gc2145(I2cTarget& chip) {
        set(chip, {{0xfe, 0xf0}, {0xf8, 0x84}, {0xfe, 0x00}, {0x0d, 0x04}, {0x0e, 0xc0}, {0x0f, 0x06},
                   {0x10, 0x52}, {0x12, 0x2e}, {0x17, 0x14}, {0x84, 0x06}, {0x90, 0x01}, {0x95, 0x01},
                   {0x96, 0xe0}, {0x97, 0x02}, {0x98, 0x80}, {0xfe, 0x02}, {0x17, 0x53}, {0x84, 0x0a},
                   {0xfe, 0x00}, {0x05, 0x01}, {0x06, 0x56}, {0x07, 0x00}, {0x08, 0x32}});
    }
    static void set_gc2145_qvga(I2cTarget& chip) {
        set(chip, {{0xfe, 0x00},
                   {0xfd, 0x01},
                   {0xfa, 0x00},
                   {0x99, 0x22},
                   {0x90, 0x01},
                   {0x91, 0x00},
                   {0x92, 0x1e},
                   {0x93, 0x00},
                   {0x94, 0x28},
                   {0x95, 0x00},
                   {0x96, 0xf0},
                   {0x97, 0x01},
                   {0x98, 0x40},
                   {0x9a, 0x06}});
    }
    // The scene in the whole array, one pixel of it to four by four of the sensor's.
    StillCamera large{pattern(400, 300)};
};

TEST_F(CameraChipsTest, Gc2145ShowsItsIdOnEveryPage) {
    Gc2145 camera(scene, bench.log);
    for (const unsigned page : {0u, 1u, 2u, 3u}) {
        write(camera, 0xfe, static_cast<std::uint8_t>(page));
        EXPECT_EQ(read(camera, 0xf0) << 8 | read(camera, 0xf1), 0x2145u) << page;
    }
    write(camera, 0xf0, 0);
    EXPECT_EQ(read(camera, 0xf0), 0x21u);
}

TEST_F(CameraChipsTest, Gc2145PagesKeepTheirOwnValuesUntilReset) {
    Gc2145 camera(scene, bench.log);
    set(camera, {{0xfe, 0}, {0x17, 0x15}, {0xfe, 1}, {0x17, 0x22}, {0xfe, 3}, {0x17, 0x33}});
    EXPECT_EQ(read(camera, 0x17), 0x33u);
    write(camera, 0xfe, 0);
    EXPECT_EQ(read(camera, 0x17), 0x15u);
    write(camera, 0xfe, 0xf0);
    EXPECT_EQ(read(camera, 0x17), 0x14u);
    EXPECT_EQ(read(camera, 0xfe), 0u);
}

TEST_F(CameraChipsTest, Gc2145SendsTheMiddleOfItsHalvedArrayAsMaixPySetsQvga) {
    Gc2145 camera(large, bench.log);
    reset_gc2145(camera);
    set_gc2145_qvga(camera);
    const Picture p = decode_rgb565(camera.frame(0)), whole = pattern(400, 300);
    ASSERT_EQ(p.width, 320u);
    ASSERT_EQ(p.height, 240u);
    EXPECT_TRUE(std::equal(p.at(0, 100), p.at(0, 101), whole.at(40, 130)));
}

TEST_F(CameraChipsTest, Gc2145CropsTheFullArrayUntilItsScalerIsOn) {
    Gc2145 camera(large, bench.log);
    reset_gc2145(camera);
    const Picture p = decode_rgb565(camera.frame(0));
    ASSERT_EQ(p.width, 640u);
    ASSERT_EQ(p.height, 480u);
    EXPECT_EQ(p.at(402, 82)[0], pattern(400, 300).at(100, 20)[0]) << "four pixels to one of the scene";
}

TEST_F(CameraChipsTest, Gc2145ZoomsAsKruxDoes) {
    Gc2145 camera(large, bench.log);
    reset_gc2145(camera);
    set(camera, {{0xfd, 0x01},
                 {0x99, 0x11},
                 {0x90, 0x01},
                 {0x93, 0x01},
                 {0x94, 0x00},
                 {0x91, 0x00},
                 {0x92, 0xc0},
                 {0x95, 0x00},
                 {0x96, 0xf0},
                 {0x97, 0x00},
                 {0x98, 0xf0}});
    const Picture p = decode_rgb565(camera.frame(0));
    ASSERT_EQ(p.width, 240u);
    ASSERT_EQ(p.height, 240u);
    EXPECT_EQ(p.at(20, 10)[0], pattern(400, 300).at(128 + 10, 96 + 5)[0]);
    EXPECT_EQ(p.at(20, 10)[1], pattern(400, 300).at(128 + 10, 96 + 5)[1]);
}

TEST_F(CameraChipsTest, Gc2145MirrorsAndFlips) {
    Gc2145 camera(large, bench.log);
    reset_gc2145(camera);
    set_gc2145_qvga(camera);
    const Picture upright = decode_rgb565(camera.frame(0));
    write(camera, 0x17, 0x15);
    EXPECT_EQ(decode_rgb565(camera.frame(0)).at(5, 7)[0], upright.at(314, 7)[0]);
    write(camera, 0x17, 0x16);
    EXPECT_EQ(decode_rgb565(camera.frame(0)).at(5, 7)[1], upright.at(5, 232)[1]);
}

TEST_F(CameraChipsTest, Gc2145OrdersItsBytesAsItsFormatSays) {
    Picture red(320, 240);
    for (std::size_t i = 0; i < red.rgb.size(); i += 3) red.rgb[i] = 255;
    StillCamera wall(red);
    Gc2145 camera(wall, bench.log);
    const auto first = [&](unsigned format) {
        write(camera, 0x84, static_cast<std::uint8_t>(format));
        const auto bytes = camera.frame(0).bytes;
        return std::vector<unsigned>(bytes.begin(), bytes.begin() + 4);
    };
    EXPECT_EQ(first(0), (std::vector<unsigned>{85, 77, 255, 77}));
    EXPECT_EQ(first(1), (std::vector<unsigned>{255, 77, 85, 77}));
    EXPECT_EQ(first(2), (std::vector<unsigned>{77, 85, 77, 255}));
    EXPECT_EQ(first(3), (std::vector<unsigned>{77, 255, 77, 85}));
    EXPECT_EQ(first(6), (std::vector<unsigned>{0xf8, 0, 0xf8, 0}));
    EXPECT_EQ(bench.log.count(LogKind::unimplemented), 0u);
    first(0x17);
    EXPECT_EQ(bench.log.count(LogKind::unimplemented), 1u);
}

// MaixPy's comments: 1250 lines of exposure are 20 frames a second; 250 lines are ten milliseconds.
TEST_F(CameraChipsTest, Gc2145SendsTwentyFramesASecondFrom24Megahertz) {
    Gc2145 camera(scene, bench.log);
    reset_gc2145(camera);
    EXPECT_NEAR(24e6 / static_cast<double>(camera.timing().frame_cycles), 20, 0.5);
    write(camera, 0xf8, 0x04);  // no PLL
    EXPECT_NEAR(24e6 / static_cast<double>(camera.timing().frame_cycles), 4, 0.1);
}

TEST_F(CameraChipsTest, Gc2145WithoutAWindowDoesNotStream) {
    Gc2145 camera(scene, bench.log);
    EXPECT_TRUE(camera.streaming());
    set(camera, {{0x0f, 0}, {0x10, 9}});
    EXPECT_FALSE(camera.streaming());
}

// ov5642_regs.h, where it matters here: 1280x960 of the binned array, scaled to 320x240.
struct Ov5642Test : CameraChipsTest {
    Ov5642 camera{scene, bench.log};

    Ov5642Test() {
        set16(camera, {{0x3008, 0x82},
                       {0x3011, 0x0e},
                       {0x380c, 0x07},
                       {0x380d, 0x2a},
                       {0x380e, 0x03},
                       {0x380f, 0xe8},
                       {0x3818, 0xc1},
                       {0x3621, 0x87},
                       {0x3804, 0x05},
                       {0x3805, 0x00},
                       {0x3806, 0x03},
                       {0x3807, 0xc0},
                       {0x3808, 0x01},
                       {0x3809, 0x40},
                       {0x380a, 0x00},
                       {0x380b, 0xf0},
                       {0x4300, 0x61}});
    }
};

TEST_F(Ov5642Test, AnswersWithItsId) {
    EXPECT_EQ(read16(camera, 0x300a) << 8 | read16(camera, 0x300b), 0x5642u);
    write16(camera, 0x300a, 0);
    EXPECT_EQ(read16(camera, 0x300a), 0x56u);
}

TEST_F(Ov5642Test, SendsAnUprightQvgaPictureAtThirtyFramesASecond) {
    const Picture p = decode_rgb565(camera.frame(0));
    ASSERT_EQ(p.width, 320u);
    ASSERT_EQ(p.height, 240u);
    EXPECT_NEAR(p.at(160, 120)[1], pattern(320, 240).at(160, 120)[1], 8);
    EXPECT_LT(p.at(160, 20)[1], p.at(160, 60)[1]);
    EXPECT_LT(p.at(40, 120)[2], p.at(280, 120)[2]);
    EXPECT_NEAR(24e6 / static_cast<double>(camera.timing().frame_cycles), 30, 1);
}

TEST_F(Ov5642Test, ShowsTheMiddleOfItsArray) {
    Picture edges(2592, 1944);
    for (unsigned y = 12; y < 1944 - 12; ++y)
        for (unsigned x = 16; x < 2592 - 16; ++x) edges.at(x, y)[0] = 248;
    StillCamera frame(edges);
    Ov5642 other(frame, bench.log);
    set16(other, {{0x3818, 0xc1},
                  {0x3621, 0x87},
                  {0x3804, 0x05},
                  {0x3805, 0x00},
                  {0x3806, 0x03},
                  {0x3807, 0xc0},
                  {0x3808, 0x01},
                  {0x3809, 0x40},
                  {0x380a, 0x00},
                  {0x380b, 0xf0},
                  {0x4300, 0x61}});
    const Picture p = decode_rgb565(other.frame(0));
    EXPECT_EQ(p.at(0, 0)[0], 248);
    EXPECT_EQ(p.at(319, 239)[0], 248);
}

TEST_F(Ov5642Test, MirrorsWhileItsMirrorBitIsClearAndFlips) {
    const Picture upright = decode_rgb565(camera.frame(0));
    set16(camera, {{0x3818, 0x81}, {0x3621, 0xa7}});  // set_hmirror(0)
    EXPECT_EQ(decode_rgb565(camera.frame(0)).at(5, 7)[0], upright.at(314, 7)[0]);
    set16(camera, {{0x3818, 0xe1}});
    EXPECT_EQ(decode_rgb565(camera.frame(0)).at(5, 7)[1], upright.at(5, 232)[1]);
}

TEST_F(Ov5642Test, SendsGreyAndColourInMaixPysOrder) {
    Picture red(320, 240);
    for (std::size_t i = 0; i < red.rgb.size(); i += 3) red.rgb[i] = 255;
    StillCamera wall(red);
    Ov5642 other(wall, bench.log);
    write16(other, 0x4300, 0x32);
    const auto bytes = other.frame(0).bytes;
    EXPECT_EQ(std::vector<unsigned>(bytes.begin(), bytes.begin() + 4), (std::vector<unsigned>{85, 77, 255, 77}));
}

TEST_F(Ov5642Test, SleepsWhileToldTo) {
    EXPECT_TRUE(camera.streaming());
    write16(camera, 0x3008, 0x42);
    EXPECT_FALSE(camera.streaming());
    write16(camera, 0x3008, 0x02);
    EXPECT_TRUE(camera.streaming());
    write16(camera, 0x3008, 0x82);
    EXPECT_EQ(read16(camera, 0x3808), 0x0au);
}

// ov3660.c, qvga_config and ov3660_default.
TEST_F(CameraChipsTest, Ov3660SendsWhatMaixPyAsksForAtTheRatesOfItsComments) {
    Ov3660 camera(scene, bench.log);
    EXPECT_EQ(read16(camera, 0x300a) << 8 | read16(camera, 0x300b), 0x3660u);
    set16(camera, {{0x4300, 0x32},
                   {0x3804, 0x08},
                   {0x3805, 0x1f},
                   {0x3806, 0x06},
                   {0x3807, 0x09},
                   {0x3808, 0x01},
                   {0x3809, 0x40},
                   {0x380a, 0x00},
                   {0x380b, 0xf0},
                   {0x303b, 0x0a},
                   {0x303c, 0x11},
                   {0x303d, 0x30},
                   {0x380c, 0x08},
                   {0x380d, 0x02},
                   {0x380e, 0x03},
                   {0x380f, 0x10}});
    EXPECT_EQ(camera.frame(0).bytes.size(), 320u * 240 * 2);
    EXPECT_NEAR(24e6 / static_cast<double>(camera.timing().frame_cycles), 12.5, 0.1);
    set16(camera, {{0x303b, 0x17}, {0x380c, 0x09}, {0x380d, 0x30}});
    EXPECT_NEAR(24e6 / static_cast<double>(camera.timing().frame_cycles), 25, 0.1);
    write16(camera, 0x303d, 0x34);  // the root divider
    EXPECT_NEAR(24e6 / static_cast<double>(camera.timing().frame_cycles), 12.5, 0.1);
}

TEST_F(CameraChipsTest, Ov3660Mirrors) {
    Ov3660 camera(scene, bench.log);
    set16(camera, {{0x4300, 0x61}, {0x3808, 0x01}, {0x3809, 0x40}, {0x380a, 0x00}, {0x380b, 0xf0}});
    const Picture upright = decode_rgb565(camera.frame(0));
    write16(camera, 0x3821, 0x07);
    EXPECT_EQ(decode_rgb565(camera.frame(0)).at(5, 7)[0], upright.at(314, 7)[0]);
}

}  // namespace
}  // namespace k210
