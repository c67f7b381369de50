// A picture on white paper, held so that a camera sees all of it: cameras are filled by what they see, and cut off what
// is too high or too wide.
#pragma once
#include <filesystem>
#include <memory>

#include "k210/host/camera_source.hpp"
#include "k210/host/picture.hpp"

namespace k210::scenario {

Picture on_paper(const Picture& picture);
// Throws InputError.
std::shared_ptr<CameraSource> hold_picture(const std::filesystem::path& path);

}  // namespace k210::scenario
