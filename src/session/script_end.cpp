#include "session/script_end.hpp"

#include "session/transcript.hpp"

namespace k210 {
namespace {

constexpr std::string_view kTraceback = "Traceback (most recent call last):";

// Takes the first line off, without its end.
std::string_view take_line(std::string_view& text) {
    const auto end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

}  // namespace

std::optional<ScriptException> exception_before_prompt(std::string_view said) {
    if (!said.ends_with(kPrompt)) return {};
    said.remove_suffix(kPrompt.size());
    const auto traceback = said.rfind(kTraceback);
    if (traceback == std::string_view::npos) return {};
    said.remove_prefix(traceback);
    std::string_view line;
    std::string all;
    do {
        line = take_line(said);
        all += std::string(line) + '\n';
    } while (!said.empty() && (line == kTraceback || line.starts_with(' ')));
    if (line == kTraceback || line.starts_with(' ') || line.empty()) return {};
    // A script that has caught it goes on and says more.
    while (!said.empty())
        if (!take_line(said).empty()) return {};
    return ScriptException{std::string(line), all};
}

}  // namespace k210
