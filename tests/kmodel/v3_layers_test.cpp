// Every layer type of version 3, alone in a model: what it computes where the SDK's runner has its say.
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kmodel/kmodel.hpp"
#include "tools/kmodel/writer.hpp"

namespace k210::kmodel {
namespace {

using testing::ElementsAre;
using testing::FloatEq;
using testing::Pointwise;
using Floats = std::vector<float>;
using Bytes = std::vector<std::uint8_t>;

template <class T>
Bytes bytes_of(const std::vector<T>& values) {
    Bytes bytes(values.size() * sizeof(T));
    std::memcpy(bytes.data(), values.data(), bytes.size());
    return bytes;
}

Floats floats_of(const Bytes& bytes) {
    Floats floats(bytes.size() / 4);
    std::memcpy(floats.data(), bytes.data(), bytes.size());
    return floats;
}

// Main memory: the model's input, copied here by a fully connected layer; the same as bytes; what the layer writes.
constexpr std::uint32_t kFloats = 0, kBytes = 4096, kResult = 8192, kMemory = 65536;

struct V3LayersTest : testing::Test {
    V3Writer writer;

    // Runs a model that puts `input` to kFloats and kBytes, then does what `add` adds. Returns its output, `size`
    // bytes.
    Bytes run(const Floats& input, std::uint32_t size, const std::function<void()>& add) {
        const auto count = static_cast<std::uint32_t>(input.size());
        Floats identity(input.size() * input.size());
        for (std::size_t i = 0; i < input.size(); ++i) identity[i * input.size() + i] = 1;
        writer.fully_connected({kMemory - count * 4, kFloats}, count, identity, Floats(input.size()));
        writer.quantize({kFloats, kBytes}, count, {});
        add();
        writer.main_memory_bytes = kMemory;
        writer.outputs = {{kResult, size}};
        const auto model = Kmodel::parse("test", writer.bytes());
        const Tensor tensor{Element::f32, model->summary().inputs.at(0).shape, bytes_of(input)};
        return model->run(std::span(&tensor, 1)).at(0).bytes;
    }
    Floats run_floats(const Floats& input, std::uint32_t count, const std::function<void()>& add) {
        return floats_of(run(input, count * 4, add));
    }
};

TEST_F(V3LayersTest, Adds) {
    EXPECT_THAT(run_floats({1, 2, 30, 40}, 2,
                           [&] {
                               writer.add({kFloats, kFloats + 8, kResult, 2});
                           }),
                ElementsAre(31, 42));
}

TEST_F(V3LayersTest, QuantizedAddShiftsTheSumWhereShiftsAreEqual) {
    // (1 * 3 + 1 * 3) >> 1 = 3, where the parts shifted alone would give 1 + 1.
    const auto add = [&] { writer.quantized_add({kBytes, kBytes + 1, kResult, 1}, {0, 3, 1}, {0, 3, 1}, {10, 2, 0}); };
    EXPECT_THAT(run({1, 1}, 1, add), ElementsAre(3 * 2 + 10));
}

TEST_F(V3LayersTest, QuantizedAddHasAScaleOfItsOwnForEachInput) {
    // (10 + 2) * 3 + (10 - 4) * 5 = 66
    const auto add = [&] { writer.quantized_add({kBytes, kBytes + 1, kResult, 1}, {2, 3, 0}, {-4, 5, 0}, {0, 1, 0}); };
    EXPECT_THAT(run({10, 10}, 1, add), ElementsAre(66));
}

TEST_F(V3LayersTest, QuantizedAddShiftsThePartsWhereShiftsDiffer) {
    const auto add = [&] { writer.quantized_add({kBytes, kBytes + 1, kResult, 1}, {0, 3, 1}, {0, 3, 2}, {0, 1, 0}); };
    EXPECT_THAT(run({1, 3}, 1, add), ElementsAre(1 + 2));
}

TEST_F(V3LayersTest, QuantizedAddRoundsHalfUpAndClamps) {
    const auto add = [&] {
        writer.quantized_add({kBytes, kBytes + 4, kResult, 4}, {-100, 1, 0}, {0, 1, 0}, {5, 1, 2});
    };
    // 98 - 100 = -2 is -1 before its last bit, and one less for the carry; 6 / 4 is 2; the others are beyond a byte.
    EXPECT_THAT(run({98, 106, 0, 255, 0, 0, 0, 255 * 4}, 4, add),
                ElementsAre(5 - 2, 5 + 2, 0, (155 + 255 + 2) / 4 + 5));
}

TEST_F(V3LayersTest, QuantizedAddGoesOnToEightElements) {
    const auto add = [&] { writer.quantized_add({kBytes, kBytes, kResult, 1}, {0, 1, 0}, {0, 1, 0}, {0, 1, 0}); };
    EXPECT_THAT(run({1, 2, 3, 4, 5, 6, 7, 8, 9}, 9, add), ElementsAre(2, 4, 6, 8, 10, 12, 14, 16, 0));
}

TEST_F(V3LayersTest, PoolsWholeChannels) {
    const Floats input = {1, 2, 6, -4, -8, -6};
    const auto pool = [&](V3Type type) { return [=, this] { writer.global_pool2d(type, {kFloats, kResult}, 3, 2); }; };
    EXPECT_THAT(run_floats(input, 2, pool(V3Type::global_average_pool2d)), ElementsAre(3, -6));
    writer = {};
    EXPECT_THAT(run_floats(input, 2, pool(V3Type::global_max_pool2d)), ElementsAre(6, -4));
}

TEST_F(V3LayersTest, PoolsWholeChannelsOfBytes) {
    const Floats input = {1, 2, 6, 250, 251, 255};
    const auto pool = [&](V3Type type) { return [=, this] { writer.global_pool2d(type, {kBytes, kResult}, 3, 2); }; };
    EXPECT_THAT(run(input, 2, pool(V3Type::quantized_global_average_pool2d)), ElementsAre(3, 252));
    writer = {};
    EXPECT_THAT(run(input, 2, pool(V3Type::quantized_global_max_pool2d)), ElementsAre(6, 255));
}

// A 3x2 map under 2x2 windows with a border of one: corners see one pixel, the middle column two.
constexpr V3Writer::Window kWindow{{1, 3, 2}, {1, 2, 2}, 2, 2, 2, 2, 1, 1};
const Floats kMap = {1, 2,  4,  //
                     8, 16, 32};

TEST_F(V3LayersTest, AveragePoolCountsPixelsInsideOnly) {
    EXPECT_THAT(run_floats(kMap, 4,
                           [&] {
                               writer.average_pool2d(V3Type::average_pool2d, {kFloats, kResult}, kWindow);
                           }),
                ElementsAre(1, 3, 8, 24));
}

TEST_F(V3LayersTest, AveragePoolIgnoresItsActivation) {
    const V3Writer::Window one{{1, 1, 1}, {1, 1, 1}};
    const auto pool = [&] {
        writer.average_pool2d(V3Type::average_pool2d, {kFloats, kResult}, one, V3Writer::Activation::relu);
    };
    EXPECT_THAT(run_floats({-1}, 1, pool), ElementsAre(-1));
}

TEST_F(V3LayersTest, MaxPoolTakesTheLargestPixelInside) {
    Floats negative = kMap;
    for (float& v : negative) v = -v;
    EXPECT_THAT(run_floats(negative, 4,
                           [&] {
                               writer.max_pool2d(V3Type::max_pool2d, {kFloats, kResult}, kWindow);
                           }),
                ElementsAre(-1, -2, -8, -16));
}

TEST_F(V3LayersTest, PoolsBytes) {
    EXPECT_THAT(run(kMap, 4,
                    [&] {
                        writer.max_pool2d(V3Type::quantized_max_pool2d, {kBytes, kResult}, kWindow);
                    }),
                ElementsAre(1, 4, 8, 32));
    writer = {};
    const auto mean = [&] { writer.average_pool2d(V3Type::quantized_average_pool2d, {kBytes, kResult}, kWindow); };
    EXPECT_THAT(run(kMap, 4, mean), ElementsAre(1, 3, 8, 24));
}

TEST_F(V3LayersTest, PoolsEveryChannelAlone) {
    const V3Writer::Window halves{{2, 2, 1}, {2, 1, 1}, 2, 1, 2, 1};
    EXPECT_THAT(run({1, 2, 7, 3}, 2,
                    [&] {
                        writer.max_pool2d(V3Type::quantized_max_pool2d, {kBytes, kResult}, halves);
                    }),
                ElementsAre(2, 7));
}

TEST_F(V3LayersTest, QuantizesHalvesAwayFromZeroAndClamps) {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    EXPECT_THAT(run({0.5f, 1.25f, -3, 1000, 10, 0.75f}, 6,
                    [&] {
                        writer.quantize({kFloats, kResult}, 6, {0.5f, 0.25f});
                    }),
                ElementsAre(1, 2, 0, 255, 20, 1));
    // As the chip's conversion of what is not a number.
    writer = {};
    const auto divided = [&] {
        writer.fully_connected({kFloats, kFloats + 64}, 1, Floats{nan}, Floats{0});
        writer.quantize({kFloats + 64, kResult}, 1, {});
    };
    EXPECT_THAT(run({1}, 1, divided), ElementsAre(255));
}

TEST_F(V3LayersTest, DequantizesWithOneRounding) {
    const float scale = 0.1f, bias = -3.3f;
    EXPECT_THAT(run_floats({0, 33, 255}, 3,
                           [&] {
                               writer.dequantize({kBytes, kResult}, 3, {scale, bias});
                           }),
                ElementsAre(bias, std::fma(33.0f, scale, bias), std::fma(255.0f, scale, bias)));
}

TEST_F(V3LayersTest, DequantizesByChannel) {
    const std::vector<V3Writer::Quantization> by_channel = {{1, 0}, {2, 100}};
    const auto add = [&] { writer.channelwise_dequantize({kBytes, kResult}, 2, by_channel); };
    EXPECT_THAT(run_floats({1, 2, 3, 4}, 4, add), ElementsAre(1, 2, 106, 108));
}

TEST_F(V3LayersTest, RequantizesByTable) {
    std::array<std::uint8_t, 256> table{};
    for (std::size_t i = 0; i < table.size(); ++i) table[i] = static_cast<std::uint8_t>(255 - i);
    EXPECT_THAT(run({0, 3, 255}, 3, [&] { writer.requantize({kBytes, kResult}, 3, table); }), ElementsAre(255, 252, 0));
}

TEST_F(V3LayersTest, NormalizesToLengthOne) {
    EXPECT_THAT(run_floats({3, -4}, 2,
                           [&] {
                               writer.l2_normalization({kFloats, kResult}, 2);
                           }),
                ElementsAre(FloatEq(0.6f), FloatEq(-0.8f)));
}

TEST_F(V3LayersTest, NormalizesNothingByTheRunnersEpsilon) {
    EXPECT_THAT(run_floats({1e-6f}, 1,
                           [&] {
                               writer.l2_normalization({kFloats, kResult}, 1);
                           }),
                ElementsAre(FloatEq(1e-6f / std::sqrt(1e-10f))));
}

TEST_F(V3LayersTest, SoftmaxSumsToOne) {
    const double e = std::exp(1.0);
    EXPECT_THAT(run_floats({2, 1, 1}, 3,
                           [&] {
                               writer.softmax({kFloats, kResult}, 3);
                           }),
                Pointwise(FloatEq(), Floats{static_cast<float>(e / (e + 2)), static_cast<float>(1 / (e + 2)),
                                            static_cast<float>(1 / (e + 2))}));
}

TEST_F(V3LayersTest, SoftmaxOfVeryNegativeValuesIsNotANumber) {  // the runner's maximum is never below FLT_MIN
    EXPECT_TRUE(std::isnan(run_floats({-200, -300}, 2, [&] { writer.softmax({kFloats, kResult}, 2); }).at(0)));
}

TEST_F(V3LayersTest, Logistic) {
    EXPECT_THAT(run_floats({0, 100, -2}, 3,
                           [&] {
                               writer.logistic({kFloats, kResult}, 3);
                           }),
                ElementsAre(0.5f, 1, FloatEq(static_cast<float>(1 / (1 + std::exp(2.0))))));
}

TEST_F(V3LayersTest, Concatenates) {
    const std::vector<V3Writer::Range> parts = {{kBytes + 2, 1}, {kBytes, 2}};
    EXPECT_THAT(run({1, 2, 3}, 3, [&] { writer.concat(V3Type::quantized_concat, kResult, parts); }),
                ElementsAre(3, 1, 2));
    writer = {};
    const std::vector<V3Writer::Range> floats = {{kFloats + 4, 8}, {kFloats, 4}};
    EXPECT_THAT(run_floats({1, 2, 3}, 3, [&] { writer.concat(V3Type::concat, kResult, floats); }),
                ElementsAre(2, 3, 1));
}

TEST_F(V3LayersTest, FullyConnectedAddsItsBiasLastAndActivates) {
    using enum V3Writer::Activation;
    const Floats weights = {1, 2, -1, -1, 10, 0}, bias = {0.5f, 0, 0};
    const auto connect = [&](V3Writer::Activation a) {
        return [&, a] { writer.fully_connected({kFloats, kResult}, 2, weights, bias, a); };
    };
    EXPECT_THAT(run_floats({1, 2}, 3, connect(linear)), ElementsAre(5.5f, -3, 10));
    writer = {};
    EXPECT_THAT(run_floats({1, 2}, 3, connect(relu)), ElementsAre(5.5f, 0, 10));
    writer = {};
    EXPECT_THAT(run_floats({1, 2}, 3, connect(relu6)), ElementsAre(5.5f, 0, 6));
}

TEST_F(V3LayersTest, FlattensPixelsOfAllChannelsTogether) {
    EXPECT_THAT(run_floats({1, 2, 10, 20}, 4,
                           [&] {
                               writer.flatten(V3Type::tensorflow_flatten, {kFloats, kResult}, {2, 2, 1});
                           }),
                ElementsAre(1, 10, 2, 20));
    writer = {};
    EXPECT_THAT(run({1, 2, 10, 20}, 4,
                    [&] {
                        writer.flatten(V3Type::quantized_tensorflow_flatten, {kBytes, kResult}, {2, 2, 1});
                    }),
                ElementsAre(1, 10, 2, 20));
}

TEST_F(V3LayersTest, FlattensMoreChannelsThanPixels) {
    EXPECT_THAT(run_floats({1, 2, 10, 20, 100, 200}, 6,
                           [&] {
                               writer.flatten(V3Type::tensorflow_flatten, {kFloats, kResult}, {3, 2, 1});
                           }),
                ElementsAre(1, 10, 100, 2, 20, 200));
}

TEST_F(V3LayersTest, ResizesToTheNearestPixelBefore) {
    const auto resize = [&](V3Type type, std::uint32_t from) {
        return [=, this] { writer.resize_nearest(type, {from, kResult}, {1, 2, 2}, 3, 4); };
    };
    const auto expected = {1, 1, 2, 1, 1, 2, 3, 3, 4, 3, 3, 4};
    EXPECT_THAT(run_floats({1, 2, 3, 4}, 12, resize(V3Type::resize_nearest_neighbor, kFloats)),
                testing::ElementsAreArray(expected));
    writer = {};
    EXPECT_THAT(run({1, 2, 3, 4}, 12, resize(V3Type::quantized_resize_nearest_neighbor, kBytes)),
                testing::ElementsAreArray(expected));
}

TEST_F(V3LayersTest, UploadedMapsComeBackFromTheKpu) {
    KpuLayerSpec spec{.input = {2, 4, 4}, .output_channels = 2, .src_line = 100, .dst_line = 200};
    spec.weights = identity_weights(spec);
    const BuiltKpuLayer built = build_kpu_layer(spec);
    Floats input(32);
    for (std::size_t i = 0; i < input.size(); ++i) input[i] = static_cast<float>(i * 7);
    const auto add = [&] {
        writer.kpu_upload({kBytes, 100}, spec.input);
        writer.kpu_conv(built.layer, built.parameters, kResult);
    };
    EXPECT_THAT(run(input, 32, add), testing::ElementsAreArray(input));
}

TEST_F(V3LayersTest, PaddedPixelsComeBackFromTheKpu) {
    KpuLayerSpec spec{.input = {5, 4, 4}, .output_channels = 5, .src_line = 100, .dst_line = 200};
    spec.weights = identity_weights(spec);
    const BuiltKpuLayer built = build_kpu_layer(spec);
    const auto add = [&] {
        writer.kpu_add_padding({kBytes, 100}, 5);
        writer.kpu_conv(built.layer, built.parameters, kResult + 1024);
        writer.kpu_remove_padding({kResult + 1024, kResult}, 5);
    };
    EXPECT_THAT(run({9, 8, 7, 6, 5}, 5, add), ElementsAre(9, 8, 7, 6, 5));
}

TEST_F(V3LayersTest, KpuOutputInMainMemoryEndsWithWholeWords) {
    KpuLayerSpec spec{.input = {1, 5, 5}, .output_channels = 1, .src_line = 100, .dst_line = 200};
    spec.weights = identity_weights(spec);
    const BuiltKpuLayer built = build_kpu_layer(spec);
    const Floats ones(32, 1);
    const auto add = [&] {
        writer.kpu_upload({kBytes, 100}, spec.input);
        writer.requantize({kBytes, kResult}, 32, std::array<std::uint8_t, 256>{0, 77});
        writer.kpu_conv(built.layer, built.parameters, kResult);
    };
    Bytes expected(33, 1);
    std::fill(expected.begin() + 25, expected.end(), std::uint8_t{0});
    EXPECT_EQ(run(ones, 33, add), expected);
}

TEST_F(V3LayersTest, SixteenBitWeights) {
    KpuLayerSpec spec{
        .input = {1, 4, 4}, .output_channels = 1, .eight_bit_mode = false, .src_line = 100, .dst_line = 200};
    spec.weights = {300};
    spec.norm = {1, 0, 1};
    const BuiltKpuLayer built = build_kpu_layer(spec);
    const auto add = [&] {
        writer.eight_bit_weights = false;
        writer.kpu_upload({kBytes, 100}, spec.input);
        writer.kpu_conv(built.layer, built.parameters, kResult);
    };
    Floats input(16);
    input[3] = 1;
    Bytes expected(16);
    expected[3] = 150;
    EXPECT_EQ(run(input, 16, add), expected);
}

TEST_F(V3LayersTest, ShapesThatFlatCountsLoseAreKept) {
    KpuLayerSpec spec{.input = {3, 6, 5}, .output_channels = 2};
    const BuiltKpuLayer built = build_kpu_layer(spec);
    writer.kpu_conv(built.layer, built.parameters, 0);
    writer.dequantize({0, 1024}, 2 * 6 * 5, {});
    writer.main_memory_bytes = 2048;
    writer.outputs = {{1024, 2 * 6 * 5 * 4}};
    const auto model = Kmodel::parse("test", writer.bytes());
    const ModelSummary& summary = model->summary();
    EXPECT_EQ(to_string(summary.inputs.at(0).shape), "3x5x6");
    EXPECT_EQ(to_string(summary.outputs.at(0).shape), "2x5x6");
    EXPECT_EQ(summary.outputs.at(0).element, Element::f32);
    EXPECT_EQ(to_string(summary.layers.at(1).inputs.at(0)), "2x5x6");
}

TEST_F(V3LayersTest, WhatIsWrittenRightBehindAShapeLeavesIt) {
    const BuiltKpuLayer built = build_kpu_layer({.input = {3, 6, 5}, .output_channels = 2});
    writer.kpu_conv(built.layer, built.parameters, 0);
    writer.dequantize({0, 1024}, 2 * 6 * 5, {});
    for (const std::uint32_t to : {1024u - 60, 1024u + 2 * 6 * 5 * 4}) writer.quantize({1024, to}, 2 * 6 * 5, {});
    writer.main_memory_bytes = 2048;
    writer.outputs = {{1024, 2 * 6 * 5 * 4}};
    EXPECT_EQ(to_string(Kmodel::parse("test", writer.bytes())->summary().outputs.at(0).shape), "2x5x6");
    writer.quantize({1024, 1023}, 2 * 6 * 5, {});
    EXPECT_NE(to_string(Kmodel::parse("test", writer.bytes())->summary().outputs.at(0).shape), "2x5x6") << "over it";
}

TEST_F(V3LayersTest, LayersAreShownInOrderWithWhatTheyWrote) {
    std::vector<std::string> kinds;
    writer.fully_connected({0, 16}, 1, Floats{2}, Floats{0});
    writer.quantize({16, 32}, 1, {});
    writer.main_memory_bytes = 64;
    writer.outputs = {{32, 1}};
    const auto model = Kmodel::parse("test", writer.bytes());
    const Tensor input{Element::f32, {}, bytes_of(Floats{21})};
    std::vector<Bytes> outputs;
    model->run(std::span(&input, 1), [&](const LayerOutput& out) {
        kinds.push_back(out.layer.kind);
        outputs.push_back(out.tensor.bytes);
    });
    EXPECT_THAT(kinds, ElementsAre("fully connected", "quantize"));
    EXPECT_THAT(outputs, ElementsAre(bytes_of(Floats{42}), Bytes{42}));
}

}  // namespace
}  // namespace k210::kmodel
