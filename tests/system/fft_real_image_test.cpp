// What MaixPy makes of a tone with the FFT block.
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

}  // namespace
}  // namespace k210
