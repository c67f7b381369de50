// Drawing into a frame for the LCD.
#pragma once
#include <stdint.h>

#include "lcd.h"

typedef volatile struct lcd_frame canvas;

static inline uint16_t rgb(unsigned red, unsigned green, unsigned blue) {
    return (uint16_t)(red >> 3 << 11 | green >> 2 << 5 | blue >> 3);
}

void canvas_pixel(canvas* to, unsigned x, unsigned y, uint16_t colour);
void canvas_fill(canvas* to, unsigned x, unsigned y, unsigned width, unsigned height, uint16_t colour);
void canvas_frame(canvas* to, unsigned x, unsigned y, unsigned width, unsigned height,
                  uint16_t colour);  // its rim only
void canvas_text(canvas* to, unsigned x, unsigned y, unsigned scale, uint16_t colour, const char* text);
unsigned canvas_text_width(unsigned scale, const char* text);
