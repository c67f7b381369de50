// Where a filter's taps fall on its input: nncase v0.2.0-beta4 src/common/include/kernels/kernel_utils.h [sdk].
#pragma once
#include <algorithm>
#include <cstdint>

#include "kmodel/tensor.hpp"

namespace k210::kmodel {

// Along one axis. Sizes, strides and dilations are at least 1; padding may be negative.
struct WindowAxis {
    std::int64_t size = 1, filter = 1, stride = 1, dilation = 1, before = 0, after = 0;

    // No more than 0 when the filter fits nowhere.
    std::int64_t outputs() const {
        const std::int64_t room = size + before + after - (filter - 1) * dilation - 1;
        return room < 0 ? 0 : room / stride + 1;
    }
    std::int64_t input(std::int64_t output, std::int64_t tap) const {
        return output * stride - before + tap * dilation;
    }

    struct Part {
        std::int64_t begin = 0, end = 0;
    };
    // The taps of one output that fall inside the input; the outputs of which one tap does.
    Part taps(std::int64_t output) const { return part(-input(output, 0), dilation, filter); }
    Part outputs_of(std::int64_t tap) const { return part(-input(0, tap), stride, outputs()); }

private:
    // Those i in 0..count with 0 <= i * step - origin < size.
    Part part(std::int64_t origin, std::int64_t step, std::int64_t count) const {
        const auto ceil = [step](std::int64_t v) { return v <= 0 ? 0 : (v + step - 1) / step; };
        const std::int64_t end = std::min(count, ceil(origin + size));
        return {std::min(ceil(origin), end), end};
    }
};

struct Window {
    WindowAxis y, x;
    std::uint64_t taps() const { return static_cast<std::uint64_t>(y.filter * x.filter); }
};

// How maps lie in memory: a version 4 model has its channels before its pixels, layers for the CPU target after them.
struct MapOrder {
    bool channels_last = false;

    std::uint32_t channels(const Shape& s) const { return s.dims[channels_last ? 3 : 1]; }
    std::uint32_t height(const Shape& s) const { return s.dims[channels_last ? 1 : 2]; }
    std::uint32_t width(const Shape& s) const { return s.dims[channels_last ? 2 : 3]; }
    Shape shape(std::uint32_t batch, std::uint32_t channels, std::uint32_t height, std::uint32_t width) const {
        return channels_last ? Shape{{batch, height, width, channels}} : Shape{{batch, channels, height, width}};
    }
    // Distances in elements.
    std::size_t channel_step(const Shape& s) const { return channels_last ? 1 : std::size_t{height(s)} * width(s); }
    std::size_t pixel_step(const Shape& s) const { return channels_last ? channels(s) : 1; }
    std::size_t row_step(const Shape& s) const { return pixel_step(s) * width(s); }
    std::size_t batch_step(const Shape& s) const { return std::size_t{channels(s)} * height(s) * width(s); }
};

}  // namespace k210::kmodel
