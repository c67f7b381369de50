// What version 3 layers compute on the CPU, in the order and with the rounding of the SDK's runner:
// standalone-sdk@02576ba lib/drivers/kpu.c:791-1250 [sdk]. Compiled for a K210 it fuses a product and the sum that it
// goes into. Outputs may overlap inputs: elements are read and written in the runner's order.
#pragma once
#include <cstdint>
#include <span>

#include "kmodel/v3/memory.hpp"
#include "kpu/layer.hpp"

namespace k210::kmodel::v3 {

using Bytes = std::span<std::uint8_t>;

struct Scale {
    std::int32_t offset, mul, shift;
};
struct Quantization {  // real value = byte * scale + bias
    float scale, bias;
};
struct Pool {
    KpuShape in, out;
    std::uint32_t kernel_width, kernel_height, stride_width, stride_height, padding_width, padding_height;
};
enum class Activation : std::uint32_t { linear, relu, relu6 };

void add(Floats a, Floats b, Floats out);
void quantized_add(Bytes a, Bytes b, Bytes out, const Scale& scale_a, const Scale& scale_b, const Scale& scale_out);

// Of `kernel_size` elements in a row for each output.
void global_average_pool(Floats in, Floats out, std::size_t kernel_size);
void global_max_pool(Floats in, Floats out, std::size_t kernel_size);
void global_average_pool(Bytes in, Bytes out, std::size_t kernel_size);
void global_max_pool(Bytes in, Bytes out, std::size_t kernel_size);

void average_pool(Floats in, Floats out, const Pool& pool);
void max_pool(Floats in, Floats out, const Pool& pool);
void average_pool(Bytes in, Bytes out, const Pool& pool);
void max_pool(Bytes in, Bytes out, const Pool& pool);

void quantize(Floats in, Bytes out, const Quantization& q);
void dequantize(Bytes in, Floats out, const Quantization& q);
void channelwise_dequantize(Bytes in, Floats out, std::span<const Quantization> by_channel);
void requantize(Bytes in, Bytes out, std::span<const std::uint8_t, 256> table);

void l2_normalize(Floats in, Floats out);
void softmax(Floats in, Floats out);
void logistic(Floats in, Floats out);
// `weights` is [output][input], then a bias for each output.
void fully_connected(Floats in, Floats out, ConstFloats weights, Activation activation);

// Moves whole elements of `element_bytes`.
void flatten(Bytes in, Bytes out, const KpuShape& shape, std::size_t element_bytes);
void resize_nearest(Bytes in, Bytes out, const KpuShape& in_shape, const KpuShape& out_shape,
                    std::size_t element_bytes);

}  // namespace k210::kmodel::v3
