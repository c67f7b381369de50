#include "host_sdl/text_drawing.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include <stb/stb_easy_font.h>

namespace k210 {
namespace {

// What the font can draw, as the C string that it wants.
std::string drawable(std::string_view text) {
    std::string ascii(text);
    std::replace_if(
        ascii.begin(), ascii.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    return ascii;
}

}  // namespace

int text_width(std::string_view text) {
    return stb_easy_font_width(drawable(text).data());
}

std::vector<SDL_Rect> text_rectangles(std::string_view text, int x, int y, int scale) {
    struct Vertex {
        float x, y, z;
        unsigned char color[4];
    };
    constexpr std::size_t kMostQuadsOfACharacter = 32, kCornersOfAQuad = 4;
    std::vector<Vertex> corners(text.size() * kMostQuadsOfACharacter * kCornersOfAQuad);
    const int quads = stb_easy_font_print(0, 0, drawable(text).data(), nullptr, corners.data(),
                                          static_cast<int>(corners.size() * sizeof(Vertex)));
    std::vector<SDL_Rect> rectangles;
    for (std::size_t i = 0; i < static_cast<std::size_t>(quads); ++i) {
        const Vertex& first = corners[kCornersOfAQuad * i];
        const Vertex& opposite = corners[kCornersOfAQuad * i + 2];
        const auto pixels = [scale](float length) { return static_cast<int>(std::lround(length)) * scale; };
        rectangles.push_back(
            {x + pixels(first.x), y + pixels(first.y), pixels(opposite.x - first.x), pixels(opposite.y - first.y)});
    }
    return rectangles;
}

}  // namespace k210
