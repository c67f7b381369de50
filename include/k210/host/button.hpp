// The buttons that boards have.
#pragma once
#include <cstddef>
#include <cstdint>

namespace k210 {

enum class Button : std::uint8_t { boot, a, b, reset };  // reset pulls the chip's reset pin, the others some pad
inline constexpr std::size_t kButtons = 4;

}  // namespace k210
