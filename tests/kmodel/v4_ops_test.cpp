// Version 4's operators on cases worked out by hand.
#include <vector>

#include <gtest/gtest.h>

#include "kmodel/ops/arrange.hpp"
#include "kmodel/ops/convolution.hpp"
#include "kmodel/ops/elementwise.hpp"
#include "kmodel/ops/matrix.hpp"

namespace k210::kmodel {
namespace {

using Floats = std::vector<float>;
using Octets = std::vector<std::uint8_t>;

TEST(V4OpsTest, QuantizeRoundsTiesToEvenButTheLastOfAnOddCountAway) {
    const Floats in{0.5f, 1.5f, 2.5f, -1.0f, 2.5f};
    Octets out(5);
    quantize({0, 1}, in, out);
    EXPECT_EQ(out, (Octets{0, 2, 2, 0, 3}));
}

TEST(V4OpsTest, DequantizeSubtractsTheZeroPointAndDividesByTheScale) {
    const Octets in{0, 3, 255};
    Floats out(3);
    dequantize({3, 0.5f}, in, out);
    EXPECT_EQ(out, (Floats{-6, 0, 504}));
}

TEST(V4OpsTest, BinaryRepeatsAnInputAlongDimensionsOfSizeOne) {
    const Floats a{1, 2, 3, 4}, b{10, 20};
    Floats out(4);
    binary(BinaryOp::sub, {{{1, 1, 2, 2}}, {{1, 1, 1, 2}}, {{1, 1, 2, 2}}}, {-15, 100}, a, b, out);
    EXPECT_EQ(out, (Floats{-9, -15, -7, -15}));
}

TEST(V4OpsTest, QuantizedDivisionByZeroGivesWhatTheHartsDividerGives) {
    const Octets a{7}, b{0};
    Octets out(1);
    binary({BinaryOp::div, {}, {}, {{}, 5}}, {{}, {}, {}}, a, b, out);
    EXPECT_EQ(out[0], 4);  // -1 + 5
}

TEST(V4OpsTest, QuantizedDivisionRoundsHalvesUp) {
    const Octets a{6, 7, 8, 9}, b{4, 4, 4, 4};
    Octets out(4);
    binary({BinaryOp::div, {}, {}, {}}, {{{1, 1, 1, 4}}, {{1, 1, 1, 4}}, {{1, 1, 1, 4}}}, a, b, out);
    EXPECT_EQ(out, (Octets{2, 2, 2, 2}));
    const Octets smaller{5, 9, 13, 14};
    binary({BinaryOp::div, {}, {}, {}}, {{{1, 1, 1, 4}}, {{1, 1, 1, 4}}, {{1, 1, 1, 4}}}, smaller, b, out);
    EXPECT_EQ(out, (Octets{1, 2, 3, 4}));
}

TEST(V4OpsTest, QuantizedDivisionOfTheLeastNumberWraps) {
    constexpr std::int32_t kLeast = std::numeric_limits<std::int32_t>::min();
    const Octets a{0}, b{0};
    Octets out(1);
    binary({BinaryOp::div, {kLeast, {}}, {-1, {}}, {}}, {{}, {}, {}}, a, b, out);
    EXPECT_EQ(out[0], 0);
}

TEST(V4OpsTest, SoftmaxOfEqualValuesIsEven) {
    const Floats in{5, 5, -1, -1};
    Floats out(4);
    softmax(1, 2, in, out);
    EXPECT_EQ(out, (Floats{0.5f, 0.5f, 0.5f, 0.5f}));
}

TEST(V4OpsTest, MatrixProductBeginsWithTheBias) {
    const Floats a{1, 2, 3, 4}, b{5, 6, 7, 8};
    Floats out(4);
    multiply(MatrixProduct{{2, 2, 2}, {100, 200}, {}}, a, b, out);
    EXPECT_EQ(out, (Floats{119, 222, 143, 250}));
}

TEST(V4OpsTest, ConvolutionLeavesOutTapsOutsideTheMap) {
    Convolution c;
    c.shape.in = {{1, 1, 2, 2}};
    c.shape.window = {{2, 3, 1, 1, 1, 1}, {2, 3, 1, 1, 1, 1}};
    c.weights = Floats(9, 1);
    c.bias = {0.5f};
    const Floats in{1, 2, 3, 4};
    Floats out(4);
    convolve(c, in, out);
    EXPECT_EQ(out, (Floats{10.5f, 10.5f, 10.5f, 10.5f}));
}

TEST(V4OpsTest, MeanPoolDividesByTheTapsInsideTheMap) {
    Pooling p;
    p.in = {{1, 1, 1, 3}};
    p.window = {{1, 1, 1, 1, 0, 0}, {3, 2, 2, 1, 0, 1}};
    p.reduction = Reduction::mean;
    const Floats in{1, 3, 7};
    Floats out(2);
    pool(p, in, out);
    EXPECT_EQ(out, (Floats{2, 7}));
}

TEST(V4OpsTest, TransposedConvolutionSpreadsEachInput) {
    TransposedConvolution c;
    c.in = {{1, 1, 1, 2}};
    c.out = {{1, 1, 1, 4}};
    c.window = {{1, 1, 1, 1, 0, 0}, {4, 2, 2, 1, 0, 0}};
    c.weights = {1, 10};
    const Floats in{2, 3};
    Floats out(4);
    convolve_transposed(c, in, out);
    EXPECT_EQ(out, (Floats{2, 20, 3, 30}));
}

TEST(V4OpsTest, PadGrowsOneSideAndCropsTheOther) {
    const Octets in{1, 2, 3}, value{9};
    Octets out(3);
    pad({{1, 1, 1, 3}}, {{{0, 0}, {0, 0}, {0, 0}, {1, -1}}}, value, in, out);
    EXPECT_EQ(out, (Octets{9, 1, 2}));
}

TEST(V4OpsTest, TransposeTurnsRowsIntoColumns) {
    const Octets in{1, 2, 3, 4, 5, 6};
    Octets out(6);
    transpose({{1, 1, 2, 3}}, {0, 1, 3, 2}, 1, in, out);
    EXPECT_EQ(out, (Octets{1, 4, 2, 5, 3, 6}));
}

TEST(V4OpsTest, SliceGoesBackwardsWithANegativeStep) {
    const Octets in{1, 2, 3, 4, 5};
    Octets out(3);
    slice({{1, 1, 1, 5}}, {Slice{}, Slice{}, Slice{}, Slice{4, 3, -2}}, 1, in, out);
    EXPECT_EQ(out, (Octets{5, 3, 1}));
}

TEST(V4OpsTest, SliceBeginsInEveryDimension) {
    Octets in(2 * 3 * 4 * 5);
    for (std::size_t i = 0; i < in.size(); ++i) in[i] = static_cast<std::uint8_t>(i);
    Octets out(1);
    slice({{2, 3, 4, 5}}, {Slice{1, 1, 1}, Slice{2, 1, 1}, Slice{3, 1, 1}, Slice{4, 1, 1}}, 1, in, out);
    EXPECT_EQ(out[0], ((1 * 3 + 2) * 4 + 3) * 5 + 4);
}

TEST(V4OpsTest, BilinearResizeMayAlignItsCorners) {
    const Floats in{0, 10, 20, 30};
    Floats out(2);
    Resize r{.in = {{1, 1, 1, 4}}, .out_height = 1, .out_width = 2, .align_corners = true};
    resize_bilinear(r, in, out);
    EXPECT_EQ(out, (Floats{0, 30}));
    r.align_corners = false;
    resize_bilinear(r, in, out);
    EXPECT_EQ(out, (Floats{0, 20}));
}

TEST(V4OpsTest, ReduceTakesTheLargestOfEachRow) {
    const Floats in{1, 9, 4, 2, 3, 8};
    Floats out(2);
    reduce(Reduction::max, -100, {{1, 1, 2, 3}}, {{1, 1, 2, 1}}, in, out);
    EXPECT_EQ(out, (Floats{9, 8}));
}

TEST(V4OpsTest, BilinearResizeCutsBytesOff) {
    const Octets in{0, 3};
    Octets out(4);
    resize_bilinear({{{1, 1, 1, 2}}, 1, 4, false}, Bytes(in), std::span(out));
    EXPECT_EQ(out, (Octets{0, 1, 3, 3}));
}

}  // namespace
}  // namespace k210::kmodel
