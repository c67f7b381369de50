// zstd, of whole buffers.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace k210 {

std::vector<std::uint8_t> compress(std::span<const std::uint8_t> bytes);
// Throws InputError when it is nothing that compress() has made, or more than `most_bytes`.
std::vector<std::uint8_t> decompress(std::span<const std::uint8_t> bytes, std::size_t most_bytes);

}  // namespace k210
