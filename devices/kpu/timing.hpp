// How long the KPU takes for a layer, in cycles of its clock. No official formula is known; these are fits to timings
// that others published of real boards (KPU at 400 MHz inferred, at 300 MHz stated) [measured]:
//   nncase issue 77, 23 layers of a YOLOv2 face detector: dense layers within 0.5 %, depthwise within 4 %;
//   bbs.sipeed.com topic 691, 3x3 128-to-128 channels over ten sizes: within 10 % from 32x32 on, up to 30 % short
//   below.
#pragma once
#include <cstdint>

#include "kpu/layer.hpp"

namespace k210 {

// From the last argument word to the output in AI RAM. Includes what a driver spends between layers (interrupt handler,
// filling the FIFO): the published figures do, and it cannot be told apart.
std::uint64_t kpu_layer_cycles(const KpuLayer& layer);

// On top of that when the output also leaves through the data FIFO. One measured point, 9000 bytes in about 0.14 ms.
std::uint64_t kpu_data_out_cycles(const KpuLayer& layer);

}  // namespace k210
