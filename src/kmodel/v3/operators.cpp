#include "kmodel/v3/operators.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace k210::kmodel::v3 {
namespace {

// In double precision, rounded: what hosts' own expf() return differs.
float exponential(float v) {
    return static_cast<float>(std::exp(static_cast<double>(v)));
}

// kpu_carry_shift: half is rounded away from zero, negative values one further still.
std::int64_t shift_with_carry(std::int64_t value, std::int32_t shift) {
    if (shift <= 0) return value;
    value >>= shift - 1;
    const bool carry = value & 1;
    value >>= 1;
    return carry ? value + (value < 0 ? -1 : 1) : value;
}

// As the chip's integers do.
std::int64_t wrapping_mul(std::int64_t a, std::int64_t b) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
}
std::int64_t wrapping_add(std::int64_t a, std::int64_t b) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

// Visits what each window covers, window by window: begin(), take(input index), end(output index).
template <class Begin, class Take, class End>
void for_windows(const Pool& p, const Begin& begin, const Take& take, const End& end) {
    const auto from = [](std::int64_t origin) { return std::max<std::int64_t>(0, -origin); };
    const auto to = [](std::int64_t origin, std::uint32_t kernel, std::uint32_t size) {
        return std::min<std::int64_t>(kernel, std::int64_t{size} - origin);
    };
    std::size_t out = 0;
    for (std::size_t channel = 0; channel < p.out.channels; ++channel)
        for (std::int64_t y = 0; y < p.out.height; ++y)
            for (std::int64_t x = 0; x < p.out.width; ++x) {
                const std::int64_t left = x * p.stride_width - p.padding_width;
                const std::int64_t top = y * p.stride_height - p.padding_height;
                begin();
                for (std::int64_t ky = from(top); ky < to(top, p.kernel_height, p.in.height); ++ky)
                    for (std::int64_t kx = from(left); kx < to(left, p.kernel_width, p.in.width); ++kx)
                        take((channel * p.in.height + static_cast<std::size_t>(top + ky)) * p.in.width +
                             static_cast<std::size_t>(left + kx));
                end(out++);
            }
}

void move_element(Bytes in, Bytes out, std::size_t from, std::size_t to, std::size_t element_bytes) {
    for (std::size_t i = 0; i < element_bytes; ++i) out[to * element_bytes + i] = in[from * element_bytes + i];
}

}  // namespace

void add(Floats a, Floats b, Floats out) {
    for (std::size_t i = 0; i < out.size(); ++i) out.set(i, a[i] + b[i]);
}

void quantized_add(Bytes a, Bytes b, Bytes out, const Scale& scale_a, const Scale& scale_b, const Scale& scale_out) {
    const bool together = scale_a.shift == scale_b.shift;  // then the sum is shifted, not its parts
    const auto scaled = [](std::uint8_t v, const Scale& s) { return (std::int64_t{v} + s.offset) * s.mul; };
    const std::size_t count = std::min({a.size(), b.size(), out.size()});
    // The runner reads eight of each before it writes eight.
    for (std::size_t first = 0; first < count; first += 8) {
        std::array<std::uint8_t, 8> results{};
        const std::size_t eight = std::min<std::size_t>(8, count - first);
        for (std::size_t i = 0; i < eight; ++i) {
            const std::int64_t x = scaled(a[first + i], scale_a), y = scaled(b[first + i], scale_b);
            const std::int64_t sum =
                together ? wrapping_add(x, y) >> scale_a.shift : wrapping_add(x >> scale_a.shift, y >> scale_b.shift);
            const std::int64_t v = shift_with_carry(wrapping_mul(sum, scale_out.mul), scale_out.shift);
            results[i] = static_cast<std::uint8_t>(std::clamp<std::int64_t>(wrapping_add(v, scale_out.offset), 0, 255));
        }
        std::copy_n(results.begin(), eight, out.subspan(first).begin());
    }
}

void global_average_pool(Floats in, Floats out, std::size_t kernel_size) {
    for (std::size_t c = 0; c < out.size(); ++c) {
        float sum = 0;
        for (std::size_t i = 0; i < kernel_size; ++i) sum += in[c * kernel_size + i];
        out.set(c, sum / static_cast<float>(kernel_size));
    }
}

void global_max_pool(Floats in, Floats out, std::size_t kernel_size) {
    for (std::size_t c = 0; c < out.size(); ++c) {
        float value = std::numeric_limits<float>::lowest();
        for (std::size_t i = 0; i < kernel_size; ++i) value = std::max(value, in[c * kernel_size + i]);
        out.set(c, value);
    }
}

void global_average_pool(Bytes in, Bytes out, std::size_t kernel_size) {
    for (std::size_t c = 0; c < out.size(); ++c) {
        std::uint64_t sum = 0, count = 0;
        for (std::size_t i = 0; i < kernel_size; ++i, ++count) sum += in[c * kernel_size + i];
        out[c] = static_cast<std::uint8_t>(count == 0 ? 0 : sum / count);
    }
}

void global_max_pool(Bytes in, Bytes out, std::size_t kernel_size) {
    for (std::size_t c = 0; c < out.size(); ++c) {
        std::uint8_t value = 0;
        for (std::size_t i = 0; i < kernel_size; ++i) value = std::max(value, in[c * kernel_size + i]);
        out[c] = value;
    }
}

void average_pool(Floats in, Floats out, const Pool& pool) {
    float sum = 0, count = 0;
    for_windows(
        pool, [&] { sum = count = 0; },
        [&](std::size_t i) {
            sum += in[i];
            ++count;
        },
        [&](std::size_t i) { out.set(i, sum / count); });
}

