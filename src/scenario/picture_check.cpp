#include "scenario/picture_check.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <fmt/format.h>

namespace k210::scenario {
namespace {

using Rgb = std::array<std::uint8_t, 3>;

constexpr Rgb kDiffers{255, 0, 0};
constexpr unsigned kLevels = 255;

// Dark enough for what differs to stand out.
Rgb dimmed(const std::uint8_t* pixel, bool counts) {
    const auto grey = static_cast<std::uint8_t>((pixel[0] + pixel[1] + pixel[2]) / 6);
    return {grey, grey, counts ? grey : static_cast<std::uint8_t>(grey / 2 + kLevels / 3)};
}

unsigned distance(const std::uint8_t* a, const std::uint8_t* b) {
    unsigned largest = 0;
    for (std::size_t i = 0; i < 3; ++i) largest = std::max(largest, static_cast<unsigned>(std::abs(a[i] - b[i])));
    return largest;
}

}  // namespace

Picture golden_of(const Picture& seen, const PictureCheck& check) {
    if (!check.region || check.golden.width != check.region->width || check.golden.height != check.region->height)
        return seen;
    const Area& region = *check.region;
    if (region.x + region.width > seen.width || region.y + region.height > seen.height) return seen;
    Picture part(region.width, region.height);
    for (unsigned y = 0; y < part.height; ++y)
        std::copy_n(seen.at(region.x, region.y + y), std::size_t{part.width} * 3, part.at(0, y));
    return part;
}

std::optional<PictureDifference> difference(const Picture& seen, const PictureCheck& check) {
    const Picture& golden = check.golden;
    const Area all{0, 0, seen.width, seen.height};
    const Area region = check.region.value_or(all);
    const bool whole = golden.width == seen.width && golden.height == seen.height;
    if (!whole && (golden.width != region.width || golden.height != region.height))
        return PictureDifference{
            fmt::format("it is {}x{}, and the screen {}x{}", golden.width, golden.height, seen.width, seen.height), {}};
    if (region.x + region.width > seen.width || region.y + region.height > seen.height)
        return PictureDifference{
            fmt::format("the region reaches beyond the screen, which is {}x{}", seen.width, seen.height), {}};
    Picture shown(seen.width, seen.height);
    std::size_t pixels = 0;
    unsigned largest = 0, first_x = 0, first_y = 0;
    for (unsigned y = 0; y < seen.height; ++y)
        for (unsigned x = 0; x < seen.width; ++x) {
            const bool counts = region.holds(x, y) &&
                                std::ranges::none_of(check.masks, [&](const Area& mask) { return mask.holds(x, y); });
            Rgb colour = dimmed(seen.at(x, y), counts);
            const std::uint8_t* const wanted = !counts ? seen.at(x, y)
                                               : whole ? golden.at(x, y)
                                                       : golden.at(x - region.x, y - region.y);
            if (const unsigned off = distance(seen.at(x, y), wanted); off > check.tolerance) {
                if (pixels++ == 0) {
                    first_x = x;
                    first_y = y;
                }
                largest = std::max(largest, off);
                colour = kDiffers;
            }
            std::ranges::copy(colour, shown.at(x, y));
        }
    if (pixels <= check.differing_pixels) return {};
    return PictureDifference{
        fmt::format("{} pixel{} differ{} by up to {} of {}, the first at {}, {}", pixels, pixels == 1 ? "" : "s",
                    pixels == 1 ? "s" : "", largest, kLevels, first_x, first_y),
        std::move(shown)};
}

}  // namespace k210::scenario
