#include "fft/fft.hpp"

#include <cmath>
#include <complex>
#include <numbers>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "support/device_bench.hpp"

namespace k210 {
namespace {

using Points = std::vector<ComplexInt16>;
using Exact = std::vector<std::complex<double>>;

enum : std::uint32_t {
    kInput = 0x00,
    kCtrl = 0x08,
    kFifoCtrl = 0x10,
    kMask = 0x18,
    kClear = 0x20,
    kStatus = 0x28,
    kRaw = 0x30,
    kOutput = 0x38
};
enum : std::uint32_t { kForward = 1 << 3, kEnable = 1 << 13, kDma = 1 << 14, kInput32 = 1 << 17 };
enum Layout : std::uint32_t { kPoints = 0, kReal = 1 << 15, kApart = 2 << 15 };
enum : std::uint32_t { kDone = 1, kWorking = 2 };

constexpr std::uint32_t shifts(std::uint32_t bits) {
    return bits << 4;
}
std::uint32_t point_bits(std::size_t points) {
    return points == 512 ? 0 : points == 256 ? 1 : points == 128 ? 2 : 3;
}
unsigned layers_of(std::size_t points) {
    return static_cast<unsigned>(std::log2(points));
}

// In the order of sums, without rounding.
Exact exact(const Points& in, bool forward, std::uint32_t shift) {
    Exact out(in.size());
    const double sign = forward ? -2 : 2;
    double scale = 1;
    for (unsigned layer = 0; layer < layers_of(in.size()); ++layer) scale /= shift >> layer & 1 ? 2 : 1;
    for (std::size_t k = 0; k < in.size(); ++k)
        for (std::size_t n = 0; n < in.size(); ++n)
            out[k] +=
                scale * std::complex<double>(in[n].real, in[n].imag) *
                std::polar(1.0, sign * std::numbers::pi * static_cast<double>(k * n) / static_cast<double>(in.size()));
    return out;
}

// Two units of each layer's output. Later layers carry them on as they do noise: two of them meet, and a shift halves.
double carried(unsigned layers, std::uint32_t shift) {
    double units = 0;
    for (unsigned layer = 0; layer < layers; ++layer)
        units = units * (shift >> layer & 1 ? std::numbers::sqrt2 / 2 : std::numbers::sqrt2) + 2;
    return units;
}

double largest_difference(const Points& points, const Exact& wanted) {
    double largest = 0;
    for (std::size_t i = 0; i < points.size(); ++i)
        largest = std::max(
            {largest, std::abs(points[i].real - wanted[i].real()), std::abs(points[i].imag - wanted[i].imag())});
    return largest;
}

Points random_points(std::size_t count, int amplitude, unsigned seed) {
    std::mt19937 random(seed);
    const auto part = [&] {
        return static_cast<std::int16_t>(static_cast<int>(random() % (2 * static_cast<unsigned>(amplitude))) -
                                         amplitude);
    };
    Points points(count);
    for (ComplexInt16& point : points) {
        point.real = part();
        point.imag = part();
    }
    return points;
}

Points tone(std::size_t count, double cycles, double amplitude) {
    Points points(count);
    for (std::size_t n = 0; n < count; ++n) {
        const auto turn =
            std::polar(amplitude, 2 * std::numbers::pi * cycles * static_cast<double>(n) / static_cast<double>(count));
        points[n] = {static_cast<std::int16_t>(std::lround(turn.real())),
                     static_cast<std::int16_t>(std::lround(turn.imag()))};
    }
    return points;
}

std::uint32_t pair(std::int16_t low, std::int16_t high) {
    return static_cast<std::uint16_t>(low) | std::uint32_t{static_cast<std::uint16_t>(high)} << 16;
}

// What comes in, two parts a word.
std::vector<std::uint32_t> words_of(const Points& points, Layout layout) {
    std::vector<std::uint32_t> words;
    const auto apart = [&](auto part) {
        for (std::size_t i = 0; i < points.size(); i += 2) words.push_back(pair(points[i].*part, points[i + 1].*part));
    };
    if (layout == kPoints)
        for (const ComplexInt16& point : points) words.push_back(pair(point.imag, point.real));
    if (layout != kPoints) apart(&ComplexInt16::real);
    if (layout == kApart) apart(&ComplexInt16::imag);
    return words;
}

struct Rig {
    DeviceBench bench;
    Fft fft{bench.context()};

