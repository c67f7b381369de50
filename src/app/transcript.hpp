// What the guest has said, and whether it was what somebody waits for.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace re2 {
class RE2;
}

namespace k210::app {

class Transcript {
public:
    enum class Verdict { none, expected, failed };

    // Patterns in RE2 syntax, matched against the latest lines. Throws InputError naming a pattern that is no regex.
    Transcript(const std::optional<std::string>& expect, const std::optional<std::string>& fail);
    ~Transcript();

    // One more byte. True when it completes a match; the first verdict stands.
    bool add(std::uint8_t byte);
    // Between these, output is the echo of what was typed and matches nothing. Ends with the next line.
    void begin_echo();
    void end_echo_with_line();

    Verdict verdict() const { return verdict_; }
    const std::string& matched() const { return matched_; }
    std::string_view tail() const { return tail_; }  // the latest output, echo included
    std::uint64_t bytes() const { return bytes_; }

private:
    enum class Echo { none, typing, last_line };
    bool judge();

    std::unique_ptr<re2::RE2> expect_, fail_;
    std::string tail_;       // all of the latest output
    std::string matchable_;  // the part of it that is not echo
    std::string matched_;
    std::uint64_t bytes_ = 0;
    Echo echo_ = Echo::none;
    Verdict verdict_ = Verdict::none;
};

}  // namespace k210::app
