#include "scenario/held_picture.hpp"

#include <algorithm>

#include "k210/host/camera_sources.hpp"
#include "k210/host/picture_file.hpp"

namespace k210::scenario {
namespace {

constexpr unsigned kWide = 4, kHigh = 3;  // what cameras see
constexpr unsigned kShare = 3, kOf = 4;   // of the paper's height or width that the picture takes
constexpr std::uint8_t kWhite = 255;

unsigned up(unsigned a, unsigned b) {
    return (a + b - 1) / b;
}

}  // namespace

Picture on_paper(const Picture& picture) {
    const unsigned units = std::max(up(picture.width * kOf, kShare * kWide), up(picture.height * kOf, kShare * kHigh));
    Picture paper(units * kWide, units * kHigh);
    std::ranges::fill(paper.rgb, kWhite);
    const unsigned left = (paper.width - picture.width) / 2, top = (paper.height - picture.height) / 2;
    for (unsigned y = 0; y < picture.height; ++y)
        std::copy_n(picture.at(0, y), std::size_t{picture.width} * 3, paper.at(left, top + y));
    return paper;
}

std::shared_ptr<CameraSource> hold_picture(const std::filesystem::path& path) {
    return std::make_shared<StillCamera>(on_paper(load_picture(path)));
}

}  // namespace k210::scenario
