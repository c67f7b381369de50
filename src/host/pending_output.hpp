// Bytes that a slow reader has not taken yet.
#pragma once
#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace k210 {

class PendingOutput {
public:
    void add(std::string_view bytes) { bytes_ += bytes.substr(0, kLimitBytes - std::min(kLimitBytes, bytes_.size())); }
    void clear() { bytes_.clear(); }

    // Hands bytes to `write(data, size)`, which never waits, for as long as it takes any. False when the reader is
    // gone.
    template <class Write>
    bool flush(Write write) {
        std::size_t done = 0;
        bool there = true;
        while (done < bytes_.size()) {
            const ssize_t written = write(bytes_.data() + done, bytes_.size() - done);
            if (written < 0 && errno == EINTR) continue;
            if (written < 0) there = errno == EAGAIN;
            if (written <= 0) break;
            done += static_cast<std::size_t>(written);
        }
        bytes_.erase(0, done);
        return there;
    }

private:
    // A reader that is this far behind has stopped; what follows is lost.
    static constexpr std::size_t kLimitBytes = 1 << 20;
    std::string bytes_;
};

}  // namespace k210
