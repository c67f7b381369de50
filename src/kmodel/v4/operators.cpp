// nncase v0.2.0-beta4 src/common/include/runtime/runtime_op.def [sdk].
#include <algorithm>
#include <array>

#include "kmodel/v4/node.hpp"

namespace k210::kmodel::v4 {
namespace {

constexpr std::array kOperators{
    Operator{0x00, "binary", parse_binary},
    Operator{0x01, "concat", parse_concat},
    Operator{0x02, "conv2d", parse_conv2d},
    Operator{0x03, "dequantize", parse_dequantize},
    Operator{0x04, "matmul", parse_matmul},
    Operator{0x05, "pad", parse_pad},
    Operator{0x06, "quantize", parse_quantize},
    Operator{0x07, "reduce", parse_reduce},
    Operator{0x08, "reduce_window2d", parse_reduce_window2d},
    Operator{0x09, "memory_copy", parse_memory_copy},
    Operator{0x0a, "resize_image", parse_resize_image},
    Operator{0x0b, "softmax", parse_softmax},
    Operator{0x0c, "transpose", parse_transpose},
    Operator{0x0d, "strided_slice", parse_strided_slice},
    Operator{0x0e, "unary", parse_unary},
    Operator{0x0f, "quantized_conv2d", parse_quantized_conv2d},
    Operator{0x10, "quantized_matmul", parse_quantized_matmul},
    Operator{0x11, "quantized_binary", parse_quantized_binary},
    Operator{0x12, "table_lookup1d", parse_table_lookup1d},
    Operator{0x13, "conv2d_transpose", parse_conv2d_transpose},
    Operator{0x14, "nnil_unary_method", parse_nnil_unary_method},
    Operator{0x1001, "cpu_conv2d", parse_cpu_conv2d},
    Operator{0x1002, "cpu_depthwise_conv2d", parse_cpu_depthwise_conv2d},
    Operator{0x1003, "cpu_reduce_window2d", parse_cpu_reduce_window2d},
    Operator{0x1004, "cpu_quantized_conv2d", parse_cpu_quantized_conv2d},
    Operator{0x1005, "cpu_quantized_depthwise_conv2d", parse_cpu_quantized_depthwise_conv2d},
    Operator{0x2001, "kpu_upload", parse_kpu_upload},
    Operator{0x2002, "kpu_conv2d", parse_kpu_conv2d},
};

}  // namespace

const Operator* find_operator(std::uint32_t opcode) {
    const auto* found = std::ranges::find(kOperators, opcode, &Operator::opcode);
    return found != kOperators.end() ? found : nullptr;
}

Node make_node(LayerSummary summary, const Range& from, const Shape& in, const Range& to, const Shape& out,
               std::uint64_t operations, std::function<void(Memory&)> run) {
    summary.inputs = {in};
    summary.output = out;
    summary.input_element = from.element;
    summary.output_element = to.element;
    summary.operations = operations;
    return {std::move(summary), to, std::move(run), false};
}

}  // namespace k210::kmodel::v4
