// How long a layer takes, against what others measured on boards.
#include <ostream>

#include <gtest/gtest.h>

#include "k210/sim/cost_model.hpp"
#include "kpu/timing.hpp"
#include "support/paths.hpp"
#include "tools/calibrate/kpu_measurements.hpp"
#include "tools/kmodel/kpu_layers.hpp"

namespace k210 {

static void PrintTo(const KpuMeasurement& measured, std::ostream* out) {
    *out << measured.what;
}

namespace {

// Every layer of tools/calibrate's measurements [measured].
struct KpuMeasuredLayerTest : testing::TestWithParam<KpuMeasurement> {
    static double tolerance(const KpuMeasurement& measured) {
        if (measured.layer.depth_wise_layer) return 0.05;
        return measured.weight_bits == 8 ? 0.005 : 0.025;
    }
};

TEST_P(KpuMeasuredLayerTest, TakesAsLongAsOnTheBoard) {
    EXPECT_NEAR(predicted_ms(GetParam()) / GetParam().measured_ms, 1.0, tolerance(GetParam())) << GetParam().what;
}

INSTANTIATE_TEST_SUITE_P(Published, KpuMeasuredLayerTest,
                         testing::ValuesIn(load_kpu_measurements(source_dir() / "tools/calibrate/measured.json")));

TEST(KpuTimingTest, LayersWithLittleToComputeWaitForTheirWeights) {
    const KpuLayerSpec spec{.input = {128, 4, 4}, .output_channels = 128, .kernel_side = 3, .eight_bit_mode = false};
    const KpuLayerTime time = kpu_layer_time(build_kpu_layer(spec).layer);
    EXPECT_GT(time.weight_load_cycles, time.compute_cycles);
}

TEST(KpuTimingTest, AGroupOfChannelsTakesAsLongAsAFullOne) {
    const auto compute_cycles = [](std::uint32_t channels) {  // four channels 16 wide share their lines
        const KpuLayerSpec spec{.input = {channels, 16, 16}, .output_channels = 8, .kernel_side = 3};
        return kpu_layer_time(build_kpu_layer(spec).layer).compute_cycles;
    };
    for (const std::uint32_t channels : {1u, 2u, 3u}) EXPECT_EQ(compute_cycles(channels), compute_cycles(4));
    for (const std::uint32_t channels : {5u, 6u, 7u}) EXPECT_EQ(compute_cycles(channels), compute_cycles(8));
    EXPECT_GT(compute_cycles(5), compute_cycles(4));
}

TEST(KpuTimingTest, SendingDataOutTakesItsTimeAWord) {
    KpuLayer layer = build_kpu_layer({.input = {1, 20, 15}, .output_channels = 30}).layer;
    EXPECT_EQ(kpu_layer_time(layer).data_out_cycles, 0u);
    layer.send_data_out = true;
    EXPECT_EQ(kpu_layer_time(layer).data_out_cycles, 9000u / 8 * cost::kKpuDataOutWord);
}

}  // namespace
}  // namespace k210
