// A kmodel's layer on the KPU, whatever the version: what it is called, costs and touches.
#pragma once
#include <cstdint>
#include <string>

#include "kmodel/reader.hpp"
#include "kmodel/summary.hpp"
#include "kpu/layer.hpp"

namespace k210::kmodel {

std::uint64_t kpu_weight_bytes(const KpuLayer& layer, bool eight_bit_weights);
std::uint64_t kpu_macs(const KpuLayer& layer);
// The first line of AI RAM after a map.
std::uint64_t kpu_map_end_line(std::uint32_t first_line, const KpuMapLayout& layout, const KpuShape& shape);
std::uint64_t kpu_map_lines(const KpuLayer& layer);  // that its input and output cover together
std::string kpu_kind(const KpuLayer& layer);         // "KPU conv 3x3, max pool 2x2"

// Throws, pointing at `at`, unless the layer's maps lie in AI RAM and its parameters in the file. The layer's three
// addresses are offsets into the file.
void check_kpu_layer(const Reader& reader, std::size_t at, const KpuLayer& layer, bool eight_bit_weights);

// What `layer` says of itself: kind, shapes, costs, and AI RAM's peak.
void describe_kpu_layer(const KpuLayer& layer, bool eight_bit_weights, LayerSummary& summary, ModelSummary& model);
Shape shape_of(const KpuShape& shape);

}  // namespace k210::kmodel
