// The FFT and the DMAC together, as the SDK's fft_complex_uint16_dma (fft.c:34-79) has them. [sdk]
#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "soc/chip_bench.hpp"

namespace k210 {
namespace {

struct FftDmaTest : testing::Test, ChipBench {
    static constexpr std::uint32_t kFft = 0x4200'0000, kDmac = 0x5000'0000, kSysctl = 0x5044'0000;
    static constexpr std::uint32_t kIn = 0x8010'0000, kOut = 0x8011'0000;
    enum : std::uint32_t { kDmaSel0 = 0x64, kClkEnCent = 0x28, kClkEnPeri = 0x2c };
    enum Flow : std::uint32_t { kMem2Prf = 1, kPrf2Mem = 2 };

    FftDmaTest() {
        write(kSysctl + kClkEnCent, ~0u);
        write(kSysctl + kClkEnPeri, ~0u);
    }
    // One block on the channel of that number, four words of 64 bits a request.
    void start_dma(std::uint32_t channel, Flow flow, std::uint32_t from, std::uint32_t to, std::uint32_t words) {
        constexpr std::uint32_t kWidth64 = 3, kBurst4 = 1;
        const std::uint32_t base = kDmac + 0x100 + channel * 0x100;
        write(kDmac + 0x10, 3);
        write(base + 0x20, 0);
        write(base + 0x24, flow | channel << 7 | channel << 12);
        write(base + 0x00, from);
        write(base + 0x08, to);
        write(base + 0x18, std::uint32_t{flow == kPrf2Mem} << 4 | std::uint32_t{flow == kMem2Prf} << 6 | kWidth64 << 8 |
                               kWidth64 << 11 | kBurst4 << 14 | kBurst4 << 18);
        write(base + 0x10, words - 1);
        write(kDmac + 0x18, 0x101u << channel);
    }
    bool done(unsigned channel) { return !(read(kDmac + 0x18) >> channel & 1); }
};

TEST_F(FftDmaTest, TwoChannelsBringAToneAndFetchItsSpectrum) {
    constexpr std::uint32_t kPoints = 512;
    constexpr std::uint32_t kPlainForward = 1 << 3 | 1 << 13 | 1 << 14, kReceive = 4, kSend = 3;
    for (std::uint32_t n = 0; n < kPoints; ++n) {
        const auto value = std::lround(100 * std::cos(2 * std::numbers::pi * 19 * n / kPoints));
        write(kIn + 4 * n, static_cast<std::uint32_t>(value) << 16);
    }
    write(kFft + 0x08, kPlainForward);
    write(kSysctl + kDmaSel0, 23u << 24 | 24u << 18);  // of channels 4 and 3
    start_dma(kReceive, kPrf2Mem, kFft + 0x38, kOut, kPoints / 2);
    start_dma(kSend, kMem2Prf, kIn, kFft, kPoints / 2);
    bench.run_for_cycles(100'000);
    ASSERT_TRUE(done(kSend));
    ASSERT_TRUE(done(kReceive));
    for (std::uint32_t k = 0; k < kPoints; ++k) {
        const auto real = static_cast<std::int16_t>(read(kOut + 4 * k) >> 16);
        const bool tone = k == 19 || k == kPoints - 19;
        EXPECT_NEAR(real, tone ? 25'600 : 0, 100) << k;
    }
    EXPECT_EQ(bench.log.count(LogKind::guest_error), 0u);
}

}  // namespace
}  // namespace k210
