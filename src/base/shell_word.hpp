// Words as a shell takes them.
#pragma once
#include <string>
#include <string_view>

namespace k210 {

// In quotes where it needs them.
std::string shell_word(std::string_view word);

}  // namespace k210
