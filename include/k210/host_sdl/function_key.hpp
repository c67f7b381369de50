// Keys of a window that type nothing: they are for the board's buttons.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace k210 {

enum class FunctionKey : std::uint8_t { f1, f2, f3, f4, f5, f6, f7, f8 };
inline constexpr std::size_t kFunctionKeys = 8;

std::string_view to_string(FunctionKey key);  // "F1"

}  // namespace k210
