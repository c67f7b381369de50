#include "kmodel/ops/convolution.hpp"

namespace k210::kmodel {
namespace {

std::size_t index(std::int64_t v) {
    return static_cast<std::size_t>(v);
}

Shape windowed(const MapOrder& order, const Shape& in, std::uint32_t channels, const Window& w) {
    return order.shape(in.batch(), channels, static_cast<std::uint32_t>(w.y.outputs()),
                       static_cast<std::uint32_t>(w.x.outputs()));
}

// Runs one output map after the other, and within it tap after tap, so that the innermost loop goes along rows.
// `multiply_add` takes (sum, input, weight); `finish` makes the output of a sum.
template <class In, class Sum, class Out, class MultiplyAdd, class Finish>
void convolve_maps(const ConvolutionShape& c, std::span<const In> in, std::span<const In> weights,
                   std::span<const Sum> bias, std::span<Out> out, const MultiplyAdd& multiply_add,
                   const Finish& finish) {
    const Shape out_shape = c.out();
    const std::size_t in_row = c.order.row_step(c.in), in_pixel = c.order.pixel_step(c.in);
    const std::size_t in_channel = c.order.channel_step(c.in);
    const std::size_t height = c.order.height(out_shape), width = c.order.width(out_shape);
    const std::size_t taps = c.window.taps(), inputs = c.inputs_per_group();
    std::vector<Sum> sums(height * width);

    const auto add_tap = [&](std::size_t first, std::int64_t ky, std::int64_t kx, In weight) {
        const auto [y_begin, y_end] = c.window.y.outputs_of(ky);
        const auto [x_begin, x_end] = c.window.x.outputs_of(kx);
        if (x_begin >= x_end) return;
        const std::size_t step = index(c.window.x.stride) * in_pixel;
        for (std::int64_t y = y_begin; y < y_end; ++y) {
            const In* from =
                &in[first + index(c.window.y.input(y, ky)) * in_row + index(c.window.x.input(x_begin, kx)) * in_pixel];
            Sum* to = &sums[index(y) * width];
            for (std::int64_t x = x_begin; x < x_end; ++x, from += step) to[x] = multiply_add(to[x], *from, weight);
        }
    };

    for (std::size_t batch = 0; batch < c.in.batch(); ++batch)
        for (std::size_t oc = 0; oc < c.out_channels; ++oc) {
            std::fill(sums.begin(), sums.end(), bias[oc]);
            const std::size_t group = oc / c.outputs_per_group();
            const std::size_t maps = batch * c.order.batch_step(c.in) + group * inputs * in_channel;
            const In* weight = &weights[oc * inputs * taps];
            const auto for_each_tap = [&](const auto& visit) {
                for (std::int64_t ky = 0; ky < c.window.y.filter; ++ky)
                    for (std::int64_t kx = 0; kx < c.window.x.filter; ++kx) visit(ky, kx);
            };
            if (c.order.channels_last)
                for_each_tap([&](std::int64_t ky, std::int64_t kx) {
                    for (std::size_t ic = 0; ic < inputs; ++ic) add_tap(maps + ic * in_channel, ky, kx, *weight++);
                });
            else
                for (std::size_t ic = 0; ic < inputs; ++ic)
                    for_each_tap(
                        [&](std::int64_t ky, std::int64_t kx) { add_tap(maps + ic * in_channel, ky, kx, *weight++); });
            Out* to = &out[batch * c.order.batch_step(out_shape) + oc * c.order.channel_step(out_shape)];
            const std::size_t step = c.order.pixel_step(out_shape);
            for (std::size_t i = 0; i < sums.size(); ++i) to[i * step] = finish(sums[i]);
        }
}

}  // namespace

Shape ConvolutionShape::out() const {
    return windowed(order, in, out_channels, window);
}

Shape Pooling::out() const {
    return windowed(order, in, order.channels(in), window);
}

void convolve(const Convolution& c, std::span<const float> in, std::span<float> out) {
    convolve_maps<float, float, float>(
        c.shape, in, c.weights, c.bias, out,
        [](float sum, float v, float weight) { return fused_multiply_add(v, weight, sum); }, c.clamp);
}

void convolve(const QuantizedConvolution& c, std::span<const std::uint8_t> in, std::span<std::uint8_t> out) {
    convolve_maps<std::uint8_t, std::int32_t, std::uint8_t>(
        c.shape, in, c.weights, c.bias, out,
        [&c](std::int32_t sum, std::uint8_t v, std::uint8_t weight) {
            return wrapping_add(
                sum, wrapping_multiply(wrapping_add(v, c.input_offset), wrapping_add(weight, c.filter_offset)));
        },
        c.requantize);
}

void convolve_transposed(const TransposedConvolution& c, std::span<const float> in, std::span<float> out) {
    const std::size_t inputs = c.in.channels() / c.groups, outputs = c.out.channels() / c.groups;
    const std::size_t out_map = std::size_t{c.out.height()} * c.out.width(), taps = c.window.taps();
    std::fill_n(out.begin(), c.out.count(), 0.0f);
    std::size_t from = 0;
    for (std::size_t batch = 0; batch < c.in.batch(); ++batch)
        for (std::size_t ic = 0; ic < c.in.channels(); ++ic) {
            const std::size_t group = ic / inputs;
            for (std::int64_t iy = 0; iy < c.in.height(); ++iy)
                for (std::int64_t ix = 0; ix < c.in.width(); ++ix) {
                    const float v = in[from++];
                    const auto rows = c.window.y.taps(iy), columns = c.window.x.taps(ix);
                    for (std::size_t oc = group * outputs; oc < (group + 1) * outputs; ++oc) {
                        const float* weight = &c.weights[(oc * inputs + ic % inputs) * taps];
                        float* map = &out[(batch * c.out.channels() + oc) * out_map];
                        for (std::int64_t ky = rows.begin; ky < rows.end; ++ky)
                            for (std::int64_t kx = columns.begin; kx < columns.end; ++kx) {
                                float& to =
                                    map[index(c.window.y.input(iy, ky) * c.out.width() + c.window.x.input(ix, kx))];
                                to = fused_multiply_add(v, weight[ky * c.window.x.filter + kx], to);
                            }
                    }
                }
        }
    if (c.clamp != Clamp{})
        for (float& v : out.first(c.out.count())) v = c.clamp(v);
}

void pool(const Pooling& p, std::span<const float> in, std::span<float> out) {
    const Shape out_shape = p.out();
    const std::size_t in_row = p.order.row_step(p.in), in_pixel = p.order.pixel_step(p.in);
    const auto window_of = [&](std::size_t first, std::int64_t y, std::int64_t x) {
        const auto rows = p.window.y.taps(y), columns = p.window.x.taps(x);
        float value = p.initial;
        std::int32_t count = 0;
        for (std::int64_t ky = rows.begin; ky < rows.end; ++ky)
            for (std::int64_t kx = columns.begin; kx < columns.end; ++kx, ++count) {
                const float v =
                    in[first + index(p.window.y.input(y, ky)) * in_row + index(p.window.x.input(x, kx)) * in_pixel];
                switch (p.reduction) {
                    case Reduction::min: value = minimum(value, v); break;
                    case Reduction::max: value = maximum(value, v); break;
                    case Reduction::mean:
                    case Reduction::sum: value += v; break;
                }
            }
        return p.clamp(p.reduction == Reduction::mean ? value / static_cast<float>(count) : value);
    };
    for (std::size_t batch = 0; batch < p.in.batch(); ++batch)
        for (std::size_t c = 0; c < p.order.channels(p.in); ++c) {
            const std::size_t first = batch * p.order.batch_step(p.in) + c * p.order.channel_step(p.in);
            float* to = &out[batch * p.order.batch_step(out_shape) + c * p.order.channel_step(out_shape)];
            for (std::int64_t y = 0; y < p.window.y.outputs(); ++y)
                for (std::int64_t x = 0; x < p.window.x.outputs(); ++x, to += p.order.pixel_step(out_shape))
                    *to = window_of(first, y, x);
        }
}

}  // namespace k210::kmodel
