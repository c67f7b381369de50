#include "screen.h"

#include "canvas.h"
#include "console.h"
#include "edges.h"
#include "font.h"

// From the top: title, the two pictures, what they are, one small picture a direction, figures.
enum layout {
    TITLE_HEIGHT = 22,
    RULE_Y = TITLE_HEIGHT,
    PICTURES_Y = 27,
    CAPTIONS_Y = PICTURES_Y + EDGES_HEIGHT + 4,
    STRENGTHS_Y = CAPTIONS_Y + 13,
    STRENGTH_WIDTH = EDGES_WIDTH / 2,
    STRENGTH_HEIGHT = EDGES_HEIGHT / 2,
    FIGURES_Y = STRENGTHS_Y + STRENGTH_HEIGHT + 7,
    MARGIN = 6,
};

static const uint16_t kBackground = 0x0863, kTitleBackground = 0x10e7, kRule = 0x3d7f, kRim = 0x3a2d;
static const uint16_t kBright = 0xffff, kPlain = 0xb5f8;

static uint16_t shades[EDGES_DIRECTIONS][256];  // of each direction's colour

static void text_centred(canvas* to, unsigned middle, unsigned y, uint16_t colour, const char* text) {
    canvas_text(to, middle - canvas_text_width(1, text) / 2, y, 1, colour, text);
}

static void text_to_the_right(canvas* to, unsigned y, uint16_t colour, const char* text) {
    canvas_text(to, LCD_WIDTH - MARGIN - canvas_text_width(1, text), y, 1, colour, text);
}

void screen_init(canvas* frame) {
    for (unsigned direction = 0; direction < EDGES_DIRECTIONS; ++direction) {
        const uint8_t* colour = edges_colours[direction];
        for (unsigned strength = 0; strength < 256; ++strength)
            shades[direction][strength] =
                rgb(colour[0] * strength / 255, colour[1] * strength / 255, colour[2] * strength / 255);
    }
    canvas_fill(frame, 0, 0, LCD_WIDTH, LCD_HEIGHT, kBackground);
    canvas_fill(frame, 0, 0, LCD_WIDTH, TITLE_HEIGHT, kTitleBackground);
    canvas_fill(frame, 0, RULE_Y, LCD_WIDTH, 1, kRule);
    canvas_text(frame, MARGIN, 4, 2, kBright, "k210emu");
    canvas_text(frame, 100, 8, 1, kRule, "edge filter on the KPU");
    text_centred(frame, EDGES_WIDTH / 2, CAPTIONS_Y, kPlain, "camera");
    text_centred(frame, EDGES_WIDTH * 3 / 2, CAPTIONS_Y, kPlain, "edges, by direction");
}

void screen_message(canvas* frame, const char* text) {
    canvas_fill(frame, 0, FIGURES_Y, LCD_WIDTH, FONT_HEIGHT, kBackground);
    canvas_text(frame, MARGIN, FIGURES_Y, 1, kPlain, text);
}

// Halves the five- and six-bit parts of two pixels at once, so that two sums of them do not run over.
static uint32_t halved(uint32_t pixels) {
    return (pixels & 0xf7def7de) >> 1;
}

static uint32_t mean_of_four(uint32_t upper, uint32_t lower) {
    const uint32_t column_means = halved(upper) + halved(lower);
    return (halved(column_means >> 16) + halved(column_means)) & 0xffff;
}

static void draw_picture(canvas* to, const volatile struct camera_frame* picture) {
    for (unsigned y = 0; y < EDGES_HEIGHT; ++y) {
        const volatile uint32_t *upper = picture->pixels[2 * y], *lower = picture->pixels[2 * y + 1];
        volatile uint32_t* row = to->pixels[PICTURES_Y + y];
        for (unsigned x = 0; x < EDGES_WIDTH; x += 2)
            row[x / 2] = mean_of_four(upper[x], lower[x]) << 16 | mean_of_four(upper[x + 1], lower[x + 1]);
    }
}

// Memory that is not cached is slow: eight bytes at a time.
static uint64_t eight_bytes(const volatile uint8_t* from) {
    return *(const volatile uint64_t*)from;
}

