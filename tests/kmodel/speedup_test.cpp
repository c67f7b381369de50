// What is suggested to make models faster.
#include "kmodel/speedup.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kmodel/kmodel.hpp"
#include "tools/kmodel/writer.hpp"

namespace k210::kmodel {
namespace {

using testing::HasSubstr;

struct SpeedupTest : testing::Test {
    V3Writer writer;
    std::uint16_t line = 0;

    SpeedupTest() {
        writer.main_memory_bytes = 1 << 20;
        writer.outputs = {{0, 16}};
    }

    // Reads what the layer before left, if there is one.
    void kpu_layer(KpuLayerSpec spec, std::optional<std::uint32_t> main_memory_out = {}) {
        constexpr std::uint16_t kFar = 16384;
        spec.src_line = line;
        spec.dst_line = line = line == 0 ? kFar : std::uint16_t{0};
        const BuiltKpuLayer built = build_kpu_layer(spec);
        writer.kpu_conv(built.layer, built.parameters, main_memory_out);
    }
    ModelSummary model() const { return Kmodel::parse("model", writer.bytes())->summary(); }
    std::vector<Speedup> all() const { return find_speedups(model(), {}, Runner::sdk); }
    double total_ms() const {
        const ModelSummary m = model();
        double ms = input_cost(m, Runner::sdk).ms({}) + call_cost(m, Runner::sdk).ms({});
        for (const LayerSummary& layer : m.layers) ms += layer_cost(m, layer, Runner::sdk).ms({});
        return ms;
    }
    // Nothing when none begins so.
    std::optional<Speedup> about(const std::string& beginning) const {
        const auto found = all();
        const auto it = std::ranges::find_if(found, [&](const Speedup& s) { return s.what.starts_with(beginning); });
        if (it == found.end()) return {};
        return *it;
    }
};

const KpuLayerSpec kDepthwise{.input = {64, 64, 16}, .output_channels = 64, .kernel_side = 3, .depthwise = true};
const KpuLayerSpec kPointwise{.input = {64, 64, 16}, .output_channels = 64};
const KpuLayerSpec kDense{.input = {64, 64, 16}, .output_channels = 64, .kernel_side = 3};

TEST_F(SpeedupTest, OneDenseConvolutionReplacesADepthwiseAndA1x1) {
    kpu_layer(kDepthwise);
    kpu_layer(kPointwise);
    const auto found = about("1x1 convolutions");
    ASSERT_TRUE(found);
    EXPECT_THAT(found->what, HasSubstr("layer 1"));
    EXPECT_GT(found->saved_ms, 0.5 * total_ms());
}

TEST_F(SpeedupTest, DenseConvolutionsAreLeftAsTheyAre) {
    kpu_layer(kDense);
    kpu_layer(kDense);
    EXPECT_FALSE(about("1x1 convolutions"));
}

TEST_F(SpeedupTest, RowsThatFillHalfALineAreWorthNarrowing) {
    kpu_layer({.input = {64, 320, 32}, .output_channels = 16, .kernel_side = 3, .pool = KpuPool::max_2_s2});
    kpu_layer({.input = {16, 160, 16}, .output_channels = 64, .kernel_side = 3, .pool = KpuPool::max_2_s2});
    kpu_layer({.input = {64, 80, 8}, .output_channels = 512, .kernel_side = 3});
    const auto found = about("rows of 320, 160, 80");
    ASSERT_TRUE(found);
    EXPECT_THAT(found->remedy, HasSubstr("256 wide, not 320"));
}

TEST_F(SpeedupTest, RowsThatFillTheirLinesAreNot) {
    kpu_layer({.input = {16, 256, 16}, .output_channels = 16, .kernel_side = 3, .pool = KpuPool::max_2_s2});
    kpu_layer({.input = {16, 128, 8}, .output_channels = 16, .kernel_side = 3});
    EXPECT_FALSE(about("rows"));
}

TEST_F(SpeedupTest, APoolBetweenKpuLayersIsADetour) {
    kpu_layer(kDense, 0);
    writer.max_pool2d(V3Type::quantized_max_pool2d, {0, 0x10000}, {{64, 64, 16}, {64, 64, 16}, 3, 3, 1, 1, 1, 1});
    writer.kpu_upload({0x10000, line}, {64, 64, 16});
    kpu_layer(kDense);
    const auto found = about("maps leave AI RAM and return (layers 1, 2");
    ASSERT_TRUE(found);
    const ModelSummary m = model();
    EXPECT_DOUBLE_EQ(found->saved_ms, layer_cost(m, m.layers[0], Runner::sdk).cpu_ms({}) +
                                          layer_cost(m, m.layers[1], Runner::sdk).ms({}) +
                                          layer_cost(m, m.layers[2], Runner::sdk).ms({}));
    EXPECT_THAT(found->remedy, HasSubstr("right behind a convolution"));
}

TEST_F(SpeedupTest, SoftmaxIsBetterLeftOut) {
    kpu_layer({.input = {16, 16, 4}, .output_channels = 16}, 0);
    writer.dequantize({0, 0x1000}, 1024, {});
    writer.softmax({0x1000, 0x2000}, 1024);
    const auto found = about("on the CPU: turning outputs into probabilities (layer 2)");
    ASSERT_TRUE(found);
    const ModelSummary m = model();
    EXPECT_DOUBLE_EQ(found->saved_ms, layer_cost(m, m.layers[2], Runner::sdk).ms({}));
}

TEST_F(SpeedupTest, InputsThatTheDmaCannotTakeAreWorthAWidthThatItCan) {
    kpu_layer({.input = {16, 60, 60}, .output_channels = 1});
    const auto found = about("the CPU copies the input");
    ASSERT_TRUE(found);
    EXPECT_THAT(found->remedy, HasSubstr("a multiple of 64, not 60"));
}

TEST_F(SpeedupTest, InputsThatGoByDmaAreNotWorthAWord) {
    kpu_layer({.input = {16, 64, 60}, .output_channels = 1});
    EXPECT_FALSE(about("the CPU copies the input"));
}

TEST_F(SpeedupTest, TheBestComesFirstAndFiveAreEnough) {
    kpu_layer(kDepthwise);
    kpu_layer(kPointwise);
    kpu_layer({.input = {64, 64, 16}, .output_channels = 64}, 0);
    writer.dequantize({0, 0x10000}, 4096, {});
    writer.softmax({0x10000, 0x20000}, 4096);
    const auto found = all();
    EXPECT_LE(found.size(), 5u);
    EXPECT_TRUE(std::ranges::is_sorted(found, std::greater{}, &Speedup::saved_ms));
}

TEST_F(SpeedupTest, NothingIsSavedTwiceByOneSuggestion) {
    kpu_layer(kDepthwise);
    kpu_layer(kPointwise, 0);
    writer.dequantize({0, 0x10000}, 4096, {});
    for (const Speedup& s : all()) EXPECT_LT(s.saved_ms, total_ms()) << s.what;
}

}  // namespace
}  // namespace k210::kmodel
