// What MaixPy makes of a tone with the FFT block.
#include <cmath>
#include <numbers>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "system/machine_bench.hpp"

namespace k210 {
namespace {

constexpr std::string_view kImage = "maixpy_0.6.2_52_minimum.bin";

TEST(FftRealImageTest, AToneStandsInItsBin) {
    K210_NEEDS(image_path(kImage));
    MachineBench board(image_firmware(kImage, "maix_bit"));
    ASSERT_TRUE(board.hears(">>> ", 6));
    EXPECT_EQ(board.reply("import math, ustruct; from Maix import FFT"), "");
    EXPECT_EQ(
        board.reply("wave = lambda n, c: b''.join(ustruct.pack('<i', int(50 * math.cos(math.pi * 2 * c * i / n))) "
                    "for i in range(n))"),
        "");
    EXPECT_EQ(board.reply("bins = lambda n, c: FFT.amplitude(FFT.run(wave(n, c), n))[:n // 2]"), "");
    EXPECT_EQ(board.reply("peak = lambda b: (b.index(max(b)), max(b))"), "");
    EXPECT_EQ(board.reply("[peak(bins(n, c)) for n, c in ((64, 5), (128, 9), (256, 31), (512, 100))]"),
              "[(5, 49), (9, 49), (31, 49), (100, 49)]\n");
}

// As hardware/demo_fft_spectrum.py of MaixPy-v1_scripts does it.
TEST(FftRealImageTest, AToneThatTheMicrophoneHearsStandsInItsBin) {
    K210_NEEDS(image_path(kImage));
    MachineBench board(image_firmware(kImage, "maix_bit"));
    Sound tone{.rate_hz = 44'100, .loops = true};
    for (int n = 0; n < 44'100; ++n) {
        const double turns = 3000.0 * n / tone.rate_hz;
        const auto height = static_cast<std::int32_t>(100 * 65'536.0 * std::sin(2 * std::numbers::pi * turns));
        tone.frames.push_back({height, height});
    }
    board.machine().port<Microphone>("microphone").hear(std::make_shared<const Sound>(std::move(tone)));
    ASSERT_TRUE(board.hears(">>> ", 6));
    EXPECT_EQ(board.reply("from Maix import FFT, I2S; from fpioa_manager import fm"), "");
    for (const char* route : {"20, fm.fpioa.I2S0_IN_D0", "19, fm.fpioa.I2S0_WS", "18, fm.fpioa.I2S0_SCLK"})
        board.reply(fmt::format("fm.register({}, force=True)", route));
    EXPECT_EQ(board.reply("rx = I2S(I2S.DEVICE_0)"), "");
    EXPECT_EQ(board.reply("rx.channel_config(rx.CHANNEL_0, rx.RECEIVER, align_mode=I2S.STANDARD_MODE)"), "True\n");
    EXPECT_EQ(board.reply("rx.set_sample_rate(38640)"), "True\n");
    EXPECT_EQ(board.reply("sound = rx.record(1024)"), "");
    EXPECT_EQ(board.reply("sound = rx.record(1024)"), "");
    EXPECT_EQ(board.reply("bins = FFT.amplitude(FFT.run(sound.to_bytes(), 512))[:256]"), "");
    // Left and right alternate: every other number is a frame's, and a bin half as wide.
    EXPECT_EQ(board.reply("round(bins.index(max(bins)) * 2 * 38640 / 512, -3)"), "3000.0\n");
}

}  // namespace
}  // namespace k210
