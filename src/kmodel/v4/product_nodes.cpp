// Bodies: nncase v0.2.0-beta4 src/common/include/runtime/neutral/neutral_ops_body.h, cpu/cpu_ops_body.h [sdk].
#include "kmodel/limits.hpp"
#include "kmodel/ops/convolution.hpp"
#include "kmodel/ops/matrix.hpp"
#include "kmodel/v4/node.hpp"

namespace k210::kmodel::v4 {
namespace {

constexpr MapOrder kChannelsFirst{false}, kChannelsLast{true};

std::string size_of(const Window& w) {
    return fmt::format("{}x{}", w.y.filter, w.x.filter);
}

WindowSummary summary_of(const Window& w, std::uint32_t groups) {
    const auto size = [](std::int64_t v) { return static_cast<std::uint32_t>(v); };
    const auto padding = [](std::int64_t v) { return static_cast<std::int32_t>(v); };
    return {size(w.x.filter),
            size(w.y.filter),
            size(w.x.stride),
            size(w.y.stride),
            size(w.x.dilation),
            size(w.y.dilation),
            padding(w.x.before),
            padding(w.x.after),
            padding(w.y.before),
            padding(w.y.after),
            groups};
}

Window read_window(BodyReader& in, const MapOrder& order, const Shape& shape) {
    return in.window(order.height(shape), order.width(shape));
}

// Where a layer's data come from and go to, and what shape it is of.
struct Route {
    Range from, to;
    std::size_t at = 0;  // of the fields that follow
    Shape in;
};

Route read_route(BodyReader& in, Element element) {
    Route route;
    route.from = in.source(element);
    route.to = in.target(element);
    route.at = in.raw().at();
    route.in = in.shape();
    in.require(route.from, route.in.count());
    return route;
}

void check_groups(const BodyReader& in, std::size_t at, std::uint32_t groups, std::uint32_t in_channels,
                  std::uint32_t out_channels) {
    if (in_channels % groups != 0 || out_channels % groups != 0)
        in.fail_at(at, fmt::format("{} input and {} output channels do not make {} groups", in_channels, out_channels,
                                   groups));
}

enum class Kind { grouped, dense, depthwise };  // the first one says how many groups and outputs it has

ConvolutionShape read_convolution_shape(BodyReader& in, const Route& route, const MapOrder& order, Kind kind) {
    ConvolutionShape c;
    c.order = order;
    c.in = route.in;
    const std::uint32_t channels = order.channels(c.in);
    c.groups = kind == Kind::grouped ? in.size("group count") : kind == Kind::depthwise ? channels : 1;
    c.out_channels = kind == Kind::depthwise ? channels : in.size("output channel count");
    check_groups(in, route.at, c.groups, channels, c.out_channels);
    c.window = read_window(in, order, c.in);
    in.require(route.to, in.limited(c.out(), route.at).count());
    return c;
}

std::uint64_t weight_count(const BodyReader& in, const ConvolutionShape& c) {
    return in.weights(c.out_channels, c.inputs_per_group() * c.window.taps());
}

std::string kind_of(const char* prefix, const ConvolutionShape& c) {
    const bool depthwise = c.groups > 1 && c.groups == c.order.channels(c.in) && c.groups == c.out_channels;
    return fmt::format("{}{}conv {}{}", prefix,
                       depthwise      ? "depthwise "
                       : c.groups > 1 ? "grouped "
                                      : "",
                       size_of(c.window), c.order.channels_last ? " (channels last)" : "");
}

template <class C>
Node convolution_node(LayerSummary summary, const Route& route, C c, const char* prefix) {
    const ConvolutionShape shape = c.shape;
    using T = typename decltype(c.weights)::value_type;
    summary.kind = kind_of(prefix, shape);
    summary.window = summary_of(shape.window, shape.groups);
    summary.macs = shape.macs();
    summary.parameter_bytes = c.weights.size() * sizeof(T) + c.bias.size() * sizeof(c.bias[0]);
    const std::uint64_t operations = summary.macs;
    return make_node(std::move(summary), route.from, route.in, route.to, shape.out(), operations,
                     [c = std::move(c), from = route.from, to = route.to](Memory& m) {
                         convolve(c, m.source<T>(from), m.target<T>(to));
                     });
}

Node float_convolution(BodyReader& in, LayerSummary summary, const MapOrder& order, Kind kind) {
    const Route route = read_route(in, Element::f32);
    Convolution c;
    c.shape = read_convolution_shape(in, route, order, kind);
    c.clamp = in.clamp();
    c.weights = in.floats(weight_count(in, c.shape));
    c.bias = in.floats(c.shape.out_channels);
    return convolution_node(std::move(summary), route, std::move(c), "");
}

// Layers for the CPU target have their weights before their bias, and subtract their offsets.
Node quantized_convolution(BodyReader& in, LayerSummary summary, const MapOrder& order, Kind kind) {
    const bool cpu = order.channels_last;
    const Route route = read_route(in, Element::u8);
    QuantizedConvolution c;
    c.shape = read_convolution_shape(in, route, order, kind);
    c.input_offset = in.i32();
    c.filter_offset = in.i32();
    if (cpu)
        for (std::int32_t* offset : {&c.input_offset, &c.filter_offset}) *offset = wrapping_subtract(0, *offset);
    c.requantize = in.requantize();
    if (!cpu) c.bias = in.integers(c.shape.out_channels);
    c.weights = in.bytes(weight_count(in, c.shape));
    if (cpu) c.bias = in.integers(c.shape.out_channels);
    return convolution_node(std::move(summary), route, std::move(c), "quantized ");
}

Node pooling(BodyReader& in, LayerSummary summary, const MapOrder& order, Reduction last) {
    const Range from = in.source(Element::f32), to = in.target(Element::f32);
    Pooling p;
    p.order = order;
    p.reduction = in.choice("reduction", last);
    const std::size_t at = in.raw().at();
    p.in = in.shape();
    p.window = read_window(in, order, p.in);
    p.initial = in.f32();
    p.clamp = in.clamp();
    const Shape out = in.limited(p.out(), at);
    in.require(from, p.in.count());
    in.require(to, out.count());
    constexpr const char* kNames[] = {"mean", "min", "max", "sum"};
    summary.window = summary_of(p.window, 1);
    summary.kind = fmt::format("{} pool {}{}", kNames[static_cast<std::size_t>(p.reduction)], size_of(p.window),
                               order.channels_last ? " (channels last)" : "");
    return make_node(std::move(summary), from, p.in, to, out, out.count() * p.window.taps(),
                     [=](Memory& m) { pool(p, m.source<float>(from), m.target<float>(to)); });
}

struct MatrixRanges {
    Range a, b, to;
    MatrixSizes sizes;
};

MatrixRanges read_matrices(BodyReader& in, Element element) {
    MatrixRanges m;
    m.a = in.source(element);
    m.b = in.source(element);
    m.to = in.target(element);
    for (std::size_t* size : {&m.sizes.a_rows, &m.sizes.a_columns, &m.sizes.b_columns})
        *size = in.size("matrix size", kMaxMainMemoryBytes);
    in.require(m.a, std::uint64_t{m.sizes.a_rows} * m.sizes.a_columns);
    in.require(m.b, std::uint64_t{m.sizes.a_columns} * m.sizes.b_columns);
    in.require(m.to, std::uint64_t{m.sizes.a_rows} * m.sizes.b_columns);
    return m;
}

template <class M>
Node matrix_node(LayerSummary summary, const MatrixRanges& ranges, M product) {
    const MatrixSizes& n = ranges.sizes;
    using T = std::conditional_t<std::is_same_v<M, MatrixProduct>, float, std::uint8_t>;
    const auto matrix = [](std::size_t rows, std::size_t columns) {
        return Shape{{1, 1, static_cast<std::uint32_t>(rows), static_cast<std::uint32_t>(columns)}};
    };
    summary.macs = n.macs();
    summary.parameter_bytes = product.bias.size() * sizeof(product.bias[0]);
    if (ranges.b.memory == MemoryKind::constants) summary.parameter_bytes += ranges.b.size;
    product.sizes = n;
    const std::uint64_t operations = n.macs();
    Node node = make_node(std::move(summary), ranges.a, matrix(n.a_rows, n.a_columns), ranges.to,
                          matrix(n.a_rows, n.b_columns), operations, [=, product = std::move(product)](Memory& m) {
                              multiply(product, m.source<T>(ranges.a), m.source<T>(ranges.b), m.target<T>(ranges.to));
                          });
    node.summary.inputs.push_back(matrix(n.a_columns, n.b_columns));
    return node;
}

}  // namespace

Node parse_conv2d(BodyReader& in, LayerSummary summary) {
    return float_convolution(in, std::move(summary), kChannelsFirst, Kind::grouped);
}
Node parse_cpu_conv2d(BodyReader& in, LayerSummary summary) {
    return float_convolution(in, std::move(summary), kChannelsLast, Kind::dense);
}
Node parse_cpu_depthwise_conv2d(BodyReader& in, LayerSummary summary) {
    return float_convolution(in, std::move(summary), kChannelsLast, Kind::depthwise);
}
Node parse_quantized_conv2d(BodyReader& in, LayerSummary summary) {
    return quantized_convolution(in, std::move(summary), kChannelsFirst, Kind::grouped);
}
Node parse_cpu_quantized_conv2d(BodyReader& in, LayerSummary summary) {
    return quantized_convolution(in, std::move(summary), kChannelsLast, Kind::dense);
}
Node parse_cpu_quantized_depthwise_conv2d(BodyReader& in, LayerSummary summary) {
    return quantized_convolution(in, std::move(summary), kChannelsLast, Kind::depthwise);
}
Node parse_reduce_window2d(BodyReader& in, LayerSummary summary) {
    return pooling(in, std::move(summary), kChannelsFirst, Reduction::sum);
}
Node parse_cpu_reduce_window2d(BodyReader& in, LayerSummary summary) {
    return pooling(in, std::move(summary), kChannelsLast, Reduction::max);
}

Node parse_conv2d_transpose(BodyReader& in, LayerSummary summary) {
    const Route route = read_route(in, Element::f32);
    TransposedConvolution c;
    c.in = route.in;
    c.out = in.shape();
    c.groups = in.size("group count");
    check_groups(in, route.at, c.groups, c.in.channels(), c.out.channels());
    if (c.in.batch() != c.out.batch()) in.fail_at(route.at, "input and output differ in their batches");
    c.window = in.window(c.out.height(), c.out.width());
    c.clamp = in.clamp();
    const std::uint64_t inputs = c.in.channels() / c.groups;
    c.weights = in.floats(in.weights(c.out.channels(), inputs * c.window.taps()));
    in.floats(c.out.channels());  // a bias: must be there, and is not used
    in.require(route.to, c.out.count());

    summary.kind = fmt::format("transposed conv {}", size_of(c.window));
    summary.window = summary_of(c.window, c.groups);
    summary.macs = c.in.count() * (c.out.channels() / c.groups) * c.window.taps();
    summary.parameter_bytes = (c.weights.size() + c.out.channels()) * sizeof(float);
    const std::uint64_t operations = summary.macs;
    const Shape out = c.out;
    return make_node(std::move(summary), route.from, route.in, route.to, out, operations,
                     [c = std::move(c), from = route.from, to = route.to](Memory& m) {
                         convolve_transposed(c, m.source<float>(from), m.target<float>(to));
                     });
}

Node parse_matmul(BodyReader& in, LayerSummary summary) {
    const MatrixRanges ranges = read_matrices(in, Element::f32);
    MatrixProduct product;
    product.clamp = in.clamp();
    product.bias = in.floats(ranges.sizes.b_columns);
    summary.kind = "matrix product";
    return matrix_node(std::move(summary), ranges, std::move(product));
}

Node parse_quantized_matmul(BodyReader& in, LayerSummary summary) {
    const MatrixRanges ranges = read_matrices(in, Element::u8);
    QuantizedMatrixProduct product;
    product.a_offset = in.i32();
    product.b_offset = in.i32();
    product.requantize = in.requantize();
    product.bias = in.integers(ranges.sizes.b_columns);
    summary.kind = "quantized matrix product";
    return matrix_node(std::move(summary), ranges, std::move(product));
}

}  // namespace k210::kmodel::v4
