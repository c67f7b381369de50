// What MaixPy sends and receives over I2S.
#include <algorithm>
#include <random>
#include <vector>

#include <fmt/format.h>
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

// As multimedia/audio/record_play.py of MaixPy-v1_scripts does it on a Maixduino.
TEST(I2sRealImageTest, WhatMaixPyRecordsAndPlaysComesOutAsItCameIn) {
    K210_NEEDS(image_path(kImage));
    constexpr std::size_t kFrames = 5000, kFifo = 16;
    Sound noise{.rate_hz = 22'050, .frames = std::vector<SoundFrame>(kFrames), .loops = true};
    std::mt19937 random(1);
    for (SoundFrame& frame : noise.frames)
        frame = {static_cast<std::int32_t>(random() & 0xffff'0000), static_cast<std::int32_t>(random() & 0xffff'0000)};
    const auto heard = std::make_shared<const Sound>(noise);
    SoundRecording played;
    MachineBench board(image_firmware(kImage, "maixduino"));
    board.machine().port<Microphone>("microphone").hear(heard);
    board.machine().port<Speaker>("speaker").connect(played);
    ASSERT_TRUE(board.hears(">>> ", 6));
    board.reply("from Maix import I2S; from fpioa_manager import fm");
    for (const char* route : {"20, fm.fpioa.I2S0_IN_D0", "19, fm.fpioa.I2S0_WS", "18, fm.fpioa.I2S0_SCLK",
                              "34, fm.fpioa.I2S2_OUT_D1", "35, fm.fpioa.I2S2_SCLK", "33, fm.fpioa.I2S2_WS"})
        board.reply(fmt::format("fm.register({}, force=True)", route));
    board.reply("rx = I2S(I2S.DEVICE_0); tx = I2S(I2S.DEVICE_2)");
    board.reply("rx.channel_config(I2S.CHANNEL_0, I2S.RECEIVER, align_mode=I2S.STANDARD_MODE)");
    board.reply("tx.channel_config(I2S.CHANNEL_1, I2S.TRANSMITTER, align_mode=I2S.RIGHT_JUSTIFYING_MODE)");
    board.reply("rx.set_sample_rate(22050) and tx.set_sample_rate(22050)");
    board.reply("def echo(n):\r  for i in range(n):\r    tx.play(rx.record(1024))\r\r\r");
    EXPECT_EQ(board.reply("echo(20)"), "");
    board.run(0.1);

    // What had waited in the FIFO comes first.
    const std::vector<SoundFrame> frames = played.finish().frames;
    ASSERT_EQ(frames.size(), std::size_t{20 * 512});
    const auto first = std::ranges::find(noise.frames, frames[kFifo]);
    ASSERT_NE(first, noise.frames.end());
    const auto begin = static_cast<std::size_t>(first - noise.frames.begin());
    for (std::size_t i = kFifo; i < frames.size(); ++i)
        ASSERT_EQ(frames[i], noise.frames[(begin + i - kFifo) % kFrames]) << i;
}

}  // namespace
}  // namespace k210
