// Bodies: nncase v0.2.0-beta4 src/common/include/runtime/neutral/neutral_ops_body.h [sdk].
#include <algorithm>
#include <utility>

#include "kmodel/limits.hpp"
#include "kmodel/ops/arrange.hpp"
#include "kmodel/v4/node.hpp"

namespace k210::kmodel::v4 {
namespace {

// Two ranges of the same, any, element.
struct Route {
    Range from, to;
    std::size_t element_bytes() const { return size_bytes(from.element); }
};
Route read_route(BodyReader& in) {
    const Range from = in.source(), to = in.target(from.element);
    return {from, to};
}

Slice read_slice(const BodyReader& in, std::size_t at, std::uint32_t size, std::int64_t begin, std::int64_t end,
                 std::int64_t step) {
    const std::int64_t count = step > 0   ? (end - begin + step - 1) / step
                               : step < 0 ? (begin - end - step - 1) / -step
                                          : 0;
    const std::int64_t last = begin + (count - 1) * step;
    if (count < 1 || begin < 0 || begin >= size || last < 0 || last >= size)
        in.fail_at(at, fmt::format("a slice from {} to {} by {} leaves a dimension of {}", begin, end, step, size));
    return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(count), static_cast<std::int32_t>(step)};
}

}  // namespace

Node parse_concat(BodyReader& in, LayerSummary summary) {
    struct Input {
        Range range;
        std::size_t run_bytes = 0;
    };
    const Range to = in.target();
    const std::size_t element = size_bytes(to.element);
    const std::uint32_t inner_bytes = in.size("inner size", kMaxMainMemoryBytes);
    const std::uint32_t outer = in.size("outer size", kMaxMainMemoryBytes);
    std::vector<Input> inputs(in.size("input count"));
    if (inputs.size() > in.raw().left() / sizeof(std::uint32_t)) in.raw().skip(in.raw().left() + 1);
    for (Input& input : inputs) input.range = in.source();
    std::uint64_t dimension = 0;
    for (auto& [range, run_bytes] : inputs) {
        const std::uint32_t size = in.size("input dimension", kMaxMainMemoryBytes);
        dimension += size;
        run_bytes = std::size_t{inner_bytes} * size;
        in.require(range, (run_bytes * outer + element - 1) / element);
        const std::uint32_t inner = std::max<std::uint32_t>(inner_bytes / static_cast<std::uint32_t>(element), 1);
        summary.inputs.push_back({{1, outer, size, inner}});
    }
    const std::uint64_t total = dimension * inner_bytes * outer;
    in.require(to, (total + element - 1) / element);
    Shape out = summary.inputs[0];
    out.dims[2] = static_cast<std::uint32_t>(dimension);
    const auto shapes = std::exchange(summary.inputs, {});
    const Range first = inputs[0].range;
    Node node = make_node(std::move(summary), first, shapes[0], to, out, total / element,
                          [=, inputs = std::move(inputs)](Memory& m) {
                              std::vector<ConcatInput> sources;
                              for (const auto& [range, run_bytes] : inputs)
                                  sources.push_back({m.source<std::uint8_t>(range), run_bytes});
                              concat(sources, outer, m.target<std::uint8_t>(to));
                          });
    node.summary.inputs = shapes;
    return node;
}

Node parse_pad(BodyReader& in, LayerSummary summary) {
    const Route r = read_route(in);
    const std::size_t at = in.raw().at(), element = r.element_bytes();
    const Shape shape = in.shape();
    Paddings paddings;
    Shape out;
    for (std::size_t d = 0; d < 4; ++d) {
        paddings[d] = in.padding();
        const std::int64_t size = std::int64_t{shape.dims[d]} + paddings[d].before + paddings[d].after;
        if (size < 1) in.fail_at(at, fmt::format("padding leaves nothing of dimension {}", d));
        out.dims[d] = static_cast<std::uint32_t>(size);
    }
    in.i32();  // the value's data type: the runtime goes by the input's
    const std::vector<std::uint8_t> value = in.bytes(element);
    in.require(r.from, shape.count());
    in.require(r.to, in.limited(out, at).count());
    return make_node(std::move(summary), r.from, shape, r.to, out, out.count(), [=](Memory& m) {
        pad(shape, paddings, value, m.source<std::uint8_t>(r.from), m.target<std::uint8_t>(r.to));
    });
}

