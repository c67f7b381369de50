// How a script that was entered at MicroPython's prompt has ended.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace k210 {

// The exception, as in "NameError: name 'x' isn't defined", when a traceback is the last thing that was said before
// the prompt that ends `said`.
std::optional<std::string> exception_before_prompt(std::string_view said);

}  // namespace k210
