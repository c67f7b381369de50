// Products of matrices: neutral_kernels.h matmul, quantized_matmul [sdk]. b lies [a's column][b's column], and a bias
// of b's columns begins each sum. Spans hold at least what the sizes say.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "kmodel/ops/arithmetic.hpp"

namespace k210::kmodel {

struct MatrixSizes {
    std::size_t a_rows = 1, a_columns = 1, b_columns = 1;
    std::uint64_t macs() const { return std::uint64_t{a_rows} * a_columns * b_columns; }
};

struct MatrixProduct {
    MatrixSizes sizes;
    std::vector<float> bias;
    Clamp clamp;
};
void multiply(const MatrixProduct& m, std::span<const float> a, std::span<const float> b, std::span<float> out);

struct QuantizedMatrixProduct {
    MatrixSizes sizes;
    std::vector<std::int32_t> bias;
    std::int32_t a_offset = 0, b_offset = 0;  // added before multiplying
    Requantize requantize;
};
void multiply(const QuantizedMatrixProduct& m, std::span<const std::uint8_t> a, std::span<const std::uint8_t> b,
              std::span<std::uint8_t> out);

}  // namespace k210::kmodel
