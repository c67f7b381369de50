// Characters that are hard to type in a shell.
#pragma once
#include <string>
#include <string_view>

namespace k210::app {

// C-style escapes (\n \r \t \\ \xNN) in what --type was given. Throws InputError.
std::string unescape(std::string_view text);

}  // namespace k210::app
