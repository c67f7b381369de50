// Layer types of version 4, each alone in a file: bodies as nncase writes them, results worked out by hand.
#include <cstring>
#include <limits>
#include <numeric>

#include <gtest/gtest.h>

#include "kmodel/kmodel.hpp"
#include "tools/kmodel/v4_writer.hpp"

namespace k210::kmodel {
namespace {

using Floats = std::vector<float>;
using Octets = std::vector<std::uint8_t>;
using enum V4Memory;
using enum V4Element;

constexpr float kLowest = std::numeric_limits<float>::lowest(), kHighest = std::numeric_limits<float>::max();
constexpr std::uint32_t kResult = 4096;  // in main memory; the input is at its beginning

std::uint32_t size_of(std::size_t n) {
    return static_cast<std::uint32_t>(n);
}
V4Range floats(std::size_t count, std::uint32_t start = 0) {
    return {main, f32, start, size_of(count * 4)};
}
V4Range octets(std::size_t count, std::uint32_t start = 0) {
    return {main, u8, start, size_of(count)};
}
V4Range floats_out(std::size_t count) {
    return floats(count, kResult);
}
V4Range octets_out(std::size_t count) {
    return octets(count, kResult);
}

struct V4LayersTest : testing::Test {
    V4Writer writer;

    Octets run(const V4Range& input, Octets bytes, const V4Range& output) {
        writer.main_memory_bytes = 2 * kResult;
        const auto count = size_of(bytes.size()) / (input.element == f32 ? 4 : 1);
        writer.inputs = {{input, {.w = count}}};
        writer.outputs = {output};
        const auto model = Kmodel::parse("test", writer.bytes());
        const Element element = input.element == f32 ? Element::f32 : Element::u8;
        const Tensor tensor{element, {{1, 1, 1, count}}, std::move(bytes)};
        return model->run(std::span(&tensor, 1)).at(0).bytes;
    }
    Octets run_octets(const Octets& input, std::size_t outputs) {
        return run(octets(input.size()), input, octets_out(outputs));
    }
    Floats run_floats(const Floats& input, std::size_t outputs) {
        Octets bytes(input.size() * 4);
        std::memcpy(bytes.data(), input.data(), bytes.size());
        const Octets result = run(floats(input.size()), bytes, floats_out(outputs));
        Floats values(result.size() / 4);
        std::memcpy(values.data(), result.data(), result.size());
        return values;
    }
};

// Padding, filter, stride and dilation of a window without padding.
V4Fields& add_window(V4Fields& fields, std::uint32_t height, std::uint32_t width) {
    return (fields.repeat(0, 4) << height << width).repeat(1, 4);
}

// --- elements ------------------------------------------------------------------------------------------------------

struct UnaryCase {
    const char* name;
    std::uint32_t operation;
    Floats in, out;
};
void PrintTo(const UnaryCase& c, std::ostream* out) {
    *out << c.name;
}

struct V4UnaryTest : V4LayersTest, testing::WithParamInterface<UnaryCase> {};

TEST_P(V4UnaryTest, ComputesEachElement) {
    const auto& [name, operation, in, out] = GetParam();
    writer.layer(0x0e, V4Fields() << floats(in.size()) << floats_out(in.size()) << operation);
    EXPECT_EQ(run_floats(in, in.size()), out);
}

INSTANTIATE_TEST_SUITE_P(
    Operations, V4UnaryTest,
    testing::Values(UnaryCase{"Absolute", 0, {-2, 3}, {2, 3}}, UnaryCase{"Ceil", 1, {1.25f, -1.25f}, {2, -1}},
                    UnaryCase{"Cosine", 2, {0}, {1}}, UnaryCase{"Exponential", 3, {0}, {1}},
                    UnaryCase{"Floor", 4, {1.75f, -1.25f}, {1, -2}}, UnaryCase{"Logarithm", 5, {1}, {0}},
                    UnaryCase{"Negate", 6, {3, -4}, {-3, 4}}, UnaryCase{"ReciprocalRoot", 7, {4, 0.25f}, {0.5f, 2}},
                    UnaryCase{"Sine", 8, {0}, {0}}, UnaryCase{"Square", 9, {-3, 0.5f}, {9, 0.25f}}),
    [](const auto& test) { return std::string(test.param.name); });

// max(x, x / 2), a leaky ReLU.
TEST_F(V4LayersTest, NnilProgramsComputeActivations) {
    constexpr std::uint8_t kPushElement = 0x03, kPushConstant = 0x06, kMultiply = 0x42, kMax = 0x45, kReturn = 0xa0;
    V4Fields body;
    body << floats(3) << floats_out(3) << Octets{kPushElement, kPushElement, kPushConstant} << 0.5f
         << Octets{kMultiply, kMax, kReturn};
    writer.layer(0x14, body);
    EXPECT_EQ(run_floats({-2, 0, 4}, 3), (Floats{-1, 0, 4}));
}

TEST_F(V4LayersTest, NnilClampTakesValueLowAndHigh) {
    constexpr std::uint8_t kPushElement = 0x03, kPushZero = 0x04, kPushOne = 0x05, kClamp = 0x80, kReturn = 0xa0;
    writer.layer(
        0x14, V4Fields() << floats(3) << floats_out(3) << Octets{kPushElement, kPushZero, kPushOne, kClamp, kReturn});
    EXPECT_EQ(run_floats({-1, 0.5f, 3}, 3), (Floats{0, 0.5f, 1}));
}

TEST_F(V4LayersTest, NnilSubtractsAndDividesTheUpperFromTheLower) {
    constexpr std::uint8_t kPushElement = 0x03, kDuplicate = 0x01, kPushOne = 0x05, kSubtract = 0x41, kDivide = 0x43,
                           kReturn = 0xa0;
    // x / (x - 1)
    writer.layer(0x14, V4Fields() << floats(2) << floats_out(2)
                                  << Octets{kPushElement, kDuplicate, kPushOne, kSubtract, kDivide, kReturn});
    EXPECT_EQ(run_floats({2, 5}, 2), (Floats{2, 1.25f}));
}

TEST_F(V4LayersTest, TableLookupTakesEachByteForAnIndex) {
    writer.constants.resize(256);
    for (std::size_t i = 0; i < 256; ++i) writer.constants[i] = static_cast<std::uint8_t>(255 - i);
    const V4Range table{constants, u8, 0, 256};
    writer.layer(0x12, V4Fields() << octets(3) << table << octets_out(3));
    EXPECT_EQ(run_octets({0, 1, 200}, 3), (Octets{255, 254, 55}));
}

// a: (10 - 2) * 3 / 2 = 12; b: 20; their sum / 4 = 8, and 7 more.
TEST_F(V4LayersTest, QuantizedAdditionScalesBothInputsAndTheSum) {
    const V4Shape one;
    writer.layer(0x11, V4Fields() << octets(1) << octets(1, 1) << octets_out(1) << 0 << one << one << one << -2 << 3
                                  << 1 << 0 << 1 << 0 << 7 << 1 << 2);
    EXPECT_EQ(run_octets({10, 20}, 1), Octets{15});
}

// --- reductions ----------------------------------------------------------------------------------------------------

struct ReduceCase {
    const char* name;
    std::uint32_t operation;
    float initial;
    Floats out;
};
void PrintTo(const ReduceCase& c, std::ostream* out) {
    *out << c.name;
}

struct V4ReduceTest : V4LayersTest, testing::WithParamInterface<ReduceCase> {};

TEST_P(V4ReduceTest, ReducesRows) {
    const auto& [name, operation, initial, out] = GetParam();
    writer.layer(0x07, V4Fields() << floats(6) << floats_out(2) << operation << V4Shape{1, 1, 2, 3}
                                  << V4Shape{1, 1, 2, 1} << initial);
    EXPECT_EQ(run_floats({1, 9, 5, 2, 4, 3}, 2), out);
}

INSTANTIATE_TEST_SUITE_P(Reductions, V4ReduceTest,
                         testing::Values(ReduceCase{"Mean", 0, 0, {5, 3}}, ReduceCase{"Minimum", 1, kHighest, {1, 2}},
                                         ReduceCase{"Maximum", 2, kLowest, {9, 4}}, ReduceCase{"Sum", 3, 0, {15, 9}},
                                         ReduceCase{"SumFromAnInitialValue", 3, 100, {115, 109}}),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_F(V4LayersTest, ReduceAcrossChannelsKeepsTheMap) {
    writer.layer(0x07,
                 V4Fields() << floats(6) << floats_out(2) << 3 << V4Shape{1, 3, 1, 2} << V4Shape{1, 1, 1, 2} << 0.0f);
    EXPECT_EQ(run_floats({1, 2, 10, 20, 100, 200}, 2), (Floats{111, 222}));
}

// --- arrangement ---------------------------------------------------------------------------------------------------

TEST_F(V4LayersTest, ConcatTakesFromEachInputInTurn) {
    // Two rows, of one and of two floats.
    writer.layer(0x01, V4Fields() << floats_out(6) << 4 << 2 << 2 << floats(2) << floats(4, 8) << 1 << 2);
    EXPECT_EQ(run_floats({1, 2, 3, 4, 5, 6}, 6), (Floats{1, 3, 4, 2, 5, 6}));
}

TEST_F(V4LayersTest, ConcatOfBytes) {
    writer.layer(0x01, V4Fields() << octets_out(5) << 1 << 1 << 2 << octets(2) << octets(3, 2) << 2 << 3);
    EXPECT_EQ(run_octets({1, 2, 3, 4, 5}, 5), (Octets{1, 2, 3, 4, 5}));
}

TEST_F(V4LayersTest, CopyMovesWholeFloatsOnly) {
    writer.layer(0x09, V4Fields() << octets(7) << octets_out(7));
    EXPECT_EQ(run_octets({1, 2, 3, 4, 5, 6, 7}, 7), (Octets{1, 2, 3, 4, 0, 0, 0}));
}

TEST_F(V4LayersTest, ResizeToNearestRepeatsPixels) {
    constexpr std::uint32_t kNearest = 1;
    writer.layer(0x0a,
                 V4Fields() << octets(4) << octets_out(12) << V4Shape{1, 1, 2, 2} << 4 << 3 << kNearest << Octets{0});
    EXPECT_EQ(run_octets({1, 2, 3, 4}, 12), (Octets{1, 1, 2, 1, 1, 2, 3, 3, 4, 3, 3, 4}));
}

TEST_F(V4LayersTest, ResizeToNearestLeavesPixelsOut) {
    constexpr std::uint32_t kNearest = 1;
    writer.layer(0x0a,
                 V4Fields() << floats(8) << floats_out(4) << V4Shape{1, 2, 1, 4} << 1 << 2 << kNearest << Octets{0});
    EXPECT_EQ(run_floats({1, 2, 3, 4, 5, 6, 7, 8}, 4), (Floats{1, 3, 5, 7}));
}

// --- products ------------------------------------------------------------------------------------------------------

TEST_F(V4LayersTest, GroupedConvolutionKeepsGroupsApart) {
    V4Fields body;
    body << floats(4) << floats_out(4) << V4Shape{1, 2, 1, 2} << 2 << 2;
    add_window(body, 1, 1) << kLowest << kHighest << 10.0f << 100.0f << 0.5f << -0.5f;
    writer.layer(0x02, body);
    EXPECT_EQ(run_floats({1, 2, 3, 4}, 4), (Floats{10.5f, 20.5f, 299.5f, 399.5f}));
}

TEST_F(V4LayersTest, DepthwiseConvolutionForTheCpuTargetHasItsChannelsLast) {
    V4Fields body;
    body << floats(4) << floats_out(4) << V4Shape{1, 1, 2, 2};
    add_window(body, 1, 1) << kLowest << kHighest << 10.0f << 100.0f << 0.5f << -0.5f;
    writer.layer(0x1002, body);
    EXPECT_EQ(run_floats({1, 3, 2, 4}, 4), (Floats{10.5f, 299.5f, 20.5f, 399.5f}));
}

// (1-1)*2 + (2-1)*3 + (3-1)*4 + (4-1)*5 = 26; with the bias 36; halved 18, and 5 more.
constexpr std::uint8_t kConvolved = 23;

TEST_F(V4LayersTest, QuantizedConvolutionAddsOffsetsAndScalesTheSum) {
    V4Fields body;
    body << octets(4) << octets_out(1) << V4Shape{1, 1, 2, 2} << 1 << 1;
    add_window(body, 2, 2) << -1 << 1 << 1 << 1 << 5 << 10 << Octets{1, 2, 3, 4};
    writer.layer(0x0f, body);
    EXPECT_EQ(run_octets({1, 2, 3, 4}, 1), Octets{kConvolved});
}

TEST_F(V4LayersTest, QuantizedConvolutionForTheCpuTargetSubtractsThem) {
    V4Fields body;
    body << octets(4) << octets_out(1) << V4Shape{1, 2, 2, 1} << 1;
    add_window(body, 2, 2) << 1 << -1 << 1 << 1 << 5 << Octets{1, 2, 3, 4} << 10;
    writer.layer(0x1004, body);
    EXPECT_EQ(run_octets({1, 2, 3, 4}, 1), Octets{kConvolved});
}

// Row 3, 5 becomes 2, 4; columns 1, 3 and 2, 4 become 2, 4 and 3, 5. Sums 20 + 1 and 26 - 30, times 3 / 2, rounded up
// at a half, and 4 more: 36, and -2, which a byte cannot hold.
TEST_F(V4LayersTest, QuantizedMatrixProductAddsOffsetsAndScalesTheSums) {
    writer.layer(0x10, V4Fields() << octets(2) << octets(4, 2) << octets_out(2) << 1 << 2 << 2 << -1 << 1 << 3 << 1 << 4
                                  << 1 << -30);
    EXPECT_EQ(run_octets({3, 5, 1, 2, 3, 4}, 2), (Octets{36, 0}));
}

// --- the KPU -------------------------------------------------------------------------------------------------------

Octets counting(std::size_t count) {
    Octets bytes(count);
    std::iota(bytes.begin(), bytes.end(), std::uint8_t{1});
    return bytes;
}

V4Range maps_at(std::uint32_t line, std::uint32_t lines) {
    return {ai_ram, u8, line * kAiRamLineBytes, lines * kAiRamLineBytes};
}

// Doubles five maps of 4x4, four of which share lines: eight lines in all.
KpuLayerSpec doubling() {
    KpuLayerSpec spec{.input = {5, 4, 4}, .output_channels = 5, .src_line = 100, .dst_line = 200, .norm = {2, 0, 0}};
    spec.weights = identity_weights(spec);
    return spec;
}
constexpr std::size_t kDoubled = 5 * 16;
constexpr std::uint32_t kDoubledLines = 8;

TEST_F(V4LayersTest, UploadedMapsComeBackFromTheKpu) {
    writer.layer(0x2001, V4Fields() << octets(kDoubled) << maps_at(100, kDoubledLines) << V4Shape{1, 5, 4, 4});
    const BuiltKpuLayer built = build_kpu_layer(doubling());
    writer.kpu_conv(built.layer, built.parameters, octets_out(kDoubled));
    Octets expected = counting(kDoubled);
    for (std::uint8_t& v : expected) v = static_cast<std::uint8_t>(v * 2);
    EXPECT_EQ(run_octets(counting(kDoubled), kDoubled), expected);
}

TEST_F(V4LayersTest, TheKpuGoesOnFromWhatItLeftInAiRam) {
    writer.layer(0x2001, V4Fields() << octets(kDoubled) << maps_at(100, kDoubledLines) << V4Shape{1, 5, 4, 4});
    KpuLayerSpec spec = doubling();
    const BuiltKpuLayer first = build_kpu_layer(spec);
    writer.kpu_conv(first.layer, first.parameters);
    std::swap(spec.src_line, spec.dst_line);
    const BuiltKpuLayer second = build_kpu_layer(spec);
    writer.kpu_conv(second.layer, second.parameters, octets_out(kDoubled));
    EXPECT_EQ(run_octets(Octets(kDoubled, 7), kDoubled), Octets(kDoubled, 28));
}

TEST_F(V4LayersTest, TheKpuGoesThroughABatchMapByMap) {
    constexpr std::uint32_t kBatches = 2;
    writer.layer(0x2001, V4Fields() << octets(kBatches * kDoubled) << maps_at(100, kBatches * kDoubledLines)
                                    << V4Shape{kBatches, 5, 4, 4});
    const BuiltKpuLayer built = build_kpu_layer(doubling());
    writer.kpu_conv(built.layer, built.parameters, octets_out(kBatches * kDoubled), kBatches);
    Octets in(kDoubled, 3), expected(kDoubled, 6);
    in.resize(kBatches * kDoubled, 50);
    expected.resize(kBatches * kDoubled, 100);
    EXPECT_EQ(run_octets(in, kBatches * kDoubled), expected);
}

}  // namespace
}  // namespace k210::kmodel
