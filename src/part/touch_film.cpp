#include "k210/part/touch_film.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace k210 {
namespace {

// Rounded up: drivers that scale back round down.
unsigned count_at(unsigned pixel, unsigned pixels, unsigned counts, bool mirrored) {
    const unsigned count = std::min((std::min(pixel, pixels - 1) * counts + pixels - 1) / pixels, counts - 1);
    return mirrored ? counts - 1 - count : count;
}

}  // namespace

TouchFilm TouchFilm::read(PartOptions& options) {
    constexpr PartOptions::Range kCounts{1, kMostCounts};
    TouchFilm film{};
    film.swap_axes = options.flag("swap_axes", false);
    film.mirror_x = options.flag("mirror_x", false);
    film.mirror_y = options.flag("mirror_y", false);
    std::tie(film.width, film.height) = options.pair("film_size", kCounts);
    PartOptions::Pair upright{film.width, film.height};
    if (film.swap_axes) std::swap(upright.first, upright.second);
    std::tie(film.picture_width, film.picture_height) = options.pair("picture_size", kCounts, upright);
    return film;
}

FilmPoint TouchFilm::at(unsigned x, unsigned y) const {
    unsigned across = picture_width, down = picture_height;
    if (swap_axes) {
        std::swap(x, y);
        std::swap(across, down);
    }
    return {static_cast<std::uint16_t>(count_at(x, across, width, mirror_x)),
            static_cast<std::uint16_t>(count_at(y, down, height, mirror_y))};
}

}  // namespace k210
