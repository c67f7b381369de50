// Bodies: nncase v0.2.0-beta4 src/common/include/runtime/neutral/neutral_ops_body.h [sdk].
#include "kmodel/limits.hpp"
#include "kmodel/ops/elementwise.hpp"
#include "kmodel/ops/nnil.hpp"
#include "kmodel/v4/node.hpp"

namespace k210::kmodel::v4 {
namespace {

const char* name_of(BinaryOp op) {
    constexpr const char* kNames[] = {"add", "subtract", "multiply", "divide", "minimum", "maximum"};
    return kNames[static_cast<std::size_t>(op)];
}

const char* name_of(UnaryOp op) {
    constexpr const char* kNames[] = {"absolute value", "ceil",   "cosine",          "exponential", "floor",
                                      "logarithm",      "negate", "reciprocal root", "sine",        "square"};
    return kNames[static_cast<std::size_t>(op)];
}

Broadcast read_broadcast(BodyReader& in) {
    const std::size_t at = in.raw().at();
    Broadcast shapes;
    for (Shape* shape : {&shapes.a, &shapes.b, &shapes.out}) *shape = in.shape();
    for (std::size_t d = 0; d < 4; ++d) {
        const std::uint32_t a = shapes.a.dims[d], b = shapes.b.dims[d], out = shapes.out.dims[d];
        if ((a != b && a != 1 && b != 1) || out != std::max(a, b))
            in.fail_at(at, fmt::format("shapes {} and {} do not make {}", to_string(shapes.a), to_string(shapes.b),
                                       to_string(shapes.out)));
    }
    return shapes;
}

struct BinaryRanges {
    Range a, b, to;
};
BinaryRanges read_binary_ranges(BodyReader& in, Element element) {
    BinaryRanges ranges;
    ranges.a = in.source(element);
    ranges.b = in.source(element);
    ranges.to = in.target(element);
    return ranges;
}

Node binary_node(const BodyReader& in, LayerSummary summary, const BinaryRanges& ranges, const Broadcast& shapes,
                 std::function<void(Memory&)> run) {
    in.require(ranges.a, shapes.a.count());
    in.require(ranges.b, shapes.b.count());
    in.require(ranges.to, shapes.out.count());
    Node node =
        make_node(std::move(summary), ranges.a, shapes.a, ranges.to, shapes.out, shapes.out.count(), std::move(run));
    node.summary.inputs.push_back(shapes.b);
    return node;
}

// A layer that makes one element of each that `from` has.
Node flat_node(const BodyReader& in, LayerSummary summary, const Range& from, const Range& to,
               std::uint64_t operations_each, std::function<void(Memory&)> run) {
    in.require(to, from.count());
    if (from.count() == 0) in.fail_at(from.declared_at, "there is nothing to work on");
    const Shape shape = in.shape_of(from);
    return make_node(std::move(summary), from, shape, to, shape, from.count() * operations_each, std::move(run));
}

}  // namespace

Node parse_binary(BodyReader& in, LayerSummary summary) {
    const BinaryRanges r = read_binary_ranges(in, Element::f32);
    const BinaryOp op = in.choice("operation", BinaryOp::max);
    const Broadcast shapes = read_broadcast(in);
    const Clamp clamp = in.clamp();
    summary.kind = name_of(op);
    return binary_node(in, std::move(summary), r, shapes, [=](Memory& m) {
        binary(op, shapes, clamp, m.source<float>(r.a), m.source<float>(r.b), m.target<float>(r.to));
    });
}

Node parse_quantized_binary(BodyReader& in, LayerSummary summary) {
    const BinaryRanges r = read_binary_ranges(in, Element::u8);
    QuantizedBinary how;
    how.op = in.choice("operation", BinaryOp::max);
    const Broadcast shapes = read_broadcast(in);
    for (QuantizedOperand* operand : {&how.a, &how.b}) {
        operand->offset = in.i32();
        operand->scale = in.scale();
    }
    how.requantize.offset = in.i32();
    how.requantize.scale = in.scale();
    summary.kind = fmt::format("quantized {}", name_of(how.op));
    return binary_node(in, std::move(summary), r, shapes, [=](Memory& m) {
        binary(how, shapes, m.source<std::uint8_t>(r.a), m.source<std::uint8_t>(r.b), m.target<std::uint8_t>(r.to));
    });
}

Node parse_unary(BodyReader& in, LayerSummary summary) {
    const Range from = in.source(Element::f32), to = in.target(Element::f32);
    const UnaryOp op = in.choice("operation", UnaryOp::square);
    summary.kind = name_of(op);
    return flat_node(in, std::move(summary), from, to, 1,
                     [=](Memory& m) { unary(op, m.source<float>(from), m.target<float>(to)); });
}

Node parse_nnil_unary_method(BodyReader& in, LayerSummary summary) {
    const Range from = in.source(Element::f32), to = in.target(Element::f32);
    NnilProgram program = NnilProgram::parse(in.raw());
    summary.kind = "NNIL program";
    const std::size_t steps = program.size();
    return flat_node(in, std::move(summary), from, to, steps, [=, program = std::move(program)](Memory& m) {
        program.run(m.source<float>(from), m.target<float>(to));
    });
}

Node parse_quantize(BodyReader& in, LayerSummary summary) {
    const Range from = in.source(Element::f32), to = in.target(Element::u8);
    const Quantization q = in.quantization();
    return flat_node(in, std::move(summary), from, to, 1,
                     [=](Memory& m) { quantize(q, m.source<float>(from), m.target<std::uint8_t>(to)); });
}

Node parse_dequantize(BodyReader& in, LayerSummary summary) {
    const Range from = in.source(Element::u8), to = in.target(Element::f32);
    const Quantization q = in.quantization();
    return flat_node(in, std::move(summary), from, to, 1,
                     [=](Memory& m) { dequantize(q, m.source<std::uint8_t>(from), m.target<float>(to)); });
}

Node parse_table_lookup1d(BodyReader& in, LayerSummary summary) {
    constexpr std::size_t kEntries = 256;
    const Range from = in.source(Element::u8), table = in.source(Element::u8), to = in.target(Element::u8);
    in.require(table, kEntries);
    summary.kind = "table lookup";
    summary.parameter_bytes = kEntries;
    return flat_node(in, std::move(summary), from, to, 1, [=](Memory& m) {
        look_up(m.source<std::uint8_t>(table).first<kEntries>(), m.source<std::uint8_t>(from),
                m.target<std::uint8_t>(to));
    });
}

Node parse_softmax(BodyReader& in, LayerSummary summary) {
    const Range from = in.source(Element::f32), to = in.target(Element::f32);
    const std::size_t inner = in.size("inner size", kMaxMainMemoryBytes),
                      outer = in.size("outer size", kMaxMainMemoryBytes), count = inner * outer;
    const float beta = in.f32();
    in.require(from, count);
    in.require(to, count);
    Shape shape = in.shape_of(from);
    if (shape.count() != count) shape = flat_shape(count);
    return make_node(std::move(summary), from, shape, to, shape, count,
                     [=](Memory& m) { softmax(beta, inner, m.source<float>(from).first(count), m.target<float>(to)); });
}

}  // namespace k210::kmodel::v4