Node parse_reduce(BodyReader& in, LayerSummary summary) {
    const Range from = in.source(Element::f32), to = in.target(Element::f32);
    const auto reduction = in.choice("reduction", Reduction::sum);
    const std::size_t at = in.raw().at();
    const Shape shape = in.shape(), out = in.shape();
    const float initial = in.f32();
    for (std::size_t d = 0; d < 4; ++d)
        if (out.dims[d] != shape.dims[d] && out.dims[d] != 1)
            in.fail_at(at, fmt::format("{} cannot be reduced to {}", to_string(shape), to_string(out)));
    in.require(from, shape.count());
    in.require(to, out.count());
    constexpr const char* kNames[] = {"mean", "min", "max", "sum"};
    summary.kind = fmt::format("reduce {}", kNames[static_cast<std::size_t>(reduction)]);
    // The runtime divides by what the ranges hold.
    const float share = static_cast<float>(to.count()) / static_cast<float>(from.count());
    return make_node(std::move(summary), from, shape, to, out, shape.count(), [=](Memory& m) {
        const auto reduced = m.target<float>(to);
        reduce(reduction, initial, shape, out, m.source<float>(from), reduced);
        if (reduction == Reduction::mean)
            for (float& v : reduced) v *= share;
    });
}

// The runtime copies whole floats, whatever the ranges hold.
Node parse_memory_copy(BodyReader& in, LayerSummary summary) {
    const Route r = read_route(in);
    if (r.from.count() == 0) in.fail_at(r.from.declared_at, "there is nothing to copy");
    in.require(r.to, r.from.count());
    const Shape shape = in.shape_of(r.from);
    summary.kind = "copy";
    return make_node(std::move(summary), r.from, shape, r.to, shape, r.from.count(), [r](Memory& m) {
        const auto bytes = m.source<std::uint8_t>(r.from);
        std::memmove(m.target<std::uint8_t>(r.to).data(), bytes.data(), bytes.size() / sizeof(float) * sizeof(float));
    });
}

Node parse_resize_image(BodyReader& in, LayerSummary summary) {
    enum class Mode { bilinear, nearest };
    const Route r = read_route(in);
    const std::size_t at = in.raw().at(), element = r.element_bytes();
    Resize resize;
    resize.in = in.shape();
    resize.out_height = in.size("output height");
    resize.out_width = in.size("output width");
    const auto mode = in.choice("resize mode", Mode::nearest);
    resize.align_corners = in.bytes(1)[0] != 0;
    in.require(r.from, resize.in.count());
    in.require(r.to, in.limited(resize.out(), at).count());
    summary.kind = mode == Mode::nearest ? "resize to nearest" : "resize bilinear";
    return make_node(std::move(summary), r.from, resize.in, r.to, resize.out(), resize.out().count(), [=](Memory& m) {
        const auto bytes = m.source<std::uint8_t>(r.from);
        if (mode == Mode::nearest)
            resize_nearest(resize, element, bytes, m.target<std::uint8_t>(r.to));
        else if (r.from.element == Element::f32)
            resize_bilinear(resize, m.source<float>(r.from), m.target<float>(r.to));
        else
            resize_bilinear(resize, bytes, m.target<std::uint8_t>(r.to));
    });
}

Node parse_transpose(BodyReader& in, LayerSummary summary) {
    const Route r = read_route(in);
    const std::size_t element = r.element_bytes();
    const Shape shape = in.shape();
    const std::size_t at = in.raw().at();
    Axes axes{};
    std::array<bool, 4> taken{};
    for (std::uint32_t& axis : axes) {
        axis = static_cast<std::uint32_t>(in.number("axis", 0, 3));
        if (std::exchange(taken[axis], true)) in.fail_at(at, fmt::format("axis {} comes twice", axis));
    }
    in.require(r.from, shape.count());
    in.require(r.to, shape.count());
    return make_node(std::move(summary), r.from, shape, r.to, transposed(shape, axes), shape.count(), [=](Memory& m) {
        transpose(shape, axes, element, m.source<std::uint8_t>(r.from), m.target<std::uint8_t>(r.to));
    });
}

Node parse_strided_slice(BodyReader& in, LayerSummary summary) {
    const Route r = read_route(in);
    const std::size_t element = r.element_bytes();
    const Shape shape = in.shape();
    const std::size_t at = in.raw().at();
    std::array<std::array<std::int32_t, 4>, 3> bounds{};  // begin, end, step; the masks after them are not used
    for (auto& bound : bounds)
        for (std::int32_t& v : bound) v = in.i32();
    std::array<Slice, 4> slices;
    Shape out;
    for (std::size_t d = 0; d < 4; ++d) {
        slices[d] = read_slice(in, at, shape.dims[d], bounds[0][d], bounds[1][d], bounds[2][d]);
        out.dims[d] = slices[d].count;
    }
    in.require(r.from, shape.count());
    in.require(r.to, out.count());
    summary.kind = "slice";
    return make_node(std::move(summary), r.from, shape, r.to, out, out.count(), [=](Memory& m) {
        slice(shape, slices, element, m.source<std::uint8_t>(r.from), m.target<std::uint8_t>(r.to));
    });
}

}  // namespace k210::kmodel::v4
