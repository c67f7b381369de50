#include "session/watch.hpp"

#include <algorithm>
#include <utility>

#include <re2/re2.h>

namespace k210 {

Watch::Watch(const std::string& pattern, const Transcript& transcript)
    : transcript_(transcript), pattern_(compile_pattern("--save-on", pattern)), from_(transcript.heard_bytes()),
      seen_(from_) {}

Watch::~Watch() = default;

bool Watch::look() {
    const std::uint64_t heard = transcript_.heard_bytes();
    if (noticed_ || heard == std::exchange(seen_, heard)) return false;
    const std::string_view said = transcript_.said();
    from_ = std::clamp(from_, heard - said.size(), heard);  // the guest may have started over
    noticed_ = pattern_->Match(said, from_ - (heard - said.size()), said.size(), re2::RE2::UNANCHORED, nullptr, 0);
    return noticed_;
}

}  // namespace k210
