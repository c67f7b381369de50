#include "kmodel/ops/arrange.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace k210::kmodel {
namespace {

using Steps = std::array<std::ptrdiff_t, 4>;

// Distances between neighbours along each dimension, in elements.
Steps steps(const Shape& shape) {
    Steps steps{1, 1, 1, 1};
    for (std::size_t d = 3; d-- > 0;) steps[d] = steps[d + 1] * shape.dims[d + 1];
    return steps;
}

// Writes the elements of `shape` one after the other, taking them from where `steps` say.
template <class T>
void gather(const Shape& shape, const T* in, const Steps& steps, T* out) {
    const auto& n = shape.dims;
    for (std::ptrdiff_t i0 = 0; i0 < n[0]; ++i0)
        for (std::ptrdiff_t i1 = 0; i1 < n[1]; ++i1)
            for (std::ptrdiff_t i2 = 0; i2 < n[2]; ++i2) {
                const T* from = in + i0 * steps[0] + i1 * steps[1] + i2 * steps[2];
                for (std::ptrdiff_t i3 = 0; i3 < n[3]; ++i3) *out++ = from[i3 * steps[3]];
            }
}

struct Word {  // four bytes of any alignment
    std::array<std::uint8_t, 4> bytes;
};

void gather(const Shape& shape, std::size_t element_bytes, const std::uint8_t* in, const Steps& steps,
            std::uint8_t* out) {
    if (element_bytes == 1) return gather(shape, in, steps, out);
    gather(shape, reinterpret_cast<const Word*>(in), steps, reinterpret_cast<Word*>(out));
}

}  // namespace

void pad(const Shape& in_shape, const Paddings& paddings, std::span<const std::uint8_t> value, Bytes in,
         std::span<std::uint8_t> out) {
    const std::size_t element = value.size();
    struct Axis {
        std::int64_t out, before, inside_end;  // inside: [before, inside_end) of the output
    };
    std::array<Axis, 4> axes{};
    for (std::size_t d = 0; d < 4; ++d) {
        const auto [before, after] = paddings[d];
        const std::int64_t size = std::int64_t{in_shape.dims[d]} + before + after;
        axes[d] = {size, before, size - after};
    }
    const auto inside = [](const Axis& axis, std::int64_t i) { return i >= axis.before && i < axis.inside_end; };
    const Steps step = steps(in_shape);
    std::uint8_t* to = out.data();
    for (std::int64_t i0 = 0; i0 < axes[0].out; ++i0)
        for (std::int64_t i1 = 0; i1 < axes[1].out; ++i1)
            for (std::int64_t i2 = 0; i2 < axes[2].out; ++i2) {
                const bool row_inside = inside(axes[0], i0) && inside(axes[1], i1) && inside(axes[2], i2);
                const std::int64_t row = (i0 - axes[0].before) * step[0] + (i1 - axes[1].before) * step[1] +
                                         (i2 - axes[2].before) * step[2] - axes[3].before;
                for (std::int64_t i3 = 0; i3 < axes[3].out; ++i3, to += element) {
                    const bool copied = row_inside && inside(axes[3], i3);
                    std::memmove(to, copied ? &in[static_cast<std::size_t>(row + i3) * element] : value.data(),
                                 element);
                }
            }
}

Shape transposed(const Shape& in, const Axes& axes) {
    Shape out;
    for (std::size_t d = 0; d < 4; ++d) out.dims[d] = in.dims[axes[d]];
    return out;
}

void transpose(const Shape& in_shape, const Axes& axes, std::size_t element_bytes, Bytes in,
               std::span<std::uint8_t> out) {
    const Steps in_steps = steps(in_shape);
    Steps from{};
    for (std::size_t d = 0; d < 4; ++d) from[d] = in_steps[axes[d]];
    gather(transposed(in_shape, axes), element_bytes, in.data(), from, out.data());
}

void slice(const Shape& in_shape, const std::array<Slice, 4>& slices, std::size_t element_bytes, Bytes in,
           std::span<std::uint8_t> out) {
    Steps from = steps(in_shape);
    Shape shape;
    std::size_t first = 0;
    for (std::size_t d = 0; d < 4; ++d) {
        first += slices[d].begin * static_cast<std::size_t>(from[d]);
        from[d] *= slices[d].step;
        shape.dims[d] = slices[d].count;
    }
    gather(shape, element_bytes, &in[first * element_bytes], from, out.data());
}

void concat(std::span<const ConcatInput> inputs, std::size_t outer, std::span<std::uint8_t> out) {
    std::size_t to = 0;
    for (std::size_t i = 0; i < outer; ++i)
        for (const ConcatInput& input : inputs) {
            std::memmove(&out[to], &input.bytes[i * input.run_bytes], input.run_bytes);
            to += input.run_bytes;
        }
}

