// What in a layer's argument words leaves the known: fields that no compiler seen sets (or clears), values beyond what
// compilers keep to, spare bits. Such a layer is computed as well as can be guessed, and every finding is logged.
// What compilers write: nncase v0.2.0-beta4 src/codegen/ops/k210/k210_ops.cpp:84-162 and, for their limits,
// src/transforms/include/hlir/transforms/k210/kpu_utils.h:22-31; Kendryte's model compiler k210_layer.py,
// k210_layer_to_c_code.py [sdk].
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "kpu/layer.hpp"

namespace k210 {

struct KpuUnverified {
    std::string_view field;  // as the SDK spells it
    std::uint64_t value;     // as it stands in the word
    std::string_view note;   // what is made of it
    bool operator==(const KpuUnverified&) const = default;
};
std::vector<KpuUnverified> kpu_unverified_fields(const KpuLayer& layer, bool eight_bit_mode);
std::vector<KpuUnverified> kpu_unverified_spare_bits(const KpuLayerWords& words);

}  // namespace k210
