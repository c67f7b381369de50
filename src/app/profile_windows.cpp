#include "app/profile_windows.hpp"

#include "session/transcript.hpp"

namespace k210::app {

ProfileWindows::ProfileWindows(const std::optional<std::string>& from, const std::optional<std::string>& to) {
    if (from) from_ = compile_pattern("--profile-from", *from);
    if (to) to_ = compile_pattern("--profile-to", *to);
    seen_ = !from_;
}

ProfileWindows::Change ProfileWindows::hear(std::uint8_t byte) {
    constexpr std::size_t kLongestLine = 4096;
    if (byte != '\n') {
        if (byte != '\r' && line_.size() < kLongestLine) line_ += static_cast<char>(byte);
        return {};
    }
    const Change change{to_ && re2::RE2::PartialMatch(line_, *to_), from_ && re2::RE2::PartialMatch(line_, *from_)};
    line_.clear();
    seen_ |= change.open;
    return change;
}

}  // namespace k210::app
