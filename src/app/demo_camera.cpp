#include "app/demo_camera.hpp"

#include <algorithm>

#include "app/builtin_demo.hpp"
#include "k210/host/picture_file.hpp"

namespace k210::app {

constexpr unsigned kDrawingHeight = 240;

DemoCamera::DemoCamera() {
    const Picture sheet = decode_picture(demo_scene(), "the built-in pictures");
    const std::size_t bytes = std::size_t{sheet.width} * kDrawingHeight * 3;
    for (std::size_t at = 0; at + bytes <= sheet.rgb.size(); at += bytes) {
        Picture& drawing = drawings_.emplace_back(sheet.width, kDrawingHeight);
        std::copy_n(sheet.rgb.begin() + static_cast<std::ptrdiff_t>(at), bytes, drawing.rgb.begin());
    }
}

}  // namespace k210::app
