// How long a layer takes, against what others measured on boards.
#include <gtest/gtest.h>

#include "kpu/timing.hpp"
#include "tools/kmodel/kpu_layers.hpp"

namespace k210 {
namespace {

double milliseconds(const KpuLayerSpec& spec, double hz) {
    return static_cast<double>(kpu_layer_time(build_kpu_layer(spec).layer).total_cycles()) / hz * 1e3;
}

struct MeasuredLayer {
    bool depthwise;
    std::uint32_t kernel_side, in, out, width, height;
    KpuPool pool;
    double ms;
};
struct KpuMeasuredLayerTest : testing::TestWithParam<MeasuredLayer> {};

double predicted_ms(const MeasuredLayer& m) {
    const KpuLayerSpec spec{.input = {m.in, m.width, m.height},
                            .output_channels = m.out,
                            .kernel_side = m.kernel_side,
                            .depthwise = m.depthwise,
                            .pool = m.pool};
    return milliseconds(spec, 400e6);
}

// A real board's face detector: nncase issue 77 [measured].
TEST_P(KpuMeasuredLayerTest, TakesAsLongAsOnTheBoard) {
    const double tolerance = GetParam().depthwise ? 0.05 : 0.005;
    EXPECT_NEAR(predicted_ms(GetParam()) / GetParam().ms, 1.0, tolerance);
}

INSTANTIATE_TEST_SUITE_P(Issue77, KpuMeasuredLayerTest,
                         testing::Values(MeasuredLayer{false, 3, 3, 16, 320, 240, KpuPool::max_2_s2, 0.206},
                                         MeasuredLayer{true, 3, 16, 16, 160, 120, KpuPool::bypass, 0.039},
                                         MeasuredLayer{false, 1, 16, 32, 160, 120, KpuPool::max_2_s2, 0.514},
                                         MeasuredLayer{true, 3, 32, 32, 80, 60, KpuPool::bypass, 0.029},
                                         MeasuredLayer{false, 1, 32, 64, 80, 60, KpuPool::bypass, 0.680},
                                         MeasuredLayer{true, 3, 64, 64, 80, 60, KpuPool::bypass, 0.053},
                                         MeasuredLayer{false, 1, 64, 64, 80, 60, KpuPool::max_2_s2, 1.328},
                                         MeasuredLayer{true, 3, 64, 64, 40, 30, KpuPool::bypass, 0.020},
                                         MeasuredLayer{false, 1, 64, 128, 40, 30, KpuPool::bypass, 0.704},
                                         MeasuredLayer{true, 3, 128, 128, 40, 30, KpuPool::bypass, 0.034},
                                         MeasuredLayer{false, 1, 128, 128, 40, 30, KpuPool::max_2_s2, 1.385},
                                         MeasuredLayer{true, 3, 128, 128, 20, 15, KpuPool::bypass, 0.016},
                                         MeasuredLayer{false, 1, 128, 256, 20, 15, KpuPool::bypass, 0.781},
                                         MeasuredLayer{true, 3, 256, 256, 20, 15, KpuPool::bypass, 0.025},
                                         MeasuredLayer{false, 1, 256, 256, 20, 15, KpuPool::bypass, 1.522}));

// 3x3 kernels over 128 to 128 channels with 16-bit weights, KPU at 300 MHz: bbs.sipeed.com topic 691 [measured].
struct MeasuredSize {
    std::uint32_t width, height;
    double ms;
};
struct KpuMeasuredSizeTest : testing::TestWithParam<MeasuredSize> {};

TEST_P(KpuMeasuredSizeTest, TakesAsLongAsOnTheBoard) {
    const auto& [width, height, ms] = GetParam();
    const KpuLayerSpec spec{
        .input = {128, width, height}, .output_channels = 128, .kernel_side = 3, .eight_bit_mode = false};
    EXPECT_NEAR(milliseconds(spec, 300e6) / ms, 1.0, 0.02);
}

INSTANTIATE_TEST_SUITE_P(Topic691, KpuMeasuredSizeTest,
                         testing::Values(MeasuredSize{4, 4, 0.339}, MeasuredSize{16, 4, 0.339},
                                         MeasuredSize{16, 16, 0.417}, MeasuredSize{32, 16, 0.692},
                                         MeasuredSize{32, 32, 1.138}, MeasuredSize{64, 32, 2.125},
                                         MeasuredSize{64, 64, 3.891}, MeasuredSize{128, 64, 7.709},
                                         MeasuredSize{128, 128, 14.778}, MeasuredSize{256, 256, 57.756}));

TEST(KpuTimingTest, LayersWithLittleToComputeWaitForTheirWeights) {
    const KpuLayerSpec spec{.input = {128, 4, 4}, .output_channels = 128, .kernel_side = 3, .eight_bit_mode = false};
    const KpuLayerTime time = kpu_layer_time(build_kpu_layer(spec).layer);
    EXPECT_GT(time.weight_load_cycles, time.compute_cycles);
}

TEST(KpuTimingTest, SendingDataOutTakesFiftyCyclesAWord) {
    KpuLayer layer = build_kpu_layer({.input = {1, 20, 15}, .output_channels = 30}).layer;
    EXPECT_EQ(kpu_layer_time(layer).data_out_cycles, 0u);
    layer.send_data_out = true;
    EXPECT_EQ(kpu_layer_time(layer).data_out_cycles, 9000u / 8 * 50);
}

}  // namespace
}  // namespace k210