void resize_nearest(const Resize& r, std::size_t element_bytes, Bytes in, std::span<std::uint8_t> out) {
    const std::uint32_t height = r.in.height(), width = r.in.width();
    const float y_scale = static_cast<float>(height) / static_cast<float>(r.out_height);
    const float x_scale = static_cast<float>(width) / static_cast<float>(r.out_width);
    const auto nearest = [](std::uint32_t i, float scale, std::uint32_t size) {
        return std::min(static_cast<std::uint32_t>(static_cast<float>(i) * scale), size - 1);
    };
    std::uint8_t* to = out.data();
    for (std::size_t map = 0; map < std::size_t{r.in.batch()} * r.in.channels(); ++map)
        for (std::uint32_t y = 0; y < r.out_height; ++y) {
            const std::size_t row = (map * height + nearest(y, y_scale, height)) * width;
            for (std::uint32_t x = 0; x < r.out_width; ++x, to += element_bytes)
                std::memmove(to, &in[(row + nearest(x, x_scale, width)) * element_bytes], element_bytes);
        }
}

namespace {

float resize_scale(std::uint32_t in, std::uint32_t out, bool align_corners) {
    if (align_corners && out > 1) return static_cast<float>(in - 1) / static_cast<float>(out - 1);
    return static_cast<float>(in) / static_cast<float>(out);
}

// Between which two inputs an output lies, and how far along.
struct Between {
    std::uint32_t first, second;
    float part;
    Between(std::uint32_t i, float scale, std::uint32_t size) {
        const float at = static_cast<float>(i) * scale;
        first = std::min(static_cast<std::uint32_t>(at), size - 1);
        second = std::min(first + 1, size - 1);
        part = at - std::floor(at);
    }
};

template <class T, class Convert>
void bilinear(const Resize& r, const T* in, T* out, const Convert& convert) {
    const std::uint32_t height = r.in.height(), width = r.in.width();
    const float y_scale = resize_scale(height, r.out_height, r.align_corners);
    const float x_scale = resize_scale(width, r.out_width, r.align_corners);
    for (std::size_t map = 0; map < std::size_t{r.in.batch()} * r.in.channels();
         ++map, in += std::size_t{height} * width)
        for (std::uint32_t oy = 0; oy < r.out_height; ++oy) {
            const Between y(oy, y_scale, height);
            const T* above = in + std::size_t{y.first} * width;
            const T* below = in + std::size_t{y.second} * width;
            for (std::uint32_t ox = 0; ox < r.out_width; ++ox) {
                const Between x(ox, x_scale, width);
                const auto value = [](T v) { return static_cast<float>(v); };
                float sum = value(below[x.first]) * (y.part * (1 - x.part));
                sum = fused_multiply_add(value(above[x.first]), (1 - y.part) * (1 - x.part), sum);
                sum = fused_multiply_add(value(above[x.second]), (1 - y.part) * x.part, sum);
                sum = fused_multiply_add(value(below[x.second]), y.part * x.part, sum);
                *out++ = convert(sum);
            }
        }
}

}  // namespace

void resize_bilinear(const Resize& r, std::span<const float> in, std::span<float> out) {
    bilinear(r, in.data(), out.data(), [](float v) { return v; });
}

void resize_bilinear(const Resize& r, Bytes in, std::span<std::uint8_t> out) {
    bilinear(r, in.data(), out.data(), [](float v) { return to_byte(std::trunc(v)); });
}

void reduce(Reduction reduction, float initial, const Shape& in_shape, const Shape& out_shape,
            std::span<const float> in, std::span<float> out) {
    std::fill_n(out.begin(), out_shape.count(), initial);
    Steps to_steps = steps(out_shape);
    for (std::size_t d = 0; d < 4; ++d)
        if (out_shape.dims[d] == 1) to_steps[d] = 0;
    const auto& n = in_shape.dims;
    const float* from = in.data();
    for (std::ptrdiff_t i0 = 0; i0 < n[0]; ++i0)
        for (std::ptrdiff_t i1 = 0; i1 < n[1]; ++i1)
            for (std::ptrdiff_t i2 = 0; i2 < n[2]; ++i2) {
                float* row = &out[static_cast<std::size_t>(i0 * to_steps[0] + i1 * to_steps[1] + i2 * to_steps[2])];
                for (std::ptrdiff_t i3 = 0; i3 < n[3]; ++i3) {
                    float& to = row[i3 * to_steps[3]];
                    const float v = *from++;
                    switch (reduction) {
                        case Reduction::min: to = minimum(to, v); break;
                        case Reduction::max: to = maximum(to, v); break;
                        case Reduction::mean:
                        case Reduction::sum: to += v; break;
                    }
                }
            }
}

}  // namespace k210::kmodel