static uint16_t pixel_of(uint64_t red, uint64_t green, uint64_t blue, unsigned byte) {
    return rgb(red >> byte * 8 & 0xff, green >> byte * 8 & 0xff, blue >> byte * 8 & 0xff);
}

static void draw_edges(canvas* to) {
    const volatile uint8_t *reds = edges_plane(0), *greens = edges_plane(1), *blues = edges_plane(2);
    for (unsigned y = 0; y < EDGES_HEIGHT; ++y) {
        volatile uint32_t* row = &to->pixels[PICTURES_Y + y][EDGES_WIDTH / 2];
        for (unsigned x = 0; x < EDGES_WIDTH; x += 8) {
            const unsigned at = y * EDGES_WIDTH + x;
            const uint64_t red = eight_bytes(reds + at), green = eight_bytes(greens + at),
                           blue = eight_bytes(blues + at);
            for (unsigned i = 0; i < 8; i += 2)
                row[(x + i) / 2] = (uint32_t)pixel_of(red, green, blue, i) << 16 | pixel_of(red, green, blue, i + 1);
        }
    }
}

static unsigned strongest_of_four(uint64_t upper, uint64_t lower, unsigned byte) {
    unsigned strongest = 0;
    for (unsigned i = byte; i < byte + 2; ++i) {
        const unsigned above = upper >> i * 8 & 0xff, below = lower >> i * 8 & 0xff;
        if (above > strongest) strongest = above;
        if (below > strongest) strongest = below;
    }
    return strongest;
}

static void draw_strengths(canvas* to, unsigned direction) {
    const uint16_t* shade = shades[direction];
    for (unsigned y = 0; y < STRENGTH_HEIGHT; ++y) {
        const volatile uint8_t* from = edges_strength(direction, 2 * y);
        const volatile uint8_t* below = edges_strength(direction, 2 * y + 1);
        volatile uint32_t* row = &to->pixels[STRENGTHS_Y + y][direction * STRENGTH_WIDTH / 2];
        for (unsigned x = 0; x < STRENGTH_WIDTH; x += 4) {
            const uint64_t upper = eight_bytes(from + 2 * x), lower = eight_bytes(below + 2 * x);
            for (unsigned i = 0; i < 4; i += 2)
                row[(x + i) / 2] = (uint32_t)shade[strongest_of_four(upper, lower, 2 * i)] << 16 |
                                   shade[strongest_of_four(upper, lower, 2 * i + 2)];
        }
    }
}

static void draw_figures(canvas* to, const struct screen_figures* figures) {
    char text[64];
    format_text(text, sizeof text, "frame %u", figures->frame);
    canvas_fill(to, 240, 7, LCD_WIDTH - 240, FONT_HEIGHT + 1, kTitleBackground);
    text_to_the_right(to, 8, kBright, text);

    format_text(text, sizeof text, "capture %.1f ms", (unsigned long)figures->capture_us);
    screen_message(to, text);
    format_text(text, sizeof text, "kpu %.2f ms", (unsigned long)figures->kpu_us);
    text_centred(to, LCD_WIDTH / 2, FIGURES_Y, kBright, text);
    format_text(text, sizeof text, "show %.1f ms", (unsigned long)figures->show_us);
    text_to_the_right(to, FIGURES_Y, kPlain, text);
}

// The pictures' rims hide the outermost edges, which are against the nothing around the camera's picture.
void screen_draw(canvas* frame, const volatile struct camera_frame* picture, const struct screen_figures* figures) {
    draw_picture(frame, picture);
    draw_edges(frame);
    for (unsigned i = 0; i < 2; ++i) canvas_frame(frame, i * EDGES_WIDTH, PICTURES_Y, EDGES_WIDTH, EDGES_HEIGHT, kRim);
    for (unsigned direction = 0; direction < EDGES_DIRECTIONS; ++direction) {
        draw_strengths(frame, direction);
        canvas_frame(frame, direction * STRENGTH_WIDTH, STRENGTHS_Y, STRENGTH_WIDTH, STRENGTH_HEIGHT, kRim);
    }
    draw_figures(frame, figures);
}
