// Version 4 files that are broken: one line that names file, layer and offset, and nothing run. And those that only
// look broken.
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kmodel/kmodel.hpp"
#include "support/temp_dir.hpp"
#include "tools/kmodel/v4_writer.hpp"

namespace k210::kmodel {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;
using Bytes = std::vector<std::uint8_t>;
using enum V4Memory;
using enum V4Element;

constexpr std::uint32_t kMemory = 2048;
constexpr V4Range kKpuOut{main, u8, 0, 256}, kFloats{main, f32, 0, 64}, kBytes{main, u8, 0, 64};
constexpr V4Range kFloatsOut{main, f32, 1024, 1024}, kBytesOut{main, u8, 1024, 1024}, kMaps{ai_ram, u8, 0, 1536};
constexpr V4Shape kInput{1, 3, 8, 8}, kMap{1, 1, 4, 4};

// A KPU convolution into main memory, then another layer: dequantized bytes, which most models end with.
struct SmallModel {
    V4Writer writer;
    KpuLayerSpec spec{.input = {3, 8, 8}, .output_channels = 4, .kernel_side = 3};

    SmallModel() {
        writer.main_memory_bytes = kMemory;
        writer.constants = Bytes(64);
        writer.inputs = {{kMaps, kInput}};
        writer.outputs = {kFloatsOut};
    }
    void kpu_layer(const std::function<void(KpuLayer&)>& change = {}) {
        BuiltKpuLayer built = build_kpu_layer(spec);
        if (change) change(built.layer);
        writer.kpu_conv(built.layer, built.parameters, kKpuOut);
    }
    Bytes dequantizing() {
        kpu_layer();
        writer.layer(0x03, V4Fields() << kKpuOut << kFloatsOut << 3 << 0.5f);
        return writer.bytes();
    }
};

struct Broken {
    const char* name;
    std::function<Bytes(SmallModel&)> bytes;
    const char* complaint;
};
void PrintTo(const Broken& broken, std::ostream* out) {
    *out << broken.name;
}

// The dequantizing model, with another value in its header.
std::function<Bytes(SmallModel&)> header(std::size_t at, std::uint32_t v) {
    return [=](SmallModel& m) {
        Bytes bytes = m.dequantizing();
        for (std::size_t i = 0; i < 4; ++i) bytes.at(at + i) = static_cast<std::uint8_t>(v >> (8 * i));
        return bytes;
    };
}

std::function<Bytes(SmallModel&)> input(const V4Range& range, const V4Shape& shape) {
    return [=](SmallModel& m) {
        m.writer.inputs = {{range, shape}};
        return m.dequantizing();
    };
}

std::function<Bytes(SmallModel&)> output(const V4Range& range) {
    return [=](SmallModel& m) {
        m.writer.outputs = {range};
        return m.dequantizing();
    };
}

// A second layer of that body.
std::function<Bytes(SmallModel&)> layer(std::uint32_t opcode, const V4Fields& body) {
    return [=](SmallModel& m) {
        m.kpu_layer();
        m.writer.layer(opcode, body);
        return m.writer.bytes();
    };
}

std::function<Bytes(SmallModel&)> kpu(const std::function<void(KpuLayer&)>& change) {
    return [=](SmallModel& m) {
        m.kpu_layer(change);
        return m.writer.bytes();
    };
}

V4Fields from_to(const V4Range& from, const V4Range& to) {
    V4Fields fields;
    fields << from << to;
    return fields;
}

// Padding, filter, stride, dilation.
V4Fields window(V4Fields fields, std::uint32_t filter, std::uint32_t stride) {
    fields.repeat(0, 4).repeat(filter, 2).repeat(stride, 2).repeat(1, 2);
    return fields;
}

V4Fields convolution(std::uint32_t groups, std::uint32_t outputs, std::uint32_t filter, std::uint32_t stride) {
    V4Fields fields = window(from_to(kFloats, kFloatsOut) << V4Shape{1, 4, 2, 2} << groups << outputs, filter, stride);
    return fields << -1.0f << 1.0f;
}

V4Fields nnil(const Bytes& program) {
    return from_to(kFloats, kFloatsOut) << program;
}

const Broken kBroken[] = {
    {"Empty", [](SmallModel&) { return Bytes{}; }, "is not a kmodel"},
    {"HeaderOnly",
     [](SmallModel& m) {
         Bytes bytes = m.dequantizing();
         bytes.resize(24);
         return bytes;
     },
     "header, offset 0x18: the file ends 4 bytes too early"},
    {"UnknownTarget", header(12, 2), "header, offset 0x28: target 2 is not in 0..1"},
    {"TooMuchMemory", header(20, 0x4000'0001), "main memory size 1073741825 is not in"},
    {"TooManyLayers", header(24, 0xffff'ffff), "layer count 4294967295 is not in"},
    {"NoInputs", header(28, 0), "input count 0 is not in"},
    {"NoOutputs", header(32, 0), "output count 0 is not in"},
    {"ConstantsBeyondTheFile", header(16, 0x7fff'ffff), "the file ends"},
    {"InputBeyondMemory", input({main, u8, 2000, 192}, kInput),
     "header, offset 0x28: 192 bytes at 0x7d0 lie outside the 2048 bytes of main memory"},
    {"InputOneByteBeyondMemory", input({main, u8, 2048 - 191, 192}, kInput), "192 bytes at 0x741 lie outside"},
    {"InputAddressThatWraps", input({main, u8, 0xffff'ff80, 0x100}, kInput), "lie outside"},
    {"InputTooSmallForItsShape", input({main, u8, 0, 191}, kInput), "191 bytes are too few for 192 bytes"},
    {"InputOfConstants", input({constants, u8, 0, 64}, {1, 1, 8, 8}), "constants are written to"},
    {"FloatsOnTheKpu", input({ai_ram, f32, 0, 4096}, kInput), "AI RAM holds no floats"},
    {"InputOfNoSize", input(kMaps, {1, 3, 0, 8}), "dimension 0 is not in"},
    {"InputOfImpossibleSize", input(kMaps, {60000, 60000, 60000, 60000}), "has more than"},
    {"OutputBeyondMemory", output({main, f32, 1500, 1024}), "1024 bytes at 0x5dc lie outside"},
    {"UnknownMemory", output({static_cast<V4Memory>(3), u8, 0, 4}), "memory 3 is not in 0..2"},
    {"UnknownDataType", output({main, static_cast<V4Element>(2), 0, 4}), "data type 2 is not in 0..1"},
    {"UnknownOpcode", layer(0x15, {}), "layer 1, offset 0x23c: unknown opcode 0x15"},
    {"OpcodeOfNoTarget", layer(0x3001, {}), "unknown opcode 0x3001"},
    {"BodyBeyondTheFile",
     [](SmallModel& m) {
         Bytes bytes = m.dequantizing();
         bytes.resize(bytes.size() - 8);
         return bytes;
     },
     "a body of 40 bytes does not fit into the file"},
    {"BodyTooShort", layer(0x03, from_to(kKpuOut, kFloatsOut) << 3),
     "layer 1 (dequantize), offset 0x260: the layer's body ends 4 bytes too early"},
    {"SourceBeyondMemory", layer(0x03, from_to({main, u8, 2040, 16}, kFloatsOut) << 3 << 0.5f),
     "16 bytes at 0x7f8 lie outside the 2048 bytes of main memory"},
    {"SourceOfOtherElements", layer(0x03, from_to(kFloats, kFloatsOut) << 3 << 0.5f), "bytes are needed here"},
    {"TargetOfOtherElements", layer(0x03, from_to(kBytes, kBytesOut) << 3 << 0.5f), "floats are needed here"},
    {"TargetInConstants", layer(0x03, from_to(kBytes, {constants, f32, 0, 64}) << 3 << 0.5f),
     "constants are written to"},
    {"TargetTooSmall", layer(0x03, from_to(kBytes, {main, f32, 1024, 252}) << 3 << 0.5f),
     "252 bytes are too few for 64 floats"},
    {"FloatsOutOfPlace", layer(0x0e, from_to({main, f32, 2, 64}, kFloatsOut) << 0),
     "floats at 0x2 are not aligned to 4 bytes"},
    {"NothingToDo", layer(0x0e, from_to({main, f32, 0, 0}, kFloatsOut) << 0), "there is nothing to work on"},
    {"UnknownUnaryOperation", layer(0x0e, from_to(kFloats, kFloatsOut) << 10),
     "operation 10 is not in 0..9"},
    {"UnknownBinaryOperation",
     layer(0x00, V4Fields() << kFloats << kFloats << kFloatsOut << 6 << kMap << kMap << kMap << -1.0f << 1.0f),
     "operation 6 is not in 0..5"},
    {"ShapesThatDoNotGoTogether",
     layer(0x00, V4Fields() << kFloats << kFloats << kFloatsOut << 0 << kMap << V4Shape{1, 1, 4, 3} << kMap << -1.0f
                            << 1.0f),
     "shapes 1x4x4 and 1x4x3 do not make 1x4x4"},
    {"ShiftByTooMuch",
     layer(0x11, V4Fields() << kBytes << kBytes << kBytesOut << 0 << kMap << kMap << kMap << 0 << 1 << 64),
     "shift 64 is not in 0..63"},
    {"TableTooSmall", layer(0x12, V4Fields() << kBytes << V4Range{constants, u8, 0, 64} << kBytesOut),
     "64 bytes are too few for 256 bytes"},
    {"ConcatOfMoreThanItsBodyHolds", layer(0x01, V4Fields() << kFloatsOut << 4 << 1 << 60000), "the layer's body ends"},
    {"ConcatLargerThanItsOutput",
     layer(0x01, V4Fields() << V4Range{main, f32, 1024, 64} << 4 << 1 << 2 << kFloats << kFloats << 16 << 16),
     "64 bytes are too few for 32 floats"},
    {"PaddingThatLeavesNothing",
     layer(0x05, (from_to(kFloats, kFloatsOut) << kMap).repeat(0, 6) << -4 << 0 << 0 << 0.0f),
     "padding leaves nothing of dimension 3"},
    {"AxisThatComesTwice", layer(0x0c, from_to(kFloats, kFloatsOut) << kMap << 0 << 1 << 2 << 2),
     "axis 2 comes twice"},
    {"SliceBeyondTheInput",
     layer(0x0d, (from_to(kFloats, kFloatsOut) << kMap).repeat(0, 4) << V4Shape{1, 1, 4, 5} << V4Shape{}),
     "a slice from 0 to 5 by 1 leaves a dimension of 4"},
    {"ReductionToAnotherSize",
     layer(0x07, from_to(kFloats, kFloatsOut) << 0 << kMap << V4Shape{1, 1, 2, 4} << 0.0f),
     "1x4x4 cannot be reduced to 1x2x4"},
    {"UnknownResizeMode", layer(0x0a, from_to(kFloats, kFloatsOut) << kMap << 2 << 2 << 2 << Bytes{0}),
     "resize mode 2 is not in 0..1"},
    {"GroupsThatDoNotDivide", layer(0x02, convolution(3, 3, 1, 1)),
     "4 input and 3 output channels do not make 3 groups"},
    {"FilterLargerThanTheMap", layer(0x02, convolution(1, 1, 3, 1)), "the filter is larger than its padded input"},
    {"StrideOfNothing", layer(0x02, convolution(1, 1, 1, 0)), "stride 0 is not in"},
    {"WeightsThatAreNotThere", layer(0x02, convolution(1, 4, 1, 1)), "layer 1 (conv2d)"},
    {"MatrixOfNoSize", layer(0x04, V4Fields() << kFloats << kFloats << kFloatsOut << 0 << 4 << 4),
     "matrix size 0 is not in"},
    {"MatrixLargerThanItsRange", layer(0x04, V4Fields() << kFloats << kFloats << kFloatsOut << 4 << 4 << 5),
     "64 bytes are too few for 20 floats"},
    {"NnilThatDoesNotReturn", layer(0x14, nnil({0x03})), "the NNIL program does not return"},
    {"NnilThatTakesWhatIsNotThere", layer(0x14, nnil({0x03, 0x40, 0xa0})), "takes more from its stack"},
    {"NnilThatNeverEndsPushing", layer(0x14, nnil(Bytes(65, 0x03))), "puts more than 64 values on its stack"},
    {"UnknownNnilOpcode", layer(0x14, nnil({0x07})), "unknown NNIL opcode 0x07"},
    {"UploadBetweenLines", layer(0x2001, from_to(kBytes, {ai_ram, u8, 32, 256}) << kMap),
     "the KPU's maps begin at a line of AI RAM"},
    {"UploadToMainMemory", layer(0x2001, from_to(kBytes, kBytesOut) << kMap),
     "the KPU's maps begin at a line of AI RAM"},
    {"UploadOfMoreThanItsRange", layer(0x2001, from_to(kBytes, {ai_ram, u8, 0, 64}) << kMap),
     "64 bytes are too few for 256 bytes"},
    {"KpuInputBeyondAiRam", kpu([](KpuLayer& l) { l.image_src_addr = 32767; }),
     "maps of 3x8x8 at line 32767 do not fit into AI RAM"},
    {"KpuOutputBeyondAiRam", kpu([](KpuLayer& l) { l.image_dst_addr = 32767; }),
     "maps of 4x8x8 at line 32767 do not fit into AI RAM"},
    {"KpuKernelOfUnknownType", kpu([](KpuLayer& l) { l.kernel_type = 2; }), "unknown KPU kernel type 2"},
    {"DepthwiseOfUnequalChannels", kpu([](KpuLayer& l) { l.depth_wise_layer = true; }),
     "a depthwise layer of 3 input and 4 output channels"},
    {"KpuOutputBeyondMainMemory",
     [](SmallModel& m) {
         const BuiltKpuLayer built = build_kpu_layer(m.spec);
         m.writer.kpu_conv(built.layer, built.parameters, {main, u8, 0, 255});
         return m.writer.bytes();
     },
     "255 bytes are too few for 256 bytes"},
    {"KpuOutputAsFloats",
     [](SmallModel& m) {
         const BuiltKpuLayer built = build_kpu_layer(m.spec);
         m.writer.kpu_conv(built.layer, built.parameters, {main, f32, 0, 1024});
         return m.writer.bytes();
     },
     "a KPU layer's output goes to main memory as bytes"},
    {"KpuBatchOfNothing",
     [](SmallModel& m) {
         const BuiltKpuLayer built = build_kpu_layer(m.spec);
         m.writer.kpu_conv(built.layer, built.parameters, kKpuOut, 0);
         return m.writer.bytes();
     },
     "batch count 0 is not in"},
};

class V4BadInputTest : public testing::TestWithParam<Broken> {};
INSTANTIATE_TEST_SUITE_P(Files, V4BadInputTest, testing::ValuesIn(kBroken),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_P(V4BadInputTest, IsOneLineThatSaysWhere) {
    SmallModel model;
    const Bytes bytes = GetParam().bytes(model);
    const std::string error = input_error_of([&] { Kmodel::parse("broken.kmodel", bytes); });
    EXPECT_THAT(error, AllOf(StartsWith("broken.kmodel: "), HasSubstr(GetParam().complaint)));
    if (!bytes.empty()) {
        EXPECT_THAT(error, MatchesRegex("broken.kmodel: (header|layer [0-9].*), offset 0x[0-9a-f]+: .*"));
    }
    EXPECT_EQ(error.find('\n'), std::string::npos);
}

TEST(V4BadInputTruncationTest, EveryTruncationBeyondThePaddingIsOneLine) {
    constexpr std::size_t kIdentified = 8, kPadding = 7;
    SmallModel model;
    const Bytes whole = model.dequantizing();
    for (std::size_t size = kIdentified; size + kPadding < whole.size(); ++size) {
        const std::string error = input_error_of([&] {
            Kmodel::parse("m", {whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)});
        });
        EXPECT_THAT(error, HasSubstr(", offset 0x")) << size;
    }
}

// Work that would take hours is refused, too, however little memory it needs.
TEST(V4BadInputLimitsTest, RefusesMoreWorkThanAnyModelNeeds) {
    SmallModel m;
    m.writer.main_memory_bytes = 32 << 20;
    const V4Range all{main, f32, 0, 16 << 20};
    V4Fields body;
    body << all << all << 2 << V4Shape{1, 1, 2048, 2048};
    m.writer.layer(0x08, window(body, 1024, 1) << 0.0f << -1.0f << 1.0f);
    EXPECT_THAT(input_error_of([&] { Kmodel::parse("m", m.writer.bytes()); }), HasSubstr("more to compute than any"));
}

TEST(V4ToleranceTest, TheLastBodyMayLackItsPadding) {
    constexpr std::uint32_t kPadding = 7;
    SmallModel m;
    m.kpu_layer();
    V4Fields body = from_to(kKpuOut, kFloatsOut) << 3 << 0.5f;
    body << Bytes(kPadding);
    m.writer.layer(0x03, body);
    Bytes bytes = m.writer.bytes();
    bytes.resize(bytes.size() - kPadding);
    EXPECT_EQ(Kmodel::parse("m", bytes)->summary().layers.size(), 2u);
}

TEST(V4ToleranceTest, TrailingBytesAreCounted) {
    SmallModel m;
    Bytes bytes = m.dequantizing();
    EXPECT_EQ(Kmodel::parse("m", bytes)->summary().trailing_bytes, 0u);
    bytes.resize(bytes.size() + 1000, 0xff);
    EXPECT_EQ(Kmodel::parse("m", bytes)->summary().trailing_bytes, 1000u);
}

TEST(V4InputTest, RefusesWhatTheModelDoesNotTake) {
    SmallModel m;
    const auto model = Kmodel::parse("m.kmodel", m.dequantizing());
    const Tensor wide{Element::u8, {{1, 3, 8, 9}}, Bytes(216)};
    EXPECT_EQ(input_error_of([&] { model->run({}); }), "m.kmodel: takes 1 inputs, not 0");
    EXPECT_EQ(input_error_of([&] { model->run(std::span(&wide, 1)); }), "m.kmodel: input 0 is 3x8x8 u8, not 3x8x9 u8");
}

}  // namespace
}  // namespace k210::kmodel
