// What people see at a glance on a screen, as numbers.
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "k210/host/picture.hpp"

namespace k210 {

struct Rectangle {
    unsigned x, y, width, height;
};

inline bool is_colour(const std::uint8_t* pixel, std::uint8_t red, std::uint8_t green, std::uint8_t blue) {
    constexpr int kTolerance = 8;  // what 16-bit pixels lose
    return std::abs(pixel[0] - red) <= kTolerance && std::abs(pixel[1] - green) <= kTolerance &&
           std::abs(pixel[2] - blue) <= kTolerance;
}

// The share of an area's pixels that have a colour.
inline double share_of_colour(const Picture& picture, Rectangle area, std::uint8_t red, std::uint8_t green,
                              std::uint8_t blue) {
    unsigned found = 0;
    for (unsigned y = area.y; y < area.y + area.height; ++y)
        for (unsigned x = area.x; x < area.x + area.width; ++x) found += is_colour(picture.at(x, y), red, green, blue);
    return static_cast<double>(found) / (area.width * area.height);
}

// The mean difference of an area's colour values from the scene's at the same distance from (scene_x, scene_y).
// Pictures that people call the same are below 10, unrelated ones above 50.
inline double difference(const Picture& picture, Rectangle area, const Picture& scene, unsigned scene_x,
                         unsigned scene_y) {
    double sum = 0;
    for (unsigned y = 0; y < area.height; ++y)
        for (unsigned x = 0; x < area.width; ++x)
            for (unsigned c = 0; c < 3; ++c)
                sum += std::abs(picture.at(area.x + x, area.y + y)[c] - scene.at(scene_x + x, scene_y + y)[c]);
    return sum / (3.0 * area.width * area.height);
}

inline Picture mirrored(const Picture& picture) {
    Picture turned(picture.width, picture.height);
    for (unsigned y = 0; y < picture.height; ++y)
        for (unsigned x = 0; x < picture.width; ++x)
            std::copy_n(picture.at(x, y), 3, turned.at(picture.width - 1 - x, y));
    return turned;
}

}  // namespace k210
