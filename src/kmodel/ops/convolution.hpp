// Convolutions and their kin over maps of floats or bytes.
// neutral_kernels.h: conv2d, quantized_conv2d, conv2d_transpose, reduce_window2d; cpu_kernels.h: the same with channels
// last [sdk]. Spans hold at least what the shapes say.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "kmodel/ops/arithmetic.hpp"
#include "kmodel/ops/window.hpp"
#include "kmodel/tensor.hpp"

namespace k210::kmodel {

// What a convolution is like besides its numbers. Weights lie [output channel][input channel of the group][y][x], with
// channels last [output channel][y][x][input channel]; products are summed in that order, beginning with the bias.
struct ConvolutionShape {
    MapOrder order;
    Shape in;
    std::uint32_t groups = 1, out_channels = 1;
    Window window;

    Shape out() const;
    std::uint32_t inputs_per_group() const { return order.channels(in) / groups; }
    std::uint32_t outputs_per_group() const { return out_channels / groups; }
    std::uint64_t macs() const { return out().count() * inputs_per_group() * window.taps(); }
};

struct Convolution {
    ConvolutionShape shape;
    std::vector<float> weights, bias;
    Clamp clamp;
};
void convolve(const Convolution& c, std::span<const float> in, std::span<float> out);

struct QuantizedConvolution {
    ConvolutionShape shape;
    std::vector<std::uint8_t> weights;
    std::vector<std::int32_t> bias;
    std::int32_t input_offset = 0, filter_offset = 0;  // added before multiplying
    Requantize requantize;
};
void convolve(const QuantizedConvolution& c, std::span<const std::uint8_t> in, std::span<std::uint8_t> out);

// Adds every input times the filter into the outputs that it reaches. Has a bias in the file that the runtime ignores.
struct TransposedConvolution {
    Shape in, out;
    std::uint32_t groups = 1;
    Window window;  // over the output: its taps are where inputs go to
    std::vector<float> weights;
    Clamp clamp;
};
void convolve_transposed(const TransposedConvolution& c, std::span<const float> in, std::span<float> out);

enum class Reduction : std::uint32_t { mean = 0, min = 1, max = 2, sum = 3 };  // datatypes.h [sdk]

struct Pooling {
    MapOrder order;
    Shape in;
    Window window;
    Reduction reduction = Reduction::max;
    float initial = 0;
    Clamp clamp;

    Shape out() const;
};
void pool(const Pooling& p, std::span<const float> in, std::span<float> out);

}  // namespace k210::kmodel
