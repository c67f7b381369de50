// Small version 4 models, one for each layer type, for a fuzz target to begin with.
// Layouts: nncase v0.2.0-beta4 src/common/include/runtime/model.h, neutral/neutral_ops_body.h, k210/k210_ops_body.h
// [sdk].
#pragma once
#include <cstdint>
#include <vector>

namespace k210 {

std::vector<std::vector<std::uint8_t>> v4_seeds();

}  // namespace k210
