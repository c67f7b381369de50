#pragma once
#include <cstddef>
#include <string_view>

namespace k210 {

// Bytes of the printable character, in UTF-8, that `text` has at `at`; 0 when there is none.
std::size_t printable_character_at(std::string_view text, std::size_t at);

}  // namespace k210
