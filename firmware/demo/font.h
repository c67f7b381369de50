// The demo's own letters: five pixels wide, seven high and one below the line, in cells of six by eight.
#pragma once
#include <stdint.h>

enum { FONT_FIRST = ' ', FONT_LAST = '~', FONT_WIDTH = 5, FONT_HEIGHT = 8, FONT_ADVANCE = 6 };

extern const uint8_t font[FONT_LAST - FONT_FIRST + 1][FONT_HEIGHT];  // rows from the top, the left pixel in bit 4