    void write(std::uint32_t offset, std::uint32_t value) { fft.write(offset, 4, value); }
    std::uint32_t read(std::uint32_t offset) { return fft.read(offset, 4); }
    // fft_init of the SDK: field by field, enabled before the layout is known.
    void set_up(std::size_t points, std::uint32_t settings) {
        std::uint32_t ctrl = 0;
        for (const std::uint32_t field : {point_bits(points), settings & kForward, settings & shifts(0x1ff),
                                          settings & kDma, +kEnable, settings & (kReal | kApart), settings & kInput32})
            write(kCtrl, ctrl |= field);
    }
    void feed(const std::vector<std::uint32_t>& words, bool wide = true) {
        for (std::uint32_t i = 0; i < words.size(); ++i) write(kInput + (wide ? 4 * (i % 2) : 0), words[i]);
    }
    Points output(std::size_t count) {
        Points points(count);
        for (std::uint32_t i = 0; i < count; ++i) {
            const std::uint32_t word = read(kOutput + 4 * (i % 2));
            points[i] = {static_cast<std::int16_t>(word >> 16), static_cast<std::int16_t>(word)};
        }
        return points;
    }
    Points run(const Points& in, std::uint32_t settings, Layout layout = kPoints) {
        set_up(in.size(), settings | layout);
        feed(words_of(in, layout), !(settings & kInput32));
        bench.run_for_cycles(512 * 9);
        return output(in.size());
    }
    static std::uint64_t cycles(std::size_t points) { return points / 2 * layers_of(points); }
};

struct FftTest : testing::Test, Rig {};

struct FftPointsTest : testing::TestWithParam<std::size_t>, Rig {};
INSTANTIATE_TEST_SUITE_P(Points, FftPointsTest, testing::Values(64, 128, 256, 512),
                         [](const auto& param) { return std::to_string(param.param); });

// Without saturation: amplitudes leave room for what the layers that do not shift add up.
TEST_P(FftPointsTest, IsWithinTwoUnitsALayerOfAnExactTransform) {
    const unsigned layers = layers_of(GetParam());
    const std::uint32_t all = (1u << layers) - 1;
    std::mt19937 random(1);
    for (const bool forward : {true, false})
        for (const std::uint32_t shift :
             {0u, all, 0x55u & all, 0xaau & all, 1u, all & ~1u, static_cast<std::uint32_t>(random()) & all}) {
            const auto unshifted = layers - static_cast<unsigned>(std::popcount(shift));
            for (unsigned seed = 0; seed < 4; ++seed) {
                const Points in = random_points(GetParam(), std::max(16, 23'000 >> unshifted), seed);
                EXPECT_LE(
                    largest_difference(run(in, (forward ? +kForward : 0u) | shifts(shift)), exact(in, forward, shift)),
                    carried(layers, shift))
                    << "forward " << forward << ", shifts " << std::hex << shift << ", seed " << seed;
            }
        }
}

TEST_P(FftPointsTest, AToneStandsInItsBin) {
    const Points forward = run(tone(GetParam(), 5, 50), kForward);
    const Points backward = run(tone(GetParam(), 5, 50), 0);
    const double height = 50.0 * static_cast<double>(GetParam());
    EXPECT_NEAR(forward[5].real, height, height / 100);
    EXPECT_NEAR(backward[GetParam() - 5].real, height, height / 100);
    for (std::size_t k = 0; k < GetParam(); ++k) {
        EXPECT_TRUE(k == 5 || std::hypot(forward[k].real, forward[k].imag) < height / 250) << k;
        EXPECT_TRUE(k == GetParam() - 5 || std::hypot(backward[k].real, backward[k].imag) < height / 250) << k;
    }
}

// kendryte-standalone-demo fft_test: nine shifts on the way back, none on the way there.
TEST_P(FftPointsTest, ShiftsOnTheWayBackUndoATransform) {
    const Points in = random_points(GetParam(), 400, 7);
    const Points back = run(run(in, kForward), shifts(0x1ff));
    for (std::size_t i = 0; i < in.size(); ++i) {
        EXPECT_NEAR(back[i].real, in[i].real, 2) << i;
        EXPECT_NEAR(back[i].imag, in[i].imag, 2) << i;
    }
}

TEST_P(FftPointsTest, TakesOneCycleForEachButterfly) {
    set_up(GetParam(), kForward);
    feed(words_of(Points(GetParam()), kPoints));
    bench.run_for_cycles(cycles(GetParam()) - 1);
    EXPECT_EQ(read(kRaw), +kWorking);
    EXPECT_EQ(read(kStatus), 0u);
    bench.run_for_cycles(1);
    EXPECT_EQ(read(kRaw), +kDone);
    EXPECT_EQ(read(kStatus), +kDone);
}

TEST_P(FftPointsTest, EveryLayoutBringsTheSamePoints) {
    const Points in = random_points(GetParam(), 60, 3);
    const Points wanted = run(in, kForward);
    EXPECT_EQ(run(in, kForward | kInput32), wanted);
    EXPECT_EQ(run(in, kForward, kApart), wanted);
    EXPECT_EQ(run(in, kForward | kInput32, kApart), wanted);
    Points real = in;
    for (ComplexInt16& point : real) point.imag = 0;
    const Points wanted_of_real = run(real, kForward);
    EXPECT_EQ(run(real, kForward, kReal), wanted_of_real);
    EXPECT_EQ(run(real, kForward | kInput32, kReal), wanted_of_real);
}

TEST_F(FftTest, SumsThatDoNotFitSaturate) {
    const Points out = run(Points(64, {1000, -1000}), kForward);
    EXPECT_EQ(out[0], (ComplexInt16{32'767, -32'768}));
    EXPECT_EQ(out[1], (ComplexInt16{0, 0}));
}

TEST_F(FftTest, SettingsAreThoseOfTheFirstWord) {
    const Points in = tone(64, 3, 100);
    const std::vector<std::uint32_t> words = words_of(in, kPoints);
    set_up(64, kForward);
    write(kInput, words[0]);
    write(kCtrl, shifts(0x1ff) | kReal | kEnable);
    for (std::uint32_t i = 1; i < words.size(); ++i) write(kInput + 4 * (i % 2), words[i]);
    bench.run_for_cycles(cycles(64));
    EXPECT_NEAR(output(64)[3].real, 6400, 20);
}

TEST_F(FftTest, HalfOfAWideWordIsLeftOutWithDataOf32Bits) {
    const Points in = tone(64, 3, 100);
    set_up(64, kForward | kInput32);
    for (const std::uint32_t word : words_of(in, kPoints)) {
        write(kInput, word);
        write(kInput + 4, 0x7fff'7fff);
    }
    bench.run_for_cycles(cycles(64));
    EXPECT_NEAR(output(64)[3].real, 6400, 20);
}

TEST_F(FftTest, DmaIsAskedForInputAndThenToFetchTheOutput) {
    set_up(64, kForward | kDma);
    const std::vector<std::uint32_t> words = words_of(Points(64), kPoints);
    for (std::uint32_t i = 0; i < words.size(); ++i) {
        EXPECT_TRUE(fft.dma_tx_req.level()) << i;
        EXPECT_FALSE(fft.dma_rx_req.level()) << i;
        write(kInput + 4 * (i % 2), words[i]);
    }
    EXPECT_FALSE(fft.dma_tx_req.level());
    bench.run_for_cycles(cycles(64) - 1);
    EXPECT_FALSE(fft.dma_rx_req.level());
    bench.run_for_cycles(1);
    for (unsigned i = 0; i < 64; ++i) {
        EXPECT_TRUE(fft.dma_rx_req.level()) << i;
        EXPECT_FALSE(fft.dma_tx_req.level()) << i;
        read(kOutput + 4 * (i % 2));
    }
    EXPECT_FALSE(fft.dma_rx_req.level());
    EXPECT_TRUE(fft.dma_tx_req.level());
}

TEST_F(FftTest, DmaIsNotAskedForAnythingUnlessEnabled) {
    set_up(64, kForward);
    EXPECT_FALSE(fft.dma_tx_req.level());
    feed(words_of(Points(64), kPoints));
    bench.run_for_cycles(cycles(64));
    EXPECT_FALSE(fft.dma_rx_req.level());
    write(kCtrl, kDma);
    EXPECT_FALSE(fft.dma_tx_req.level());
}

TEST_F(FftTest, InterruptsWhenDoneUnlessMasked) {
    run(Points(64), kForward);
    EXPECT_TRUE(fft.irq.level());
    write(kClear, 0);
    EXPECT_TRUE(fft.irq.level());
    write(kClear, 1);
    EXPECT_FALSE(fft.irq.level());
    EXPECT_EQ(read(kRaw), 0u);
    write(kMask, 1);
    run(Points(64), kForward);
    EXPECT_FALSE(fft.irq.level());
    EXPECT_EQ(read(kStatus), 0u);
    EXPECT_EQ(read(kRaw), +kDone);
    write(kMask, 0);
    EXPECT_TRUE(fft.irq.level());
}

TEST_F(FftTest, FlushedInputAndOutputAreGone) {
    set_up(64, kForward);
    feed({1, 2, 3, 4});
    write(kFifoCtrl, 2);
    EXPECT_NEAR(run(tone(64, 3, 100), kForward)[3].real, 6400, 20) << "of input that begins anew";
    for (const std::uint32_t flush : {1u, 4u}) {
        feed(words_of(Points(64, {100, 0}), kPoints));
        bench.run_for_cycles(cycles(64));
        write(kFifoCtrl, 2);
        EXPECT_EQ(read(kOutput) >> 16, 6400u) << "flushing input leaves output alone";
        write(kFifoCtrl, flush);
        EXPECT_EQ(read(kOutput), 0u);
    }
}

TEST_F(FftTest, ADisabledBlockKeepsAndTakesNothing) {
    set_up(64, kForward);
    feed(words_of(Points(64, {1, 1}), kPoints));
    write(kCtrl, kForward);
    bench.run_for_cycles(cycles(64));
    EXPECT_EQ(read(kRaw), 0u);
    write(kInput, 5);
    EXPECT_EQ(bench.log.count(LogKind::guest_error), 1u);
}

TEST_F(FftTest, TellsFirmwareOfWordsThatComeTooEarlyOrAreMissing) {
    set_up(64, kForward);
    read(kOutput + 4);
    EXPECT_EQ(bench.log.count(LogKind::guest_error), 1u);
    fft.write(kInput, 2, 1);
    EXPECT_EQ(bench.log.count(LogKind::guest_error), 2u);
    feed(words_of(Points(64, {100, 0}), kPoints));
    write(kInput, 1);
    EXPECT_EQ(bench.log.count(LogKind::guest_error), 3u);
    bench.run_for_cycles(cycles(64));
    write(kInput, 1);
    EXPECT_EQ(output(64)[0].real, 6400);
}

TEST_F(FftTest, AResetForgetsWhatWasUnderWay) {
    set_up(64, kForward | kDma);
    feed(words_of(Points(64), kPoints));
    fft.reset();
    fft.settle();
    bench.run_for_cycles(cycles(64));
    EXPECT_EQ(read(kRaw), 0u);
    EXPECT_EQ(read(kCtrl), 0u);
    EXPECT_FALSE(fft.dma_tx_req.level());
}

}  // namespace
}  // namespace k210
