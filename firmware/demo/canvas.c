#include "canvas.h"

#include "font.h"

void canvas_pixel(canvas* to, unsigned x, unsigned y, uint16_t colour) {
    if (x >= LCD_WIDTH || y >= LCD_HEIGHT) return;
    volatile uint32_t* pair = &to->pixels[y][x / 2];
    *pair = x % 2 == 0 ? (*pair & 0xffff) | (uint32_t)colour << 16 : (*pair & 0xffff0000) | colour;
}

void canvas_fill(canvas* to, unsigned x, unsigned y, unsigned width, unsigned height, uint16_t colour) {
    for (unsigned row = y; row < y + height; ++row)
        for (unsigned column = x; column < x + width; ++column) canvas_pixel(to, column, row, colour);
}

void canvas_frame(canvas* to, unsigned x, unsigned y, unsigned width, unsigned height, uint16_t colour) {
    canvas_fill(to, x, y, width, 1, colour);
    canvas_fill(to, x, y + height - 1, width, 1, colour);
    canvas_fill(to, x, y, 1, height, colour);
    canvas_fill(to, x + width - 1, y, 1, height, colour);
}

static void draw_letter(canvas* to, unsigned x, unsigned y, unsigned scale, uint16_t colour, char letter) {
    if (letter < FONT_FIRST || letter > FONT_LAST) return;
    const uint8_t* rows = font[letter - FONT_FIRST];
    for (unsigned row = 0; row < FONT_HEIGHT; ++row)
        for (unsigned column = 0; column < FONT_WIDTH; ++column)
            if (rows[row] >> (FONT_WIDTH - 1 - column) & 1)
                canvas_fill(to, x + column * scale, y + row * scale, scale, scale, colour);
}

void canvas_text(canvas* to, unsigned x, unsigned y, unsigned scale, uint16_t colour, const char* text) {
    for (; *text != '\0'; ++text, x += FONT_ADVANCE * scale) draw_letter(to, x, y, scale, colour, *text);
}

unsigned canvas_text_width(unsigned scale, const char* text) {
    unsigned letters = 0;
    while (text[letters] != '\0') ++letters;
    return letters * FONT_ADVANCE * scale;
}
