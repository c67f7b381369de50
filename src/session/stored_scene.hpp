// What a camera was shown, as the bytes of pictures, and shown again.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "k210/host/camera_source.hpp"

namespace k210 {

using PictureBytes = std::vector<std::vector<std::uint8_t>>;  // PNG each

// Nothing where they never begin again, or are too many to keep.
std::optional<PictureBytes> pictures_of(CameraSource& scene);

// Shows them over and over. Throws InputError when one is no picture, or there is none.
std::unique_ptr<CameraSource> stored_scene(PictureBytes pictures);

}  // namespace k210
