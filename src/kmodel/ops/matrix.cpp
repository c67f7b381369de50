#include "kmodel/ops/matrix.hpp"

namespace k210::kmodel {
namespace {

// A row of sums at a time, so that the innermost loop goes along b's rows.
template <class T, class Sum, class MultiplyAdd, class Finish>
void multiply_rows(const MatrixSizes& n, std::span<const T> a, std::span<const T> b, const std::vector<Sum>& bias,
                   std::span<T> out, const MultiplyAdd& multiply_add, const Finish& finish) {
    std::vector<Sum> sums(n.b_columns);
    for (std::size_t row = 0; row < n.a_rows; ++row) {
        sums = bias;
        for (std::size_t i = 0; i < n.a_columns; ++i) {
            const T left = a[row * n.a_columns + i];
            const T* right = &b[i * n.b_columns];
            for (std::size_t x = 0; x < n.b_columns; ++x) sums[x] = multiply_add(sums[x], left, right[x]);
        }
        for (std::size_t x = 0; x < n.b_columns; ++x) out[row * n.b_columns + x] = finish(sums[x]);
    }
}

}  // namespace

void multiply(const MatrixProduct& m, std::span<const float> a, std::span<const float> b, std::span<float> out) {
    multiply_rows(
        m.sizes, a, b, m.bias, out, [](float sum, float x, float y) { return fused_multiply_add(x, y, sum); }, m.clamp);
}

void multiply(const QuantizedMatrixProduct& m, std::span<const std::uint8_t> a, std::span<const std::uint8_t> b,
              std::span<std::uint8_t> out) {
    multiply_rows(
        m.sizes, a, b, m.bias, out,
        [&m](std::int32_t sum, std::uint8_t x, std::uint8_t y) {
            return wrapping_add(sum, wrapping_multiply(wrapping_add(x, m.a_offset), wrapping_add(y, m.b_offset)));
        },
        m.requantize);
}

}  // namespace k210::kmodel
