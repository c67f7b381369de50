// Keys of a window that type nothing: they are for the board's buttons, and for its owner.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace k210 {

enum class FunctionKey : std::uint8_t {
    f1,
    f2,
    f3,
    f4,
    f5,
    f6,
    f7,
    f8,
    f9,
    f10,
    f11,
    f12,
    page_down,
    page_up,
    insert,
    scroll_lock
};
inline constexpr std::size_t kFunctionKeys = 16;

std::string_view to_string(FunctionKey key);  // "F1", "PgDn"

}  // namespace k210
