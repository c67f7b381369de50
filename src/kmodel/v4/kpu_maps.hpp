// Maps in AI RAM as version 4 models leave them there: packed, one batch after the other.
#pragma once
#include <cstdint>
#include <span>

#include "kmodel/v4/body_reader.hpp"
#include "kmodel/v4/memory.hpp"

namespace k210::kmodel::v4 {

KpuShape map_of(const Shape& shape);          // of one batch
std::uint32_t lines_of(const KpuShape& map);  // that it takes
// Throws, pointing at `at`, unless all batches fit into AI RAM.
void require_maps(const BodyReader& in, std::size_t at, std::uint32_t line, const Shape& shape);
void require_maps(const BodyReader& in, const Range& range, const Shape& shape);

void upload_maps(Memory& m, std::uint32_t line, const Shape& shape, std::span<const std::uint8_t> planar);
void download_maps(Memory& m, std::uint32_t line, const Shape& shape, std::span<std::uint8_t> planar);

}  // namespace k210::kmodel::v4
