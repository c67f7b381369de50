// The command that `k210emu test` names to give a failed scenario's run again.
#pragma once
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace k210 {

// The arguments on the first line "replay: k210emu ..."; those without a space in them.
inline std::vector<std::string> replay_arguments(const std::string& out) {
    constexpr std::string_view kReplay = "replay: k210emu ";
    const std::size_t at = out.find(kReplay);
    if (at == out.npos) return {};
    const std::size_t begin = at + kReplay.size();
    std::istringstream words(out.substr(begin, out.find('\n', begin) - begin));
    std::vector<std::string> arguments;
    for (std::string word; words >> word;) arguments.push_back(word);
    return arguments;
}

}  // namespace k210
