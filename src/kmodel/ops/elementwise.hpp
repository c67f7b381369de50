// Operators that make each output of one element, or of one of each input: neutral_kernels.h binary, quantized_binary,
// unary, quantize, dequantize, table_lookup1d, softmax; riscv/neutral_kernels.h [sdk].
// Spans hold at least what the shapes say.
#pragma once
#include <cstdint>
#include <span>

#include "kmodel/ops/arithmetic.hpp"
#include "kmodel/tensor.hpp"

namespace k210::kmodel {

enum class BinaryOp : std::uint32_t { add = 0, sub, mul, div, min, max };  // datatypes.h [sdk]

enum class UnaryOp : std::uint32_t {
    abs = 0,
    ceil,
    cos,
    exp,
    floor,
    log,
    neg,
    rsqrt,
    sin,
    square
};  // datatypes.h [sdk]
float unary(UnaryOp op, float v);
float binary(BinaryOp op, float a, float b);

// Inputs of size 1 in a dimension are the same along it.
struct Broadcast {
    Shape a, b, out;
};
void binary(BinaryOp op, const Broadcast& shapes, const Clamp& clamp, std::span<const float> a,
            std::span<const float> b, std::span<float> out);

struct QuantizedOperand {
    std::int32_t offset = 0;  // added before scaling
    Scale scale;
    std::int32_t operator()(std::uint8_t v) const { return scale(wrapping_add(v, offset)); }
};
struct QuantizedBinary {
    BinaryOp op = BinaryOp::add;
    QuantizedOperand a, b;
    Requantize requantize;
};
void binary(const QuantizedBinary& how, const Broadcast& shapes, std::span<const std::uint8_t> a,
            std::span<const std::uint8_t> b, std::span<std::uint8_t> out);

// The rest takes as many elements as `in` has.

void unary(UnaryOp op, std::span<const float> in, std::span<float> out);

// A byte stands for (byte - zero_point) / scale.
struct Quantization {
    std::int32_t zero_point = 0;
    float scale = 1;
};
// Not exactly zero at the zero point: the runtime subtracts a rounded zero_point / scale.
void dequantize(const Quantization& q, std::span<const std::uint8_t> in, std::span<float> out);
// Ties to even; but the last one of an odd number away from zero, as the runtime's code for that one has it.
void quantize(const Quantization& q, std::span<const float> in, std::span<std::uint8_t> out);

void look_up(std::span<const std::uint8_t, 256> table, std::span<const std::uint8_t> in, std::span<std::uint8_t> out);

// Over each run of `inner` elements.
void softmax(float beta, std::size_t inner, std::span<const float> in, std::span<float> out);

}  // namespace k210::kmodel
