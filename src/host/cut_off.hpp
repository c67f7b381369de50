// Whether a picture's file ends before its pixels do. Decoders fill up what is missing, each in its own way.
#pragma once
#include <cstdint>
#include <span>

namespace k210 {

// Of BMP, GIF, PPM and PGM; in other formats the decoder notices.
bool is_cut_off(std::span<const std::uint8_t> picture);

}  // namespace k210
