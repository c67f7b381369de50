// oneDNN's int8 convolution, a rival for the multiplying: bytes times signed bytes into raw 32-bit sums, on one thread,
// weights and maps in the layouts it likes best. It does none of the KPU's batch normalisation, activation, pooling
// and packing.
#pragma once
#include <functional>

#include "work.hpp"

namespace k210::bench {

#ifdef K210_ONEDNN
inline constexpr bool kHaveOneDnn = true;
std::function<void()> onednn_convolution(const LayerShape& shape);
#else
inline constexpr bool kHaveOneDnn = false;
inline std::function<void()> onednn_convolution(const LayerShape&) {
    return [] {};
}
#endif

}  // namespace k210::bench
