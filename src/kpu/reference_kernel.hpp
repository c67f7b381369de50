// The KPU's arithmetic stated once, plainly: what one layer computes. Any faster kernel must equal it bit for bit.
//
// For each output channel and pixel, over the 1 or 3x3 taps of every input channel (depthwise: of its own only),
// pixels outside the map reading as pad_value:
//     sum  = S(x*w) + (arg_x*S(x) >> shr_x) + (arg_w*S(w) >> shr_w) + arg_add * input channels summed over
//     v    = (sum * norm_mul >> norm_shift) + norm_add
//     y    = round((v - x_start) * y_mul / 2^shift_number) + result_bias, clamped to 0..255
// with the last of the 16 activation segments whose x_start is below v, and ties rounded to even. Then pooling.
// The convolution has stride 1 and keeps the size; strides are pooling.
//
// Source: nncase v0.2.0-beta4 src/common/include/kernels/k210/k210_kernels.h:108-292, the compiler's own simulator
// [sdk]; detections on annotated pictures and two real boards agree with it. [assumed]: sums are exact (the chip is
// said to hold 36 bits; no known model gets there); a v below every x_start takes the first segment; negative products
// round to even like positive ones.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "kpu/layer.hpp"
#include "kpu/parameters.hpp"

namespace k210 {

// The layer's output map, planar: channel by channel, row by row, no padding. Empty when the layer's maps do not fit
// AI RAM. Reads all of the input before anything could be written, so maps may overlap.
std::vector<std::uint8_t> kpu_compute_reference(const KpuLayer& layer, bool eight_bit_mode,
                                                std::span<const std::uint8_t, kAiRamBytes> ai_ram,
                                                KpuParameterSource& source);

// Packs an output map into AI RAM. Bytes between rows and channels keep what they held.
void kpu_write_back(const KpuLayer& layer, std::span<const std::uint8_t> planar,
                    std::span<std::uint8_t, kAiRamBytes> ai_ram);

// Unpacks `shape` from AI RAM.
std::vector<std::uint8_t> kpu_read_map(std::uint32_t first_line, const KpuMapLayout& layout, const KpuShape& shape,
                                       std::span<const std::uint8_t, kAiRamBytes> ai_ram);
void kpu_write_map(std::uint32_t first_line, const KpuMapLayout& layout, const KpuShape& shape,
                   std::span<const std::uint8_t> planar, std::span<std::uint8_t, kAiRamBytes> ai_ram);

// What send_data_out puts into the data FIFO: the planar map, dma_total_byte + 1 bytes of it, filled up with zeros to
// whole 64-bit words. With full_add one word for each channel, the sum of its map [assumed]: the SDK fetches as many
// (kpu.c:425-444), and no compiler uses it.
std::vector<std::uint8_t> kpu_data_out(const KpuLayer& layer, std::span<const std::uint8_t> planar);

// Steps of the arithmetic, for those who want them alone.
std::uint8_t kpu_activate(const KpuActivation& activation, const KpuBatchNorm& norm, std::int64_t sum);
void kpu_pool(KpuPool pool, std::span<const std::uint8_t> plane, std::uint32_t width, std::uint32_t height,
              std::span<std::uint8_t> pooled, std::uint32_t pooled_width, std::uint32_t pooled_height);

}  // namespace k210
