// How large a model may be. No K210 could hold or finish one beyond this; a file that claims more is refused before it
// costs the host memory or time.
#pragma once
#include <cstddef>
#include <cstdint>

namespace k210::kmodel {

inline constexpr std::size_t kMaxLayers = 4096;
inline constexpr std::size_t kMaxMainMemoryBytes = 64u << 20;  // ten times the chip's
// Of the whole model: a third of a second of the KPU, some minutes of a hart.
inline constexpr std::uint64_t kMaxKpuMacs = std::uint64_t{1} << 36;
inline constexpr std::uint64_t kMaxCpuOperations = std::uint64_t{1} << 33;

// Real files end this much before their last declared layer or block does.
inline constexpr std::size_t kMissingBytes = 4;

}  // namespace k210::kmodel
