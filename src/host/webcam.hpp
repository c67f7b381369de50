// A camera of the host's, through V4L2: what it sees now, 640x480 or the nearest that it can, as YUYV, which webcams
// send. What it saw is kept nowhere, so no run with one can be had again.
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "k210/host/camera_source.hpp"

namespace k210 {

// Whether that is a video device's name, or a device of that kind, rather than a picture.
bool names_webcam(const std::filesystem::path& path);

// Throws InputError, "path: why". Waits for the first picture for some seconds at most; where none comes later, the
// last one stays.
std::unique_ptr<CameraSource> open_webcam(const std::filesystem::path& path);

// Of `line_bytes` a line, pairs of pixels as Y, Cb, Y, Cr of ITU-R BT.601 in its limited range. Width is even.
Picture picture_of_yuyv(std::span<const std::uint8_t> bytes, unsigned width, unsigned height, std::size_t line_bytes);

}  // namespace k210
