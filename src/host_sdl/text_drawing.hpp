// Text as rectangles: stb's built-in font of 12 pixels' height, in whole multiples.
#pragma once
#include <string_view>
#include <vector>

#include <SDL.h>

namespace k210 {

inline constexpr int kTextLineHeight = 12;

// In pixels, for scale 1.
int text_width(std::string_view text);
// What to fill, with the text's upper left corner at x, y.
std::vector<SDL_Rect> text_rectangles(std::string_view text, int x, int y, int scale);

}  // namespace k210
