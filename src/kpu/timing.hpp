// How long the KPU takes for a layer, in cycles of its clock. No official formula is known; this one is fitted to
// timings that others published of real boards [measured]:
//   nncase issue 77, 23 layers of a YOLOv2 face detector, 8-bit weights, KPU at 400 MHz (inferred): every dense layer
//   within 0.4 %, depthwise ones within 4 %;
//   bbs.sipeed.com topic 691, 3x3 kernels, 128 to 128 channels, 16-bit weights, ten sizes, KPU at 300 MHz: each within
//   2.2 %.
// The constants are in k210/sim/cost_model.hpp.
//
// For every output channel the KPU goes over the input maps a line of 64 bytes a cycle, whatever the kernel, then
// writes its map back. Weights come from memory at about 3 bytes a cycle while other channels compute, and each
// channel's are passed on to the multipliers before it starts. The published figures include what a driver spends
// between layers, cost::kKpuDriver; these do not.
#pragma once
#include <cstdint>

#include "kpu/layer.hpp"

namespace k210 {

struct KpuLayerTime {
    std::uint64_t setup_cycles = 0;
    std::uint64_t compute_cycles = 0;
    std::uint64_t weight_load_cycles = 0;  // as far as computing does not hide it
    std::uint64_t data_out_cycles = 0;     // when the output also leaves through the data FIFO
    std::uint64_t total_cycles() const { return setup_cycles + compute_cycles + weight_load_cycles + data_out_cycles; }
    bool operator==(const KpuLayerTime&) const = default;
};

// From the last argument word to the output in AI RAM.
KpuLayerTime kpu_layer_time(const KpuLayer& layer);

}  // namespace k210
