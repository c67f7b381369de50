#include "kmodel/ops/elementwise.hpp"

#include <algorithm>
#include <array>

namespace k210::kmodel {
namespace {

// Distances between neighbours along each dimension of an input that is broadcast: none where its size is 1.
std::array<std::size_t, 4> steps(const Shape& shape) {
    std::array<std::size_t, 4> steps{};
    std::size_t step = 1;
    for (std::size_t d = 4; d-- > 0; step *= shape.dims[d]) steps[d] = shape.dims[d] == 1 ? 0 : step;
    return steps;
}

template <class T, class Op>
void broadcast(const Broadcast& shapes, std::span<const T> a, std::span<const T> b, std::span<T> out, const Op& op) {
    const auto a_steps = steps(shapes.a), b_steps = steps(shapes.b);
    const auto& n = shapes.out.dims;
    std::size_t to = 0;
    for (std::size_t i0 = 0; i0 < n[0]; ++i0)
        for (std::size_t i1 = 0; i1 < n[1]; ++i1)
            for (std::size_t i2 = 0; i2 < n[2]; ++i2) {
                const T* from_a = &a[i0 * a_steps[0] + i1 * a_steps[1] + i2 * a_steps[2]];
                const T* from_b = &b[i0 * b_steps[0] + i1 * b_steps[1] + i2 * b_steps[2]];
                for (std::size_t i3 = 0; i3 < n[3]; ++i3)
                    out[to++] = op(from_a[i3 * a_steps[3]], from_b[i3 * b_steps[3]]);
            }
}

std::int32_t quantized(BinaryOp op, std::int32_t a, std::int32_t b) {
    switch (op) {
        case BinaryOp::add: return wrapping_add(a, b);
        case BinaryOp::sub: return wrapping_subtract(a, b);
        case BinaryOp::mul: return wrapping_multiply(a, b);
        case BinaryOp::div: return divide(wrapping_add(a, b / 2), b);
        case BinaryOp::min: return std::min(a, b);
        case BinaryOp::max: break;
    }
    return std::max(a, b);
}

}  // namespace

float binary(BinaryOp op, float a, float b) {
    switch (op) {
        case BinaryOp::add: return a + b;
        case BinaryOp::sub: return a - b;
        case BinaryOp::mul: return a * b;
        case BinaryOp::div: return a / b;
        case BinaryOp::min: return minimum(a, b);
        case BinaryOp::max: break;
    }
    return maximum(a, b);
}

float unary(UnaryOp op, float v) {
    switch (op) {
        case UnaryOp::abs: return std::fabs(v);
        case UnaryOp::ceil: return std::ceil(v);
        case UnaryOp::cos: return cosine(v);
        case UnaryOp::exp: return exponential(v);
        case UnaryOp::floor: return std::floor(v);
        case UnaryOp::log: return logarithm(v);
        case UnaryOp::neg: return -v;
        case UnaryOp::rsqrt: return reciprocal_root(v);
        case UnaryOp::sin: return sine(v);
        case UnaryOp::square: break;
    }
    return v * v;
}

void binary(BinaryOp op, const Broadcast& shapes, const Clamp& clamp, std::span<const float> a,
            std::span<const float> b, std::span<float> out) {
    broadcast(shapes, a, b, out, [&](float x, float y) { return clamp(binary(op, x, y)); });
}

void binary(const QuantizedBinary& how, const Broadcast& shapes, std::span<const std::uint8_t> a,
            std::span<const std::uint8_t> b, std::span<std::uint8_t> out) {
    broadcast(shapes, a, b, out,
              [&how](std::uint8_t x, std::uint8_t y) { return how.requantize(quantized(how.op, how.a(x), how.b(y))); });
}

void unary(UnaryOp op, std::span<const float> in, std::span<float> out) {
    std::transform(in.begin(), in.end(), out.begin(), [op](float v) { return unary(op, v); });
}

void dequantize(const Quantization& q, std::span<const std::uint8_t> in, std::span<float> out) {
    const float step = 1.0f / q.scale;
    const float zero = static_cast<float>(wrapping_subtract(0, q.zero_point)) * step;
    std::array<float, 256> values{};
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = fused_multiply_add(static_cast<float>(i), step, zero);
    std::transform(in.begin(), in.end(), out.begin(), [&values](std::uint8_t v) { return values[v]; });
}

void quantize(const Quantization& q, std::span<const float> in, std::span<std::uint8_t> out) {
    const auto zero = static_cast<float>(q.zero_point);
    for (std::size_t i = 0; i < in.size(); ++i) {
        const float v = fused_multiply_add(in[i], q.scale, zero);
        const bool last_odd = i + 1 == in.size() && in.size() % 2 == 1;
        out[i] = to_byte(last_odd ? std::round(v) : std::nearbyint(v));
    }
}

void look_up(std::span<const std::uint8_t, 256> table, std::span<const std::uint8_t> in, std::span<std::uint8_t> out) {
    std::transform(in.begin(), in.end(), out.begin(), [table](std::uint8_t v) { return table[v]; });
}

void softmax(float beta, std::size_t inner, std::span<const float> in, std::span<float> out) {
    for (std::size_t first = 0; first < in.size(); first += inner) {
        const auto from = in.subspan(first, inner);
        const auto to = out.subspan(first, inner);
        const float highest = *std::max_element(from.begin(), from.end());
        float sum = 0;
        for (std::size_t i = 0; i < inner; ++i) sum += to[i] = exponential((from[i] - highest) * beta);
        for (float& v : to) v /= sum;
    }
}

}  // namespace k210::kmodel
