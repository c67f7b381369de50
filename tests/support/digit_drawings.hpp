// Digits in another hand than the one that the demo's model has learned from: of arcs and straight lines, on paper or
// a board, askew, unevenly lit, noisy.
#pragma once
#include <cstdint>

#include "k210/host/picture.hpp"

namespace k210 {

// 320x240; the same seed always gives the same picture.
Picture draw_digit(unsigned digit, std::uint32_t seed);

}  // namespace k210
