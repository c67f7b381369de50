// What the camera sees.
#pragma once
#include <cstdint>

#include "k210/host/picture.hpp"

namespace k210 {

class CameraSource {
public:
    virtual ~CameraSource() = default;
    // The scene of the n-th frame since power-on, in any size; the same n gives the same picture for ever.
    // The reference stays valid until the next call. Never empty.
    virtual const Picture& frame(std::uint64_t n) = 0;
    // After how many frames the same pictures come again; 0: nobody knows.
    virtual std::uint64_t period() const { return 0; }
};

}  // namespace k210
