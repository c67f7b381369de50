// The arithmetic of one layer, on the plain reference.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kmodel/bare_kpu.hpp"
#include "kpu/reference_kernel.hpp"
#include "tools/kmodel/kpu_layers.hpp"

namespace k210 {
namespace {

using testing::Each;
using testing::ElementsAre;
using Bytes = std::vector<std::uint8_t>;

Bytes ramp(const KpuShape& shape) {
    Bytes bytes(shape.bytes());
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i * 7 + i / 251);
    return bytes;
}

struct KpuKernelTest : testing::Test {
    kmodel::BareKpu kpu;

    Bytes run(const KpuLayerSpec& spec, const Bytes& input) { return run(spec, build_kpu_layer(spec), input); }
    Bytes run(const KpuLayerSpec& spec, const BuiltKpuLayer& built, const Bytes& input) {
        kpu.upload(spec.src_line, spec.input, input);
        return kpu.run(built.layer, built.parameters, spec.eight_bit_mode);
    }
};

// --- where maps lie ---------------------------------------------------------------------------------------------

struct KpuMapTest : KpuKernelTest, testing::WithParamInterface<std::uint32_t> {};

TEST_P(KpuMapTest, IdentityLayerPacksItsOutputAsItFoundItsInput) {
    KpuLayerSpec spec{.input = {5, GetParam(), 3}, .output_channels = 5, .kernel_side = 3};
    spec.weights = identity_weights(spec);
    const Bytes input = ramp(spec.input);
    EXPECT_EQ(run(spec, input), input);
    EXPECT_EQ(kpu.download(spec.dst_line, spec.input), input);
}

INSTANTIATE_TEST_SUITE_P(Widths, KpuMapTest, testing::Values(1, 4, 15, 16, 17, 31, 32, 33, 63, 64, 65, 128, 129, 320));

TEST_F(KpuKernelTest, NarrowMapsShareLines) {
    kpu.upload(2, {5, 8, 2}, Bytes(80, 1));
    const auto ram = kpu.ai_ram();
    EXPECT_EQ(ram[2 * 64], 1);               // channel 0, row 0
    EXPECT_EQ(ram[2 * 64 + 8], 0);           // past its eight pixels
    EXPECT_EQ(ram[2 * 64 + 16 * 3 + 7], 1);  // channel 3
    EXPECT_EQ(ram[3 * 64], 1);               // channel 0, row 1
    EXPECT_EQ(ram[4 * 64 + 7], 1);           // channel 4 starts a line
    EXPECT_EQ(ram[4 * 64 + 16], 0);          // there is no channel 5
}

TEST_F(KpuKernelTest, WriteBackKeepsBytesBetweenRows) {
    const KpuLayerSpec spec{.input = {1, 8, 2}, .dst_line = 100, .weights = {1}};
    std::ranges::fill(kpu.ai_ram(), std::uint8_t{0xee});
    run(spec, Bytes(16, 1));
    EXPECT_EQ(kpu.ai_ram()[100 * 64 + 7], 1);
    EXPECT_EQ(kpu.ai_ram()[100 * 64 + 8], 0xee);
}

TEST_F(KpuKernelTest, LayerMayOverwriteItsInput) {
    KpuLayerSpec spec{.input = {2, 40, 4}, .output_channels = 2, .kernel_side = 3, .src_line = 10, .dst_line = 12};
    spec.weights = {0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,   // the pixel below
                    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0};  // the pixel above, of channel 1
    const Bytes in_place = run(spec, ramp(spec.input));
    spec.dst_line = 1000;
    EXPECT_EQ(in_place, run(spec, ramp(spec.input)));
}

TEST_F(KpuKernelTest, AddressesWrapAtTheEndOfAiRam) {
    KpuLayerSpec spec{.input = {1, 64, 4}, .src_line = 100, .dst_line = kAiRamLines - 2, .weights = {1}};
    const Bytes input = ramp(spec.input);
    run(spec, input);
    EXPECT_EQ(kpu.ai_ram()[0], input[2 * 64]);
    EXPECT_EQ(kpu.ai_ram()[64 + 63], input[3 * 64 + 63]);
}

// --- sums -------------------------------------------------------------------------------------------------------

TEST_F(KpuKernelTest, DenseLayerSumsOverAllInputChannels) {
    const KpuLayerSpec spec{.input = {3, 4, 4}, .output_channels = 2, .weights = {1, 2, 3, 5, 0, 1}};
    Bytes input(48, 1);
    std::fill(input.begin() + 16, input.begin() + 32, std::uint8_t{10});
    std::fill(input.begin() + 32, input.end(), std::uint8_t{20});
    const Bytes out = run(spec, input);
    EXPECT_EQ(out[0], 1 + 2 * 10 + 3 * 20);
    EXPECT_EQ(out[16], 5 + 20);
}

TEST_F(KpuKernelTest, DepthwiseLayerKeepsChannelsApart) {
    KpuLayerSpec spec{.input = {3, 4, 4}, .output_channels = 3, .depthwise = true, .weights = {1, 2, 3}};
    Bytes input(48, 1);
    std::fill(input.begin() + 32, input.end(), std::uint8_t{20});
    const Bytes out = run(spec, input);
    EXPECT_EQ(out[0], 1);
    EXPECT_EQ(out[16], 2);
    EXPECT_EQ(out[32], 60);
}

TEST_F(KpuKernelTest, TapsRunRowByRowFromTheTopLeft) {
    KpuLayerSpec spec{.input = {1, 4, 4}, .kernel_side = 3, .weights = {1, 2, 3, 4, 5, 6, 7, 8, 9}};
    Bytes input(16, 0);
    input[5] = 1;                                          // x 1, y 1
    EXPECT_THAT(run(spec, input), ElementsAre(9, 8, 7, 0,  //
                                              6, 5, 4, 0,  //
                                              3, 2, 1, 0,  //
                                              0, 0, 0, 0));
}

TEST_F(KpuKernelTest, TapsOutsideTheMapReadPadValue) {
    const KpuLayerSpec spec{.input = {1, 4, 4}, .kernel_side = 3, .weights = std::vector<std::uint16_t>(9, 1)};
    auto built = build_kpu_layer(spec);
    built.layer.pad_value = 20;
    const Bytes out = run(spec, built, Bytes(16, 1));
    EXPECT_EQ(out[5], 9);
    EXPECT_EQ(out[1], 6 + 3 * 20);
    EXPECT_EQ(out[0], 4 + 5 * 20);
}

TEST_F(KpuKernelTest, ArgXIsShiftedAfterSummingOverChannelsAndPadding) {
    const KpuLayerSpec spec{.input = {2, 4, 4}, .kernel_side = 3};
    auto built = build_kpu_layer(spec);
    built.layer.arg_x = 3;
    built.layer.shr_x = 1;
    built.layer.pad_value = 1;
    EXPECT_THAT(run(spec, built, Bytes(32, 1)), Each(3 * 18 / 2));
}

TEST_F(KpuKernelTest, NegativeArgXRoundsDown) {
    const KpuLayerSpec spec{.input = {1, 4, 4}, .norm = {1, 100, 0}};
    auto built = build_kpu_layer(spec);
    built.layer.arg_x = -1;
    built.layer.shr_x = 1;
    EXPECT_THAT(run(spec, built, Bytes(16, 3)), Each(100 - 2));
}

TEST_F(KpuKernelTest, ArgWIsShiftedAfterSummingTheWeights) {
    const KpuLayerSpec spec{.input = {3, 4, 4}, .weights = {5, 5, 5}};
    auto built = build_kpu_layer(spec);
    built.layer.arg_w = 1;
    built.layer.shr_w = 2;
    EXPECT_THAT(run(spec, built, Bytes(48, 0)), Each(15 / 4));
}

TEST_F(KpuKernelTest, ArgAddCountsOncePerInputChannel) {
    const KpuLayerSpec spec{.input = {3, 4, 4}, .norm = {1, 0, 0}};
    auto built = build_kpu_layer(spec);
    built.layer.arg_add = 7;
    EXPECT_THAT(run(spec, built, Bytes(48, 0)), Each(21));
}

TEST_F(KpuKernelTest, ArgAddCountsOnceInDepthwiseLayers) {
    const KpuLayerSpec spec{.input = {3, 4, 4}, .output_channels = 3, .depthwise = true};
    auto built = build_kpu_layer(spec);
    built.layer.arg_add = 7;
    EXPECT_THAT(run(spec, built, Bytes(48, 0)), Each(7));
}

TEST_F(KpuKernelTest, WeightsHaveSixteenBitsOutsideEightBitMode) {
    KpuLayerSpec spec{.input = {2, 4, 4}, .eight_bit_mode = false, .weights = {0x8000, 0x0100}, .norm = {1, 0, 15}};
    EXPECT_THAT(run(spec, Bytes(32, 200)), Each((0x8000 * 200 + 0x100 * 200) >> 15));
}

TEST_F(KpuKernelTest, LargestSumsDoNotOverflow) {
    KpuLayerSpec spec{.input = {1024, 4, 4}, .kernel_side = 3, .eight_bit_mode = false};
    spec.weights.assign(9 * 1024, 0xffff);
    spec.norm = {1, 0, 0};
    // 255 * 65535 * 9216 / 2^30
    spec.activation.fill({0, 1, 30, 0});
    auto built = build_kpu_layer(spec);
    built.layer.pad_value = 255;
    EXPECT_THAT(run(spec, built, Bytes(16 * 1024, 255)), Each(143));
}

// --- batch normalisation and activation ---------------------------------------------------------------------------

TEST(KpuActivateTest, BatchNormMultipliesShiftsDownAndAdds) {
    EXPECT_EQ(kpu_activate(identity_activation(), {5, 3, 2}, 41), (41 * 5 >> 2) + 3);
    EXPECT_EQ(kpu_activate(identity_activation(), {-1, 100, 1}, 3), 100 - 2);  // -3 >> 1
}

TEST(KpuActivateTest, ResultIsClampedToAByte) {
    EXPECT_EQ(kpu_activate(identity_activation(), {1, 0, 0}, 300), 255);
    KpuActivation falling = identity_activation();
    falling.fill({0, -1, 0, 10});
    EXPECT_EQ(kpu_activate(falling, {1, 0, 0}, 11), 0);
    EXPECT_EQ(kpu_activate(falling, {1, 0, 0}, 4), 6);
}

TEST(KpuActivateTest, SegmentIsTheLastThatStartsBelowTheValue) {
    KpuActivation table = identity_activation();
    for (std::size_t i = 0; i < table.size(); ++i)
        table[i] = {static_cast<std::int64_t>(i) * 10, 0, 0, static_cast<std::uint8_t>(i)};
    EXPECT_EQ(kpu_activate(table, {1, 0, 0}, 20), 1);
    EXPECT_EQ(kpu_activate(table, {1, 0, 0}, 21), 2);
    EXPECT_EQ(kpu_activate(table, {1, 0, 0}, 1'000'000), 15);
}

TEST(KpuActivateTest, ValueBelowEverySegmentTakesTheFirst) {
    KpuActivation table = identity_activation();
    table.fill({50, 1, 0, 0});
    table[0] = {40, -1, 0, 3};
    EXPECT_EQ(kpu_activate(table, {1, 0, 0}, 30), 13);
}

TEST(KpuActivateTest, TiesRoundToEven) {
    KpuActivation halves = identity_activation();
    halves.fill({0, 1, 1, 0});
    const auto rounded = [&](std::int64_t v) { return kpu_activate(halves, {1, 0, 0}, v); };
    EXPECT_EQ(rounded(1), 0);  // 0.5
    EXPECT_EQ(rounded(3), 2);  // 1.5
    EXPECT_EQ(rounded(5), 2);  // 2.5
    EXPECT_EQ(rounded(7), 4);  // 3.5
}

TEST(KpuActivateTest, NegativeTiesRoundToEvenToo) {
    KpuActivation halves = identity_activation();
    halves.fill({0, -1, 1, 100});
    const auto rounded = [&](std::int64_t v) { return kpu_activate(halves, {1, 0, 0}, v) - 100; };
    EXPECT_EQ(rounded(1), 0);   // -0.5
    EXPECT_EQ(rounded(3), -2);  // -1.5
    EXPECT_EQ(rounded(5), -2);  // -2.5
    EXPECT_EQ(rounded(6), -3);
}

TEST(KpuActivateTest, OtherFractionsRoundToTheNearest) {
    KpuActivation quarters = identity_activation();
    quarters.fill({0, 1, 2, 0});
    EXPECT_EQ(kpu_activate(quarters, {1, 0, 0}, 5), 1);  // 1.25
    EXPECT_EQ(kpu_activate(quarters, {1, 0, 0}, 7), 2);  // 1.75
}

TEST(KpuActivateTest, ShiftsBeyondTheProductLeaveTheBias) {
    KpuActivation table = identity_activation();
    for (const int shift : {62, 63, 64, 127, 128, 255}) {
        table.fill({0, 0x7fff, static_cast<std::uint8_t>(shift), 9});
        EXPECT_EQ(kpu_activate(table, {1, 0, 0}, 1000), 9) << shift;
    }
}

TEST(KpuActivateTest, ProductsBeyondSixtyFourBitsStayExact) {
    KpuActivation table = identity_activation();
    table.fill({0, 0x7fff, 84, 0});
    // 2^52 * (2^23 - 1) * (2^15 - 1) / 2^84 = 2^6, nearly
    EXPECT_EQ(kpu_activate(table, {0x7f'ffff, 0, 0}, std::int64_t{1} << 52), 64);
    EXPECT_EQ(kpu_activate(table, {-0x80'0000, 0, 0}, std::int64_t{1} << 52), 0);
}

// --- pooling ------------------------------------------------------------------------------------------------------

struct PoolCase {
    KpuPool pool;
    Bytes expected;
};
struct KpuPoolTest : testing::TestWithParam<PoolCase> {};

TEST_P(KpuPoolTest, ReducesAFourByFourMap) {
    const Bytes plane{1, 2,  3,  40,  //
                      5, 6,  70, 8,   //
                      9, 10, 11, 12,  //
                      3, 14, 15, 255};
    const std::uint32_t side = 4 / kpu_pool_stride(GetParam().pool);
    Bytes pooled(std::size_t{side} * side);
    kpu_pool(GetParam().pool, plane, 4, 4, pooled, side, side);
    EXPECT_EQ(pooled, GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, KpuPoolTest,
    testing::Values(PoolCase{KpuPool::bypass, {1, 2, 3, 40, 5, 6, 70, 8, 9, 10, 11, 12, 3, 14, 15, 255}},
                    PoolCase{KpuPool::max_2_s2, {6, 70, 14, 255}},
                    PoolCase{KpuPool::mean_2_s2, {3, 30, 9, 73}},  // 3.5 30.25 9 73.25
                    PoolCase{KpuPool::max_4_s4, {255}}, PoolCase{KpuPool::mean_4_s4, {29}},
                    PoolCase{KpuPool::left_top_2_s2, {1, 3, 9, 11}}, PoolCase{KpuPool::right_top_2_s2, {2, 40, 10, 12}},
                    PoolCase{KpuPool::left_top_4_s4, {1}},
                    PoolCase{KpuPool::mean_2_s1, {3, 20, 30, 24, 7, 24, 25, 10, 9, 12, 73, 133, 8, 14, 135, 255}},
                    PoolCase{KpuPool::max_2_s1, {6, 70, 70, 40, 10, 70, 70, 12, 14, 15, 255, 255, 14, 15, 255, 255}}));

TEST_F(KpuKernelTest, PoolingDropsOddRowsAndColumns) {
    KpuLayerSpec spec{.input = {1, 5, 5}, .pool = KpuPool::max_2_s2, .weights = {1}};
    Bytes input(25, 0);
    input[4] = 9;  // in the fifth column
    input[24] = 9;
    EXPECT_THAT(run(spec, input), ElementsAre(0, 0, 0, 0));
}

// --- output by DMA, and what is not understood -----------------------------------------------------------------------

TEST_F(KpuKernelTest, DataOutIsThePlanarMapFilledUpToWholeWords) {
    const KpuLayerSpec spec{.input = {1, 3, 3}, .weights = {1}};
    const Bytes data = kpu_data_out(build_kpu_layer(spec).layer, run(spec, Bytes(9, 5)));
    EXPECT_THAT(data, ElementsAre(5, 5, 5, 5, 5, 5, 5, 5, 5, 0, 0, 0, 0, 0, 0, 0));
}

TEST_F(KpuKernelTest, AMapOfAnotherSizeIsNotWrittenBack) {
    const KpuLayer layer = build_kpu_layer({.input = {1, 3, 3}, .weights = {1}}).layer;
    std::ranges::fill(kpu.ai_ram(), std::uint8_t{7});
    for (const std::size_t bytes : {0, 8, 10}) kpu_write_back(layer, Bytes(bytes, 1), kpu.ai_ram());
    EXPECT_EQ(std::ranges::count(kpu.ai_ram(), 1), 0);
    kpu_write_back(layer, Bytes(9, 1), kpu.ai_ram());
    EXPECT_EQ(std::ranges::count(kpu.ai_ram(), 1), 9);
}

TEST_F(KpuKernelTest, LayerLargerThanAiRamComputesNothing) {
    KpuLayer layer = build_kpu_layer({}).layer;
    layer.i_ch_num = layer.o_ch_num = 1023;
    layer.i_row_wid = layer.o_row_wid = 1023;
    layer.i_col_high = layer.o_col_high = 511;
    EXPECT_TRUE(kpu.run(layer, {}).empty());
}

TEST_F(KpuKernelTest, ArbitraryArgumentWordsAreSurvived) {
    std::uint64_t state = 1;
    Bytes parameters(4096);
    const auto next = [&state] { return state = state * 6364136223846793005u + 1442695040888963407u; };
    for (auto& byte : parameters) byte = static_cast<std::uint8_t>(next() >> 56);
    for (int i = 0; i < 300; ++i) {
        KpuLayerWords words{};
        for (auto& word : words) word = next() ^ next() >> 32;
        words[2] &= 0x000f'000f'0000'000f;  // few channels and small maps, or this takes minutes
        words[3] &= 0x0000'7c3f'0000'7c3f;
        const KpuLayer layer = KpuLayer::decode(words);
        const Bytes planar = kpu.run(layer, parameters, i % 2 == 0);
        EXPECT_EQ(planar.size(), layer.output().bytes());
    }
}

}  // namespace
}  // namespace k210
