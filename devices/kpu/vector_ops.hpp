// The inner loops of the fast kernel, once per instruction set that Highway knows and the compiler can make.
// Pixels lie in cells of 32 bits, so that one vector instruction multiplies and adds several values per pixel: four
// bytes where there is a byte dot product (AVX-512 VNNI), two halfwords elsewhere. Byte dot products take one signed
// operand: there pixels are stored as x - 128, and the caller starts sums at 128 * S(w).
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kpu/fold.hpp"

namespace k210 {

// Loops run in whole vectors: buffers have so many elements more than are asked for.
inline constexpr std::size_t kKpuVectorSlack = 256;
inline constexpr std::size_t kKpuMaxRows = 8;

// Sums of up to eight weight rows over consecutive pixels: sum[r][p] = start[r] + S(cells[offset[k] + p] .
// weight[k][r]). Exact: the largest sum, 9 * 1024 products of two bytes, is below 2^30, and so is 128 * S(w).
struct KpuProducts {
    const std::uint32_t* cells;
    std::span<const std::uint32_t> offsets;  // of each step k, in cells
    const std::uint32_t* weights;            // [step][packed_rows]
    std::size_t packed_rows;
    std::size_t rows;  // of those, from the first
    const std::int32_t* start;
    std::size_t pixels;
    std::int32_t* sums;  // [row][sums_stride]
    std::size_t sums_stride;
};

struct KpuVectorOps {
    const char* name;
    std::size_t cell_values;

    // Fills cells from as many byte planes as a cell has values, those of four given first.
    void (*pack)(const std::array<const std::uint8_t*, 4>& planes, std::size_t pixels, std::uint32_t* cells);
    void (*multiply)(const KpuProducts& products);
    // terms[p] = sums[p] * factor >> shift, modulo 2^32. shift is below 32.
    void (*scale)(const std::int32_t* sums, std::size_t pixels, std::int32_t factor, unsigned shift,
                  std::int32_t* terms);
    // What KpuFoldedChannel says, for every pixel; terms may be null.
    void (*activate)(const std::int32_t* sums, const std::int32_t* terms, std::size_t pixels,
                     const KpuFoldedChannel& channel, const KpuFoldedActivation& activation, std::uint8_t* out);
    // One row of 2x2 maxima with stride 2.
    void (*max_2x2)(const std::uint8_t* top, const std::uint8_t* bottom, std::size_t pooled, std::uint8_t* out);
};

// Those the host can run, the best first; none on a host without vectors.
std::span<const KpuVectorOps* const> kpu_vector_ops();

}  // namespace k210
