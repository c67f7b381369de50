// Version 3 files that are broken: one line that names file, layer and offset, and nothing run. And those that only
// look broken.
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kmodel/kmodel.hpp"
#include "support/temp_dir.hpp"
#include "tools/kmodel/writer.hpp"

namespace k210::kmodel {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;
using Bytes = std::vector<std::uint8_t>;

// A KPU convolution into main memory, dequantized: what most models end with.
struct SmallModel {
    V3Writer writer;
    KpuLayerSpec spec{.input = {3, 8, 8}, .output_channels = 4, .kernel_side = 3};

    SmallModel() {
        const BuiltKpuLayer built = build_kpu_layer(spec);
        writer.kpu_conv(built.layer, built.parameters, 0);
        writer.dequantize({0, 256}, 256, {});
        writer.main_memory_bytes = 2048;
        writer.outputs = {{256, 1024}};
    }
};

constexpr std::size_t kFirstBody = 28 + 8 + 2 * 8;

void put(Bytes& bytes, std::size_t at, std::uint32_t v) {
    for (std::size_t i = 0; i < 4; ++i) bytes.at(at + i) = static_cast<std::uint8_t>(v >> (8 * i));
}

struct Broken {
    const char* name;
    std::function<Bytes(SmallModel&)> bytes;
    const char* complaint;
};
void PrintTo(const Broken& broken, std::ostream* out) {
    *out << broken.name;
}

Bytes with(const SmallModel& m, std::size_t at, std::uint32_t v) {
    Bytes bytes = m.writer.bytes();
    put(bytes, at, v);
    return bytes;
}

// A second layer of that body instead of the dequantize layer.
Bytes second_layer(V3Type type, const std::vector<std::uint32_t>& words) {
    SmallModel m;
    const BuiltKpuLayer built = build_kpu_layer(m.spec);
    V3Writer writer;
    writer.kpu_conv(built.layer, built.parameters, 0);
    Bytes body(words.size() * 4);
    for (std::size_t i = 0; i < words.size(); ++i) put(body, i * 4, words[i]);
    writer.raw(type, body);
    writer.main_memory_bytes = 2048;
    writer.outputs = {{256, 1024}};
    return writer.bytes();
}

Bytes kpu_layer(const std::function<void(KpuLayer&)>& change) {
    SmallModel m;
    BuiltKpuLayer built = build_kpu_layer(m.spec);
    change(built.layer);
    V3Writer writer;
    writer.kpu_conv(built.layer, built.parameters, 0);
    writer.main_memory_bytes = 2048;
    writer.outputs = {{0, 256}};
    return writer.bytes();
}

const Broken kBroken[] = {
    {"Empty", [](SmallModel&) { return Bytes{}; }, "is not a kmodel"},
    {"HeaderOnly",
     [](SmallModel& m) {
         auto b = m.writer.bytes();
         b.resize(20);
         return b;
     },
     "header, offset 0x14: the file ends"},
    {"OtherArchitecture", [](SmallModel& m) { return with(m, 8, 1); }, "offset 0x8: architecture 1"},
    {"NoLayers", [](SmallModel& m) { return with(m, 12, 0); }, "offset 0xc: 0 layers"},
    {"TooManyLayers", [](SmallModel& m) { return with(m, 12, 0xffff'ffff); }, "4294967295 layers"},
    {"TooMuchMemory", [](SmallModel& m) { return with(m, 20, 0x4000'0001); }, "1073741825 bytes of main memory"},
    {"NoOutputs",
     [](SmallModel& m) {
         m.writer.outputs.clear();
         return m.writer.bytes();
     },
     "0 outputs"},
    {"OutputBeyondMemory",
     [](SmallModel& m) {
         m.writer.outputs = {{1500, 1024}};
         return m.writer.bytes();
     },
     "output 0 of 1024 bytes at 1500"},
    {"OutputAddressThatWraps",
     [](SmallModel& m) {
         m.writer.outputs = {{0xffff'ff00, 0x200}};
         return m.writer.bytes();
     },
     "output 0"},
    {"UnknownType",
     [](SmallModel&) {
         return second_layer(static_cast<V3Type>(26), {0, 0, 0});
     },
     "layer 1 (type 26), offset 0x"},
    {"InvalidType",
     [](SmallModel&) {
         return second_layer(V3Type::invalid, {0, 0, 0});
     },
     "layer 1 (type 0)"},
    {"TypeThatNobodyDefines",
     [](SmallModel&) {
         return second_layer(V3Type::quantized_fully_connected, {0, 0, 0});
     },
     "layer 1 (type 19)"},
    {"BodyBeyondFile", [](SmallModel& m) { return with(m, kFirstBody - 4, 100'000); }, "layer 1 (dequantize)"},
    {"TruncatedByFiveBytes",
     [](SmallModel& m) {
         auto b = m.writer.bytes();
         b.resize(b.size() - 5);
         return b;
     },
     "layer 1 (dequantize)"},
    {"BodyTooShort",
     [](SmallModel&) {
         return second_layer(V3Type::softmax, {1, 0});
     },
     "layer 1 (softmax)"},
    {"BeginsWithSoftmax",
     [](SmallModel& m) {
         V3Writer w;
         w.softmax({0, 0}, 4);
         w.main_memory_bytes = 64;
         w.outputs = m.writer.outputs = {{0, 4}};
         return w.bytes();
     },
     "layer 0 (softmax)"},
    {"InputBeyondMemory",
     [](SmallModel&) {
         return second_layer(V3Type::softmax, {1, 2044, 0, 2});
     },
     "its input of 8 bytes at 2044"},
    {"InputOneByteBeyondMemory",
     [](SmallModel&) {
         return second_layer(V3Type::dequantize, {1, 2045, 0, 4, 0, 0});
     },
     "its input of 4 bytes at 2045"},
    {"OutputOfNothing",
     [](SmallModel& m) {
         m.writer.outputs = {{256, 0}};
         return m.writer.bytes();
     },
     "output 0 of 0 bytes at 256"},
    {"WeightsThatEndBeyondTheFile",
     [](SmallModel& m) { return with(m, kFirstBody + 12, static_cast<std::uint32_t>(m.writer.bytes().size() - 100)); },
     "its weights are 108 bytes"},
    {"OutputOfALayerBeyondMemory",
     [](SmallModel&) {
         return second_layer(V3Type::softmax, {1, 0, 2044, 2});
     },
     "its output of 8 bytes at 2044"},
    {"RangeThatWraps",
     [](SmallModel&) {
         return second_layer(V3Type::softmax, {1, 0xffff'fffc, 0, 2});
     },
     "layer 1 (softmax)"},
    {"NothingToDo",
     [](SmallModel&) {
         return second_layer(V3Type::softmax, {1, 0, 0, 0});
     },
     "its input is empty"},
    {"CountThatOverflows",
     [](SmallModel&) {
         return second_layer(V3Type::softmax, {1, 0, 0, 0xffff'ffff});
     },
     "layer 1 (softmax)"},
    {"ShapeThatOverflows",
     [](SmallModel&) {
         return second_layer(V3Type::tensorflow_flatten, {1, 0, 0, 65536, 65536, 65536});
     },
     "layer 1 (flatten)"},
    {"ImpossibleWidth",
     [](SmallModel&) {
         return second_layer(V3Type::tensorflow_flatten, {1, 0, 0, 65537, 1, 1});
     },
     "impossible width: 65537"},
    {"EmptyShape",
     [](SmallModel&) {
         return second_layer(V3Type::tensorflow_flatten, {1, 0, 0, 4, 0, 1});
     },
     "impossible height: 0"},
    {"StrideOfNothing",
     [](SmallModel&) {
         return second_layer(V3Type::average_pool2d, {1, 0, 0, 2, 2, 1, 1, 1, 1, 2, 2, 0, 1, 0, 0, 0});
     },
     "impossible stride: 0"},
    {"WindowBeyondTheMap",
     [](SmallModel&) {
         return second_layer(V3Type::average_pool2d, {1, 0, 0, 2, 2, 1, 3, 1, 1, 2, 2, 1, 1, 0, 0, 0});
     },
     "its last window across lies beyond the map"},
    {"MoreChannelsOutThanIn",
     [](SmallModel&) {
         return second_layer(V3Type::average_pool2d, {1, 0, 0, 2, 2, 1, 1, 1, 2, 2, 2, 1, 1, 0, 0, 0});
     },
     "more channels come out"},
    {"PoolOfNothing",
     [](SmallModel&) {
         return second_layer(V3Type::global_average_pool2d, {1, 0, 0, 0, 4});
     },
     "its input is empty"},
    {"ShiftByTooMuch",
     [](SmallModel&) {
         return second_layer(V3Type::quantized_add, {1, 0, 0, 0, 4, 0, 1, 64, 0, 1, 0, 0, 1, 0});
     },
     "impossible shift: 64"},
    {"ConcatOfOddFloats",
     [](SmallModel&) {
         return second_layer(V3Type::concat, {1, 0, 1, 0, 6});
     },
     "its input 0 has 6 bytes"},
    {"ConcatLargerThanMemory",
     [](SmallModel&) {
         return second_layer(V3Type::quantized_concat, {1, 0, 2, 0, 2000, 0, 2000});
     },
     "layer 1 (quantized concat)"},
    {"WeightsThatAreNotThere",
     [](SmallModel&) {
         return second_layer(V3Type::fully_connected, {1, 0, 0, 100, 100, 0});
     },
     "40400 bytes of parameters"},
    {"WordsBeyondTheFile", [](SmallModel& m) { return with(m, kFirstBody + 8, 0x7fff'fff0); }, "layer 0 (KPU conv)"},
    {"WeightsBeyondTheFile", [](SmallModel& m) { return with(m, kFirstBody + 12, 0x7fff'fff0); },
     "its weights are 108 bytes at 0x7ffffff0"},
    {"BatchNormsBeyondTheFile", [](SmallModel& m) { return with(m, kFirstBody + 16, 0xffff'fff0); }, "its batch norms"},
    {"SegmentsBeyondTheFile", [](SmallModel& m) { return with(m, kFirstBody + 20, 0xffff'fff0); },
     "its activation segments"},
    {"KpuInputBeyondAiRam", [](SmallModel&) { return kpu_layer([](KpuLayer& l) { l.image_src_addr = 32767; }); },
     "its input map ends at line 32775 of AI RAM"},
    {"KpuOutputBeyondAiRam", [](SmallModel&) { return kpu_layer([](KpuLayer& l) { l.image_dst_addr = 32767; }); },
     "its output map ends at line"},
    {"KpuMapsLargerThanAiRam",
     [](SmallModel&) {
         return kpu_layer([](KpuLayer& l) {
             l.i_ch_num = 1023;
             l.i_row_wid = 1023;
             l.i_col_high = 511;
             l.channel_switch_addr = 0;
             l.row_switch_addr = 0;
         });
     },
     "its maps are larger than AI RAM"},
    {"KpuOutputBeyondMainMemory", [](SmallModel& m) { return with(m, kFirstBody + 4, 2000); },
     "its output of 256 bytes at 2000"},
};

class V3BadInputTest : public testing::TestWithParam<Broken> {};
INSTANTIATE_TEST_SUITE_P(Files, V3BadInputTest, testing::ValuesIn(kBroken),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_P(V3BadInputTest, IsOneLineThatSaysWhere) {
    SmallModel model;
    const Bytes bytes = GetParam().bytes(model);
    const std::string error = input_error_of([&] { Kmodel::parse("broken.kmodel", bytes); });
    EXPECT_THAT(error, AllOf(StartsWith("broken.kmodel: "), HasSubstr(GetParam().complaint)));
    EXPECT_EQ(error.find('\n'), std::string::npos);
}

// Work that would take hours is refused, too, however little memory it needs.
TEST(V3BadInputLimitsTest, RefusesMoreWorkThanAnyK210CouldDo) {
    V3Writer writer;
    const std::vector<float> one = {1};
    writer.fully_connected({0, 0}, 1, one, one);
    const V3Writer::Window window{{1, 4096, 4096}, {1, 4096, 4096}, 4096, 4096, 1, 1, 0, 0};
    writer.max_pool2d(V3Type::quantized_max_pool2d, {0, 0}, window);
    writer.main_memory_bytes = 32 << 20;
    writer.outputs = {{0, 4}};
    EXPECT_THAT(input_error_of([&] { Kmodel::parse("m", writer.bytes()); }), HasSubstr("more work than any K210"));
}

TEST(V3ToleranceTest, ParametersMayLackTheirLastFourBytes) {
    SmallModel m;
    V3Writer writer;
    const BuiltKpuLayer built = build_kpu_layer(m.spec);
    writer.kpu_conv(built.layer, built.parameters, 0);
    writer.main_memory_bytes = 2048;
    writer.outputs = {{0, 256}};
    Bytes bytes = writer.bytes();
    bytes.resize(bytes.size() - 4);
    const auto model = Kmodel::parse("m", bytes);
    const Tensor input{Element::u8, model->summary().inputs[0].shape, Bytes(192, 1)};
    EXPECT_EQ(model->run(std::span(&input, 1)).at(0).bytes.size(), 256u);
}

TEST(V3ToleranceTest, TheLastBodyMayLackItsPadding) {
    SmallModel m;
    m.writer.raw(V3Type::global_average_pool2d, Bytes(24));
    Bytes bytes = m.writer.bytes();
    const std::size_t body = bytes.size() - 24;
    for (const auto& [at, value] : {std::pair{1, 256}, {2, 0}, {3, 4}, {4, 4}})
        put(bytes, body + static_cast<std::size_t>(at) * 4, static_cast<std::uint32_t>(value));
    bytes.resize(bytes.size() - 4);
    EXPECT_EQ(Kmodel::parse("m", bytes)->summary().layers.size(), 3u);
}

TEST(V3ToleranceTest, TrailingBytesAreCounted) {
    SmallModel m;
    Bytes bytes = m.writer.bytes();
    EXPECT_EQ(Kmodel::parse("m", bytes)->summary().trailing_bytes, 0u);
    bytes.resize(bytes.size() + (1 << 20), 0xff);
    EXPECT_EQ(Kmodel::parse("m", bytes)->summary().trailing_bytes, 1u << 20);
}

TEST(V3InputTest, RefusesWhatTheModelDoesNotTake) {
    SmallModel m;
    const auto model = Kmodel::parse("m.kmodel", m.writer.bytes());
    const Tensor wide{Element::u8, {{1, 3, 8, 9}}, Bytes(216)}, floats{Element::f32, {{1, 3, 8, 8}}, Bytes(768)};
    const Tensor turned{Element::u8, {{1, 8, 3, 8}}, Bytes(192)};
    EXPECT_EQ(input_error_of([&] { model->run({}); }), "m.kmodel: takes 1 inputs, not 0");
    EXPECT_EQ(input_error_of([&] { model->run(std::span(&wide, 1)); }), "m.kmodel: input 0 is 3x8x8 u8, not 3x8x9 u8");
    EXPECT_EQ(input_error_of([&] { model->run(std::span(&turned, 1)); }),
              "m.kmodel: input 0 is 3x8x8 u8, not 8x3x8 u8");
    EXPECT_EQ(input_error_of([&] { model->run(std::span(&floats, 1)); }),
              "m.kmodel: input 0 is 3x8x8 u8, not 3x8x8 f32");
}

}  // namespace
}  // namespace k210::kmodel
