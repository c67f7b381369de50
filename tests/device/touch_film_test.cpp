#include "k210/part/touch_film.hpp"

#include <gtest/gtest.h>

namespace k210 {
namespace {

TEST(TouchFilmTest, CountsPixelsWhereItLiesAsThePicture) {
    const TouchFilm film{320, 240, 320, 240};
    EXPECT_EQ(film.at(0, 0), (FilmPoint{0, 0}));
    EXPECT_EQ(film.at(319, 239), (FilmPoint{319, 239}));
    EXPECT_EQ(film.at(17, 203), (FilmPoint{17, 203}));
}

TEST(TouchFilmTest, SwapsAndMirrorsEachAxisOfTheFilm) {
    TouchFilm film{320, 480, 480, 320, true};
    EXPECT_EQ(film.at(470, 10), (FilmPoint{10, 470}));
    film.mirror_x = true;
    EXPECT_EQ(film.at(470, 10), (FilmPoint{309, 470}));
    film.mirror_y = true;
    EXPECT_EQ(film.at(470, 10), (FilmPoint{309, 9}));
    film.swap_axes = false;
    film.picture_width = 320, film.picture_height = 480;
    EXPECT_EQ(film.at(10, 470), (FilmPoint{309, 9}));
}

TEST(TouchFilmTest, BeyondThePictureIsItsEdge) {
    const TouchFilm film{320, 480, 480, 320, true};
    EXPECT_EQ(film.at(480, 320), film.at(479, 319));
    EXPECT_EQ(film.at(~0u, ~0u), film.at(479, 319));
}

// T-Watch: [sdk] MaixPy ft52xx.c takes 320 counts for 240 pixels.
TEST(TouchFilmTest, ADriverThatScalesCountsToPixelsFindsThePixel) {
    const TouchFilm film{320, 320, 240, 240};
    for (unsigned pixel = 0; pixel < 240; ++pixel) {
        EXPECT_EQ(film.at(pixel, 0).x * 240u / 320, pixel);
        EXPECT_EQ(film.at(0, pixel).y * 240u / 320, pixel);
    }
}

TEST(TouchFilmTest, CoarserThanThePictureItStaysOnTheFilm) {
    const TouchFilm film{10, 10, 1000, 1000};
    EXPECT_EQ(film.at(999, 999), (FilmPoint{9, 9}));
    EXPECT_EQ(film.at(0, 500), (FilmPoint{0, 5}));
}

}  // namespace
}  // namespace k210
