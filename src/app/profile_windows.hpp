// When time counts for a profile: between lines that the guest says.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <re2/re2.h>

namespace k210::app {

class ProfileWindows {
public:
    // Throws InputError, naming the option, for what is no pattern.
    ProfileWindows(const std::optional<std::string>& from, const std::optional<std::string>& to);

    bool begin_open() const { return !from_; }
    // Of the console. What to do behind it, when it ends a line that matters; a line that is both closes one and opens
    // the next.
    struct Change {
        bool close = false, open = false;
    };
    Change hear(std::uint8_t byte);
    bool seen() const { return seen_; }  // one has opened

private:
    std::unique_ptr<re2::RE2> from_, to_;
    std::string line_;
    bool seen_ = false;
};

}  // namespace k210::app
