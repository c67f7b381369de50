// MaixPy's I2C3 moves the pads itself: chips of boards answer it as they answer a controller.
#include <string>

#include <gtest/gtest.h>

#include "system/machine_bench.hpp"

namespace k210 {
namespace {

constexpr std::string_view kImage = "maixpy_0.6.2_84_ide.bin";

struct BitBangedI2cRealImageTest : testing::Test {
    void SetUp() override { K210_NEEDS(image_path(kImage)); }
    static void open(MachineBench& board, const std::string& pads) {
        ASSERT_TRUE(board.hears(">>> ", 6));
        EXPECT_EQ(board.reply("from machine import I2C; i2c = I2C(I2C.I2C3, freq=100000, " + pads + ")"), "");
    }
};

TEST_F(BitBangedI2cRealImageTest, FindsAllChipsOfAnAmigoAndSetsOneUp) {
    MachineBench board(image_firmware(kImage, "amigo"));
    open(board, "scl=24, sda=27");
    EXPECT_EQ(board.reply("i2c.scan()"), "[16, 38, 52, 56]\n");            // ES8374, MSA301, AXP173, FT6x36
    EXPECT_EQ(board.reply("i2c.readfrom_mem(0x26, 1, 1)"), "b'\\x13'\n");  // the MSA301's part number
    EXPECT_EQ(board.reply("i2c.writeto_mem(0x26, 0x0f, b'\\x03'); i2c.readfrom_mem(0x26, 0x0f, 1)"), "b'\\x03'\n");
}

TEST_F(BitBangedI2cRealImageTest, ReadsTheClockOfATWatch) {
    MachineBench board(image_firmware(kImage, "twatch"));
    open(board, "scl=30, sda=31");
    EXPECT_EQ(board.reply("i2c.scan()"), "[53, 56, 81]\n");  // AXP202, FT6x36, PCF8563
    // The first of January 2000, a Saturday, with the mark of lost power.
    EXPECT_EQ(board.reply("t = i2c.readfrom_mem(0x51, 2, 7); t[0] >> 7, t[3:7]"), "(1, b'\\x01\\x06\\x01\\x00')\n");
}

}  // namespace
}  // namespace k210
