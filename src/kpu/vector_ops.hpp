// The inner loops of the fast kernel, once per instruction set that Highway knows and the compiler can make.
//
// Dense layers: pixels lie in cells of 32 bits, so that one vector instruction multiplies and adds several channels of
// each pixel: four bytes where there is a byte dot product (AVX-512 VNNI), two halfwords elsewhere. Depthwise layers
// read their input's bytes. Byte dot products take one signed operand: there pixels are x - 128 from the beginning
// (x ^ flip), and sums start at 128 * S(w).
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kpu/fold.hpp"
#include "kpu/layer.hpp"

namespace k210 {

// Loops run in whole vectors: buffers have so many elements more than are asked for.
inline constexpr std::size_t kKpuVectorSlack = 256;
inline constexpr std::size_t kKpuMaxRows = 8;
inline constexpr std::size_t kKpuChunkPixels = 480;  // whose sums stay in the first-level cache
inline constexpr std::size_t kKpuSumsStride = kKpuChunkPixels + kKpuVectorSlack;  // from row to row

// Sums of up to eight weight rows over consecutive pixels: start[r] + terms[p] + S(cells[offset[k] + p] .
// weights[k][r]). Exact: the largest sum, 9 * 1024 products of two bytes, is below 2^30, and so is 128 * S(w).
struct KpuProducts {
    const std::uint32_t* cells;
    std::span<const std::uint32_t> offsets;  // of each step k, in cells
    const std::uint32_t* weights;            // [step][kKpuMaxRows]
    std::size_t rows;                        // of those, from the first
    const std::int32_t* start;
    const std::int32_t* terms;  // may be null
    std::size_t pixels;
    const KpuFloatNorm* norms;  // of each row; may be null
    std::int32_t* sums;         // [row][kKpuSumsStride]: the sums themselves, without norms
    float* values;              // [row][kKpuSumsStride]: what norms make of them
};

// One channel of a depthwise layer: the sum of its products for each byte of the weights, and S(x).
struct KpuDepthwiseProducts {
    const std::uint8_t* plane;  // its map with the border; row_stride bytes from row to row
    std::size_t row_stride, side;
    const std::uint32_t* weights;  // [byte][kernel row][step], as many values in each as in a cell
    std::size_t weight_bytes;
    std::array<std::int32_t, 3> start;  // of the sum for each byte; of S(x)
    std::size_t pixels;
    const KpuFloatNorm* norm;  // may be null; for weights of one byte
    float input_scale;
    std::int32_t* sums;  // [row][kKpuSumsStride], without norm: each byte's, then S(x)
    float* values;       // what norm makes of the sum plus floor(S(x) * input_scale), which must be below 2^22
};

struct KpuVectorOps {
    const char* name;
    std::size_t cell_values;
    std::uint8_t flip;

    // Rows of bytes, `flip` applied. All but the last one may run over their end by kKpuVectorSlack: what follows in
    // memory comes later.
    void (*copy_rows)(const std::uint8_t* from, std::size_t from_stride, std::uint8_t* to, std::size_t to_stride,
                      std::size_t width, std::size_t rows, std::uint8_t flip);
    // Fills cells from as many byte planes as a cell has values, those of four given first.
    void (*pack)(const std::array<const std::uint8_t*, 4>& planes, std::size_t pixels, std::uint32_t* cells);
    void (*multiply)(const KpuProducts& products);
    void (*multiply_depthwise)(const KpuDepthwiseProducts& products);
    // terms[p] = sums[p] * factor >> shift, modulo 2^32. shift is below 32.
    void (*scale)(const std::int32_t* sums, std::size_t pixels, std::int32_t factor, unsigned shift,
                  std::int32_t* terms);
    // In double precision, what KpuFoldedChannel says of low + 256 * high + floor(inputs * input_scale); high and
    // inputs may be null.
    void (*normalise)(const std::int32_t* low, const std::int32_t* high, const std::int32_t* inputs, double input_scale,
                      std::size_t pixels, const KpuFoldedChannel& channel, const KpuFoldedActivation& activation,
                      float* values);
    // Leaves what follows the pixels as it is.
    void (*activate)(const float* values, std::size_t pixels, const KpuFoldedActivation& activation, std::uint8_t* out);
    // Rows of a pooled map, whose windows lie inside `plane`. They may run over their end as in copy_rows.
    void (*pool)(KpuPool pool, const std::uint8_t* plane, std::size_t row_stride, std::uint8_t* pooled,
                 std::size_t pooled_width, std::size_t pooled_height);
};

// Those the host can run, the best first; none on a host without vectors.
std::span<const KpuVectorOps* const> kpu_vector_ops();

}  // namespace k210