void max_pool(Floats in, Floats out, const Pool& pool) {
    float value = 0;
    for_windows(
        pool, [&] { value = std::numeric_limits<float>::lowest(); },
        [&](std::size_t i) { value = std::max(value, in[i]); }, [&](std::size_t i) { out.set(i, value); });
}

void average_pool(Bytes in, Bytes out, const Pool& pool) {
    std::uint32_t sum = 0, count = 0;
    for_windows(
        pool, [&] { sum = count = 0; },
        [&](std::size_t i) {
            sum += in[i];
            ++count;
        },
        [&](std::size_t i) { out[i] = static_cast<std::uint8_t>(count == 0 ? 0 : sum / count); });
}

void max_pool(Bytes in, Bytes out, const Pool& pool) {
    std::uint8_t value = 0;
    for_windows(
        pool, [&] { value = 0; }, [&](std::size_t i) { value = std::max(value, in[i]); },
        [&](std::size_t i) { out[i] = value; });
}

void quantize(Floats in, Bytes out, const Quantization& q) {
    const float scale = 1.0f / q.scale;
    for (std::size_t i = 0; i < out.size(); ++i) {
        const float v = std::round((in[i] - q.bias) * scale);
        out[i] = static_cast<std::uint8_t>(v < 0 ? 0.0f : v < 255 ? v : 255.0f);  // NaN becomes the largest integer
    }
}

void dequantize(Bytes in, Floats out, const Quantization& q) {
    for (std::size_t i = 0; i < out.size(); ++i) out.set(i, std::fma(static_cast<float>(in[i]), q.scale, q.bias));
}

void channelwise_dequantize(Bytes in, Floats out, std::span<const Quantization> by_channel) {
    for (std::size_t c = 0, i = 0; c < by_channel.size(); ++c)
        for (const std::size_t end = out.size() / by_channel.size() * (c + 1); i < end; ++i)
            out.set(i, std::fma(static_cast<float>(in[i]), by_channel[c].scale, by_channel[c].bias));
}

void requantize(Bytes in, Bytes out, std::span<const std::uint8_t, 256> table) {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = table[in[i]];
}

void l2_normalize(Floats in, Floats out) {
    float sum = 0;
    for (std::size_t i = 0; i < out.size(); ++i) sum = std::fma(in[i], in[i], sum);
    constexpr float kEpsilon = 1e-10f;
    if (sum < kEpsilon) sum = kEpsilon;
    const float scale = 1.0f / std::sqrt(sum);
    for (std::size_t i = 0; i < out.size(); ++i) out.set(i, in[i] * scale);
}

void softmax(Floats in, Floats out) {
    float max = std::numeric_limits<float>::min();  // the runner's FLT_MIN: the smallest positive number
    for (std::size_t i = 0; i < out.size(); ++i) max = std::fmax(max, in[i]);
    float sum = 0;
    for (std::size_t i = 0; i < out.size(); ++i) {
        const float value = exponential(in[i] - max);
        sum += value;
        out.set(i, value);
    }
    for (std::size_t i = 0; i < out.size(); ++i) out.set(i, out[i] / sum);
}

void logistic(Floats in, Floats out) {
    for (std::size_t i = 0; i < out.size(); ++i) out.set(i, 1.0f / (1.0f + exponential(-in[i])));
}

void fully_connected(Floats in, Floats out, ConstFloats weights, Activation activation) {
    for (std::size_t o = 0; o < out.size(); ++o) {
        float sum = 0;
        for (std::size_t i = 0; i < in.size(); ++i) sum = std::fma(in[i], weights[o * in.size() + i], sum);
        out.set(o, sum + weights[out.size() * in.size() + o]);
    }
    if (activation != Activation::relu && activation != Activation::relu6) return;
    for (std::size_t o = 0; o < out.size(); ++o) {
        const float v = out[o] > 0 ? out[o] : 0.0f;  // NaN becomes 0
        out.set(o, activation == Activation::relu6 && !(v < 6) ? 6.0f : v);
    }
}

void flatten(Bytes in, Bytes out, const KpuShape& shape, std::size_t element_bytes) {
    const std::size_t plane = shape.plane_bytes();
    for (std::size_t i = 0; i < plane; ++i)
        for (std::size_t c = 0; c < shape.channels; ++c)
            move_element(in, out, c * plane + i, i * shape.channels + c, element_bytes);
}

void resize_nearest(Bytes in, Bytes out, const KpuShape& in_shape, const KpuShape& out_shape,
                    std::size_t element_bytes) {
    const auto scale = [](std::uint32_t from, std::uint32_t to) {
        return static_cast<float>(from) / static_cast<float>(to);
    };
    const auto source = [](std::uint32_t at, float by, std::uint32_t size) {
        const float position = std::floor(static_cast<float>(at) * by);
        return static_cast<std::size_t>(std::min(position, static_cast<float>(size - 1)));
    };
    const float height_scale = scale(in_shape.height, out_shape.height);
    const float width_scale = scale(in_shape.width, out_shape.width);
    std::size_t to = 0;
    for (std::size_t c = 0; c < in_shape.channels; ++c)
        for (std::uint32_t y = 0; y < out_shape.height; ++y) {
            const std::size_t row = (c * in_shape.height + source(y, height_scale, in_shape.height)) * in_shape.width;
            for (std::uint32_t x = 0; x < out_shape.width; ++x)
                move_element(in, out, row + source(x, width_scale, in_shape.width), to++, element_bytes);
        }
}

}  // namespace k210::kmodel::v3
