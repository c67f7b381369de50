// How the film of a touch screen lies on the picture: what its controller counts where a pixel is touched.
#pragma once
#include <cstdint>

#include "k210/part/options.hpp"

namespace k210 {

struct FilmPoint {
    std::uint16_t x = 0, y = 0;
    bool operator==(const FilmPoint&) const = default;
};

struct TouchFilm {
    static constexpr unsigned kMostCounts = 4096;  // twelve bits

    unsigned width, height;                   // in the controller's counts
    unsigned picture_width, picture_height;   // in pixels, upright
    bool swap_axes = false;                   // the film's x runs down the picture
    bool mirror_x = false, mirror_y = false;  // the film's x or y runs backwards

    static TouchFilm read(PartOptions& options);
    FilmPoint at(unsigned x, unsigned y) const;  // of a pixel; beyond the picture: at its edge
};

}  // namespace k210
