// What the writer writes, field by field, where standalone-sdk@02576ba lib/drivers/kpu.c looks for it.
#include <gtest/gtest.h>

#include "kmodel/bare_kpu.hpp"
#include "kmodel/reader.hpp"
#include "tools/kmodel/writer.hpp"

namespace k210::kmodel {
namespace {

using Bytes = std::vector<std::uint8_t>;

struct Header {
    std::uint32_t version, flags, arch, layers, max_start_address, main_memory_bytes, outputs;
};

Header read_header(Reader& file) {
    Header h{};
    for (auto field : {&Header::version, &Header::flags, &Header::arch, &Header::layers, &Header::max_start_address,
                       &Header::main_memory_bytes, &Header::outputs})
        h.*field = file.u32();
    return h;
}

struct WrittenLayer {
    std::uint32_t type;
    Bytes body;
    std::vector<std::uint32_t> words() const {
        Reader reader("body", body);
        std::vector<std::uint32_t> all;
        while (reader.left() >= 4) all.push_back(reader.u32());
        return all;
    }
};

std::vector<WrittenLayer> read_layers(const Bytes& bytes) {
    Reader table("model", bytes);
    const Header header = read_header(table);
    table.skip(header.outputs * 8);
    Reader bodies = table.from(table.at() + header.layers * 8);
    std::vector<WrittenLayer> layers(header.layers);
    for (WrittenLayer& layer : layers) {
        layer.type = table.u32();
        const auto body = bodies.bytes(table.u32());
        layer.body.assign(body.begin(), body.end());
    }
    EXPECT_EQ(bodies.left(), 0u);
    return layers;
}

WrittenLayer only_layer(const V3Writer& writer) {
    return read_layers(writer.bytes()).at(0);
}

using Words = std::vector<std::uint32_t>;
constexpr std::uint32_t kOne = 0x3f80'0000, kMinusTwo = 0xc000'0000;  // as floats

TEST(KmodelWriterTest, WritesHeaderAndOutputs) {
    V3Writer writer;
    writer.eight_bit_weights = false;
    writer.max_start_address = 31;
    writer.main_memory_bytes = 14'000;
    writer.outputs = {{2800, 11'200}, {0, 40}};
    writer.softmax({}, 10);
    const Bytes bytes = writer.bytes();

    Reader file("model", bytes);
    const Header h = read_header(file);
    EXPECT_EQ(h.version, 3u);
    EXPECT_EQ(h.flags, 0u);
    EXPECT_EQ(h.arch, 0u);
    EXPECT_EQ(h.layers, 1u);
    EXPECT_EQ(h.max_start_address, 31u);
    EXPECT_EQ(h.main_memory_bytes, 14'000u);
    EXPECT_EQ(h.outputs, 2u);
    for (const std::uint32_t field : {2800, 11'200, 0, 40}) EXPECT_EQ(file.u32(), field);
}

TEST(KmodelWriterTest, StartsMostBodiesWithFlagsSourceAndDestination) {
    V3Writer writer;
    writer.softmax({.from = 40, .to = 80, .main_out = true}, 10);
    writer.logistic({8, 16}, 3);
    writer.l2_normalization({8, 16}, 3);
    writer.kpu_add_padding({8, 100}, 3);
    writer.kpu_remove_padding({8, 16}, 3);
    const auto layers = read_layers(writer.bytes());
    ASSERT_EQ(layers.size(), 5u);
    EXPECT_EQ(layers[0].type, 15u);
    EXPECT_EQ(layers[0].words(), (Words{1, 40, 80, 10}));
    EXPECT_EQ(layers[1].type, 25u);
    EXPECT_EQ(layers[1].words(), (Words{0, 8, 16, 3}));
    EXPECT_EQ(layers[2].type, 14u);
    EXPECT_EQ(layers[2].words(), (Words{0, 8, 16, 3}));
    EXPECT_EQ(layers[3].type, 10'241u);
    EXPECT_EQ(layers[3].words(), (Words{0, 8, 100, 3}));
    EXPECT_EQ(layers[4].type, 10'242u);
    EXPECT_EQ(layers[4].words(), (Words{0, 8, 16, 3}));
}

TEST(KmodelWriterTest, WritesShapesAsWidthHeightChannels) {
    V3Writer writer;
    writer.kpu_upload({8, 100}, {.channels = 3, .width = 20, .height = 10});
    writer.flatten(V3Type::tensorflow_flatten, {8, 16}, {.channels = 3, .width = 20, .height = 10});
    writer.resize_nearest(V3Type::quantized_resize_nearest_neighbor, {8, 16}, {.channels = 3, .width = 2, .height = 1},
                          40, 30, true);
    const auto layers = read_layers(writer.bytes());
    EXPECT_EQ(layers.at(0).words(), (Words{0, 8, 100, 20, 10, 3}));
    EXPECT_EQ(layers.at(1).words(), (Words{0, 8, 16, 20, 10, 3}));
    EXPECT_EQ(layers.at(2).words(), (Words{0, 8, 16, 2, 1, 3, 40, 30, 1}));
}

TEST(KmodelWriterTest, WritesPools) {
    const V3Writer::Window window{.in = {3, 20, 10},
                                  .out = {3, 10, 5},
                                  .kernel_width = 2,
                                  .kernel_height = 4,
                                  .stride_width = 6,
                                  .stride_height = 7,
                                  .padding_width = 8,
                                  .padding_height = 9};
    V3Writer writer;
    writer.max_pool2d(V3Type::quantized_max_pool2d, {}, window);
    writer.average_pool2d(V3Type::average_pool2d, {}, window, V3Writer::Activation::relu6);
    writer.global_pool2d(V3Type::global_average_pool2d, {1, 2}, 49, 3);
    const auto layers = read_layers(writer.bytes());
    Words pool{0, 0, 0, 20, 10, 3, 10, 5, 3, 2, 4, 6, 7, 8, 9};
    EXPECT_EQ(layers.at(0).type, 8u);
    EXPECT_EQ(layers.at(0).words(), pool);
    pool.push_back(2);
    EXPECT_EQ(layers.at(1).type, 9u);
    EXPECT_EQ(layers.at(1).words(), pool);
    EXPECT_EQ(layers.at(2).type, 5u);
    EXPECT_EQ(layers.at(2).words(), (Words{0, 1, 2, 49, 3}));
}

TEST(KmodelWriterTest, WritesAdditions) {
    const V3Writer::Sum sum{.from_a = 8, .from_b = 16, .to = 24, .count = 5};
    V3Writer writer;
    writer.add(sum);
    writer.quantized_add(sum, {1, 2, 3}, {-1, 5, 6}, {7, 8, 9});
    const auto layers = read_layers(writer.bytes());
    EXPECT_EQ(layers.at(0).type, 1u);
    EXPECT_EQ(layers.at(0).words(), (Words{0, 8, 16, 24, 5}));
    EXPECT_EQ(layers.at(1).type, 2u);
    EXPECT_EQ(layers.at(1).words(), (Words{0, 8, 16, 24, 5, 1, 2, 3, 0xffff'ffff, 5, 6, 7, 8, 9}));
}

TEST(KmodelWriterTest, WritesQuantization) {
    const V3Writer::Quantization q[] = {{1, -2}, {-2, 1}};
    V3Writer writer;
    writer.quantize({8, 16}, 5, q[0]);
    writer.dequantize({8, 16}, 5, q[0]);
    writer.channelwise_dequantize({8, 16}, 5, q);
    const auto layers = read_layers(writer.bytes());
    EXPECT_EQ(layers.at(0).words(), (Words{0, 8, 16, 5, kOne, kMinusTwo}));
    EXPECT_EQ(layers.at(1).words(), (Words{0, 8, 16, 5, kOne, kMinusTwo}));
    EXPECT_EQ(layers.at(2).words(), (Words{0, 8, 16, 2, 5, kOne, kMinusTwo, kMinusTwo, kOne}));
}

TEST(KmodelWriterTest, WritesRequantizationTable) {
    std::array<std::uint8_t, 256> table{};
    table[0] = 7;
    table[255] = 9;
    V3Writer writer;
    writer.requantize({8, 16}, 5, table);
    const WrittenLayer layer = only_layer(writer);
    ASSERT_EQ(layer.body.size(), 4u * 4 + 256);
    EXPECT_EQ(layer.body[16], 7);
    EXPECT_EQ(layer.body.back(), 9);
}

TEST(KmodelWriterTest, WritesConcat) {
    const V3Writer::Range inputs[] = {{100, 20}, {200, 30}};
    V3Writer writer;
    writer.concat(V3Type::quantized_concat, 16, inputs, true);
    EXPECT_EQ(only_layer(writer).words(), (Words{1, 16, 2, 100, 20, 200, 30}));
}

TEST(KmodelWriterTest, WritesFullyConnectedWeightsThenBias) {
    const float weights[] = {1, -2, -2, 1, 1, 1}, bias[] = {-2, 1};
    V3Writer writer;
    writer.fully_connected({8, 16}, 3, weights, bias, V3Writer::Activation::relu);
    EXPECT_EQ(only_layer(writer).words(),
              (Words{0, 8, 16, 3, 2, 1, kOne, kMinusTwo, kMinusTwo, kOne, kOne, kOne, kMinusTwo, kOne}));
}

struct Conv {
    std::uint32_t flags, main_memory_out, words, weights, norm, activation;
};

Conv read_conv(const WrittenLayer& layer) {
    const auto w = layer.words();
    return {w.at(0), w.at(1), w.at(2), w.at(3), w.at(4), w.at(5)};
}

TEST(KmodelWriterTest, AlignsWhatTheKpuFetchesWithinTheFile) {
    V3Writer writer;
    writer.softmax({}, 10);  // moves the rest by 16 bytes
    const BuiltKpuLayer built = build_kpu_layer({.input = {3, 20, 10}, .output_channels = 5, .kernel_side = 3});
    writer.kpu_conv(built.layer, built.parameters);
    writer.kpu_conv(built.layer, built.parameters, 0x1230);
    const auto layers = read_layers(writer.bytes());
    for (const std::size_t index : {1, 2}) {
        const Conv conv = read_conv(layers.at(index));
        EXPECT_EQ(layers[index].type, 10'240u);
        EXPECT_EQ(conv.words % 8, 0u);
        EXPECT_EQ(conv.weights % 256, 0u);
        EXPECT_EQ(conv.norm % 256, 0u);
        EXPECT_EQ(conv.activation % 256, 0u);
    }
    EXPECT_EQ(read_conv(layers[1]).flags, 0u);
    EXPECT_EQ(read_conv(layers[2]).flags, 1u);
    EXPECT_EQ(read_conv(layers[2]).main_memory_out, 0x1230u);
}

TEST(KmodelWriterTest, WritesKpuLayersThatCompute) {
    KpuLayerSpec spec{.input = {3, 20, 10}, .output_channels = 3, .kernel_side = 3};
    spec.weights = identity_weights(spec);
    const BuiltKpuLayer built = build_kpu_layer(spec);
    V3Writer writer;
    writer.kpu_conv(built.layer, built.parameters);
    const Bytes file = writer.bytes();

    const Conv conv = read_conv(read_layers(file).at(0));
    KpuLayer layer = KpuLayer::decode(Reader("model", file, conv.words).layer_words());
    layer.para_start_addr = conv.weights;
    layer.bwsx_base_addr = conv.norm;
    layer.active_addr = conv.activation;
    BareKpu kpu;
    Bytes picture(spec.input.bytes());
    for (std::size_t i = 0; i < picture.size(); ++i) picture[i] = static_cast<std::uint8_t>(i * 7);
    kpu.upload(spec.src_line, spec.input, picture);
    EXPECT_EQ(kpu.run(layer, file), picture);
}

TEST(KmodelWriterTest, WritesBodiesNoCompilerWould) {
    V3Writer writer;
    writer.raw(V3Type{99}, {1, 2, 3});
    const WrittenLayer layer = only_layer(writer);
    EXPECT_EQ(layer.type, 99u);
    EXPECT_EQ(layer.body, (Bytes{1, 2, 3}));
}

}  // namespace
}  // namespace k210::kmodel
