// How a script that was entered at MicroPython's prompt has ended.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace k210 {

struct ScriptException {
    std::string what;       // as in "NameError: name 'x' isn't defined"
    std::string traceback;  // all of it, what() included, with plain line ends
};

// When a traceback is the last thing that was said before the prompt that ends `said`.
std::optional<ScriptException> exception_before_prompt(std::string_view said);

}  // namespace k210
