// What the demo's camera sees unless it is told otherwise: one drawing after the other, each for a while.
#pragma once
#include <vector>

#include "k210/host/camera_source.hpp"

namespace k210::app {

class DemoCamera final : public CameraSource {
public:
    static constexpr std::uint64_t kFramesPerDrawing = 24;  // of the camera: about a second

    DemoCamera();
    const Picture& frame(std::uint64_t n) override { return drawings_[n / kFramesPerDrawing % drawings_.size()]; }

private:
    std::vector<Picture> drawings_;
};

}  // namespace k210::app
