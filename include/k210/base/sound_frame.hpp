// One moment of sound on two channels.
#pragma once
#include <cstdint>

namespace k210 {

// Full scale is 2^31, however many bits somebody makes of it.
struct SoundFrame {
    std::int32_t left = 0, right = 0;
    bool operator==(const SoundFrame&) const = default;
};

}  // namespace k210
