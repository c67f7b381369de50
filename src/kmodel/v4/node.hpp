// One layer of a version 4 model, read and ready to run.
#pragma once
#include <cstdint>
#include <functional>

#include "kmodel/summary.hpp"
#include "kmodel/v4/body_reader.hpp"
#include "kmodel/v4/memory.hpp"

namespace k210::kmodel::v4 {

struct Node {
    LayerSummary summary;
    Range output;  // what it writes; of a KPU layer, main memory if it goes there
    std::function<void(Memory&)> run;
    bool packs_maps = false;  // the output lies in AI RAM as the KPU's maps do
};

// Reads a body. `summary` has index, type, offset and the kind as the runtime names it; the rest is to be filled in.
using ParseNode = Node (*)(BodyReader& in, LayerSummary summary);

struct Operator {
    std::uint32_t opcode;
    const char* name;
    ParseNode parse;
};
const Operator* find_operator(std::uint32_t opcode);  // nullptr: there is no such opcode

// By kind; runtime_op.def's order.
Node parse_binary(BodyReader& in, LayerSummary summary);
Node parse_quantized_binary(BodyReader& in, LayerSummary summary);
Node parse_unary(BodyReader& in, LayerSummary summary);
Node parse_nnil_unary_method(BodyReader& in, LayerSummary summary);
Node parse_quantize(BodyReader& in, LayerSummary summary);
Node parse_dequantize(BodyReader& in, LayerSummary summary);
Node parse_table_lookup1d(BodyReader& in, LayerSummary summary);
Node parse_softmax(BodyReader& in, LayerSummary summary);

Node parse_matmul(BodyReader& in, LayerSummary summary);
Node parse_quantized_matmul(BodyReader& in, LayerSummary summary);
Node parse_conv2d(BodyReader& in, LayerSummary summary);
Node parse_quantized_conv2d(BodyReader& in, LayerSummary summary);
Node parse_conv2d_transpose(BodyReader& in, LayerSummary summary);
Node parse_reduce_window2d(BodyReader& in, LayerSummary summary);
Node parse_cpu_conv2d(BodyReader& in, LayerSummary summary);
Node parse_cpu_depthwise_conv2d(BodyReader& in, LayerSummary summary);
Node parse_cpu_reduce_window2d(BodyReader& in, LayerSummary summary);
Node parse_cpu_quantized_conv2d(BodyReader& in, LayerSummary summary);
Node parse_cpu_quantized_depthwise_conv2d(BodyReader& in, LayerSummary summary);

Node parse_concat(BodyReader& in, LayerSummary summary);
Node parse_pad(BodyReader& in, LayerSummary summary);
Node parse_reduce(BodyReader& in, LayerSummary summary);
Node parse_memory_copy(BodyReader& in, LayerSummary summary);
Node parse_resize_image(BodyReader& in, LayerSummary summary);
Node parse_transpose(BodyReader& in, LayerSummary summary);
Node parse_strided_slice(BodyReader& in, LayerSummary summary);

Node parse_kpu_upload(BodyReader& in, LayerSummary summary);
Node parse_kpu_conv2d(BodyReader& in, LayerSummary summary);

// How a layer that takes one tensor and makes one is put together.
Node make_node(LayerSummary summary, const Range& from, const Shape& in, const Range& to, const Shape& out,
               std::uint64_t operations, std::function<void(Memory&)> run);

}  // namespace k210::kmodel::v4
