// What MaixPy sends and receives over I2S.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "system/machine_bench.hpp"

namespace k210 {
namespace {

constexpr std::string_view kImage = "maixpy_0.6.2_84_lvgl.bin";  // one of the few builds with the ws2812 module

TEST(I2sRealImageTest, ALedShowsWhatTheWs2812ModuleDisplays) {
    K210_NEEDS(image_path(kImage));
    MachineBench board(image_firmware(kImage, "unitv"));
    ASSERT_TRUE(board.hears(">>> ", 6));
    EXPECT_EQ(board.reply("from modules import ws2812; chain = ws2812(8, 3)"), "");
    EXPECT_EQ(board.reply("chain.set_led(0, (255, 128, 1)) and chain.set_led(1, (7, 7, 7))"), "True\n");
    EXPECT_EQ(board.reply("chain.display()"), "True\n");
    Light& led = board.machine().port<Light>("led");
    EXPECT_EQ(led.colours()[0], (Colour{255, 128, 1}));
    EXPECT_EQ(board.reply("chain.set_led(0, (0, 1, 254)) and chain.display()"), "True\n");
    EXPECT_EQ(led.colours()[0], (Colour{0, 1, 254}));
}

TEST(I2sRealImageTest, RecordingTakesTheTimeOfItsSamples) {
    K210_NEEDS(image_path(kImage));
    MachineBench board(image_firmware(kImage, "maix_bit"));
    ASSERT_TRUE(board.hears(">>> ", 6));
    EXPECT_EQ(board.reply("from Maix import I2S; import utime; rx = I2S(I2S.DEVICE_0, sample_points=16384)"), "");
    EXPECT_EQ(board.reply("rx.channel_config(rx.CHANNEL_0, rx.RECEIVER, align_mode=I2S.STANDARD_MODE)"), "True\n");
    EXPECT_EQ(board.reply("rx.set_sample_rate(16000)"), "True\n");
    // 16384 words are 8192 pairs, 13 of which have waited in the FIFO.
    EXPECT_EQ(board.reply("t = utime.ticks_ms(); a = rx.record(16384); rx.wait_record(); t = utime.ticks_ms() - t"),
              "");
    EXPECT_EQ(board.reply("480 < t < 540"), "True\n");
}

}  // namespace
}  // namespace k210
