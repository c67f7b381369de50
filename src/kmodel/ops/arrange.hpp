// Operators that move elements or make fewer of them: neutral_kernels.h pad, transpose, strided_slice, concat,
// resize_nearest_neighbor, resize_bilinear, reduce [sdk]. Spans hold at least what the shapes say; those of bytes hold
// elements of `element_bytes` each.
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "kmodel/ops/convolution.hpp"
#include "kmodel/tensor.hpp"

namespace k210::kmodel {

using Bytes = std::span<const std::uint8_t>;

// Elements added before and after each dimension; taken away where negative.
struct Padding {
    std::int32_t before = 0, after = 0;
};
using Paddings = std::array<Padding, 4>;
void pad(const Shape& in_shape, const Paddings& paddings, std::span<const std::uint8_t> value, Bytes in,
         std::span<std::uint8_t> out);  // `value` is one element

// Dimension i of the output is dimension axes[i] of the input.
using Axes = std::array<std::uint32_t, 4>;
Shape transposed(const Shape& in, const Axes& axes);
void transpose(const Shape& in_shape, const Axes& axes, std::size_t element_bytes, Bytes in,
               std::span<std::uint8_t> out);

struct Slice {  // along one dimension: `count` elements, `step` apart
    std::uint32_t begin = 0, count = 1;
    std::int32_t step = 1;
};
void slice(const Shape& in_shape, const std::array<Slice, 4>& slices, std::size_t element_bytes, Bytes in,
           std::span<std::uint8_t> out);

struct ConcatInput {
    Bytes bytes;
    std::size_t run_bytes;  // how many go next to those of the other inputs
};
void concat(std::span<const ConcatInput> inputs, std::size_t outer, std::span<std::uint8_t> out);

struct Resize {
    Shape in;
    std::uint32_t out_height = 1, out_width = 1;
    bool align_corners = false;  // bilinear only: the runtime ignores it elsewhere
    Shape out() const { return {{in.batch(), in.channels(), out_height, out_width}}; }
};
void resize_nearest(const Resize& r, std::size_t element_bytes, Bytes in, std::span<std::uint8_t> out);
void resize_bilinear(const Resize& r, std::span<const float> in, std::span<float> out);
void resize_bilinear(const Resize& r, Bytes in, std::span<std::uint8_t> out);

// Along the dimensions in which `out_shape` has size 1. Means are sums here: the caller scales them.
void reduce(Reduction reduction, float initial, const Shape& in_shape, const Shape& out_shape,
            std::span<const float> in, std::span<float> out);

}  // namespace k210::kmodel
