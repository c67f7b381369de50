// Whether a picture is as it was: every pixel, but for a tolerance, and without what changes from run to run.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "k210/host/picture.hpp"

namespace k210::scenario {

struct Area {
    unsigned x, y, width, height;
    bool holds(unsigned column, unsigned row) const {
        return column >= x && column - x < width && row >= y && row - y < height;
    }
};

struct PictureCheck {
    Picture golden;                    // of the whole screen, or of the region alone
    unsigned tolerance = 0;            // of each of a pixel's colours
    std::size_t differing_pixels = 0;  // that may differ by more
    std::vector<Area> masks{};         // of the screen, that do not count
    std::optional<Area> region{};      // of the screen, which alone counts
};

struct PictureDifference {
    std::string why;  // for people: "12 pixels differ by up to 200 of 255, the first at 3, 7"
    Picture shown;    // what differs in red, what does not count in blue; empty where sizes differ
};

// What the golden picture would have to be.
Picture golden_of(const Picture& seen, const PictureCheck& check);

// Nothing where the picture is as it is to be.
std::optional<PictureDifference> difference(const Picture& seen, const PictureCheck& check);

}  // namespace k210::scenario
