// Notices once when the guest says something, wherever the line goes on.
#pragma once
#include <memory>
#include <string>

#include "session/transcript.hpp"

namespace k210 {

class Watch {
public:
    // Of what is said from here on. Throws InputError when it is no pattern.
    Watch(const std::string& pattern, const Transcript& transcript);
    ~Watch();

    // After every slice in which something may have been said.
    bool look();

private:
    const Transcript& transcript_;
    std::unique_ptr<re2::RE2> pattern_;
    std::uint64_t from_, seen_;  // of the transcript's bytes
    bool noticed_ = false;
};

}  // namespace k210
