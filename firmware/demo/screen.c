#include "screen.h"

#include "canvas.h"
#include "console.h"
#include "font.h"

// From the top: title, the picture and what it says, three layers' maps, figures.
enum layout {
    TITLE_HEIGHT = 22,
    RULE_Y = TITLE_HEIGHT,
    PICTURE_Y = 27,
    PICTURE_WIDTH = CAMERA_WIDTH / 2,
    PICTURE_HEIGHT = CAMERA_HEIGHT / 2,
    ANSWER_X = PICTURE_WIDTH + 10,
    ANSWER_SCALE = 12,
    ANSWER_Y = PICTURE_Y + 2,
    SURE_Y = PICTURE_Y + PICTURE_HEIGHT - 20,
    LETTERS_X = 244,
    BARS_X = LETTERS_X + 10,
    BARS_LONGEST = LCD_WIDTH - BARS_X - 6,
    BARS_PITCH = 11,
    CAPTIONS_Y = PICTURE_Y + PICTURE_HEIGHT + 3,
    MAPS_Y = CAPTIONS_Y + 11,
    MAPS_SHOWN = 3,
    MAPS_GAP = 2,
    FIGURES_Y = 229,
    MARGIN = 6,
};

static const uint16_t kBackground = 0x0863, kTitleBackground = 0x10e7, kRule = 0x3d7f, kRim = 0x3a2d;
static const uint16_t kBright = 0xffff, kPlain = 0xb5f8, kFaint = 0x6b91, kBar = 0x3a2d, kBestBar = 0xfe28;

static uint16_t glow[256];  // how strong something is, from the background's colour over red and yellow to white

static void text_centred(canvas* to, unsigned middle, unsigned y, unsigned scale, uint16_t colour, const char* text) {
    canvas_text(to, middle - canvas_text_width(scale, text) / 2, y, scale, colour, text);
}

static void text_to_the_right(canvas* to, unsigned y, uint16_t colour, const char* text) {
    canvas_text(to, LCD_WIDTH - MARGIN - canvas_text_width(1, text), y, 1, colour, text);
}

static unsigned ramp(unsigned value, unsigned from, unsigned to, unsigned low, unsigned high) {
    if (value <= from) return low;
    if (value >= to) return high;
    return low + (value - from) * (high - low) / (to - from);
}

static void mix_glow(void) {
    for (unsigned i = 0; i < 256; ++i)
        glow[i] = rgb(ramp(i, 0, 110, 24, 255), ramp(i, 50, 200, 20, 255), ramp(i, 170, 255, 48, 255));
}

static const char* class_name(unsigned class, char text[2]) {
    if (class == NO_DIGIT) return "-";
    text[0] = (char)('0' + class);
    text[1] = '\0';
    return text;
}

void screen_init(canvas* frame) {
    mix_glow();
    canvas_fill(frame, 0, 0, LCD_WIDTH, LCD_HEIGHT, kBackground);
    canvas_fill(frame, 0, 0, LCD_WIDTH, TITLE_HEIGHT, kTitleBackground);
    canvas_fill(frame, 0, RULE_Y, LCD_WIDTH, 1, kRule);
    canvas_text(frame, MARGIN, 4, 2, kBright, "k210emu");
    canvas_text(frame, 100, 8, 1, kRule, "digits, read by the KPU");
    text_centred(frame, PICTURE_WIDTH / 2, CAPTIONS_Y, 1, kPlain, "camera");
    text_centred(frame, PICTURE_WIDTH * 3 / 2, CAPTIONS_Y, 1, kPlain, "the model's answer");
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
    for (unsigned y = 0; y < PICTURE_HEIGHT; ++y) {
        const volatile uint32_t *upper = picture->pixels[2 * y], *lower = picture->pixels[2 * y + 1];
        volatile uint32_t* row = to->pixels[PICTURE_Y + y];
        for (unsigned x = 0; x < PICTURE_WIDTH; x += 2)
            row[x / 2] = mean_of_four(upper[x], lower[x]) << 16 | mean_of_four(upper[x + 1], lower[x + 1]);
    }
    canvas_frame(to, 0, PICTURE_Y, PICTURE_WIDTH, PICTURE_HEIGHT, kRim);
}

static void draw_answer(canvas* to, const struct reading* reading) {
    char digit[2], text[16];
    const unsigned sure = reading->thousandths[reading->best];
    canvas_fill(to, PICTURE_WIDTH, PICTURE_Y, LETTERS_X - PICTURE_WIDTH, PICTURE_HEIGHT, kBackground);
    canvas_text(to, ANSWER_X, ANSWER_Y, ANSWER_SCALE, reading->best == NO_DIGIT ? kFaint : kBestBar,
                class_name(reading->best, digit));
    format_text(text, sizeof text, "%u %%", (sure + 5) / 10);
    text_centred(to, ANSWER_X + ANSWER_SCALE * FONT_WIDTH / 2, SURE_Y, 2, kBright, text);
}

static void draw_bars(canvas* to, const struct reading* reading) {
    canvas_fill(to, LETTERS_X, PICTURE_Y, LCD_WIDTH - LETTERS_X, PICTURE_HEIGHT, kBackground);
    for (unsigned i = 0; i < DIGITS_CLASSES; ++i) {
        char digit[2];
        const unsigned y = PICTURE_Y + i * BARS_PITCH;
        const unsigned length = 1 + reading->thousandths[i] * (BARS_LONGEST - 1) / 1000;
        canvas_text(to, LETTERS_X, y, 1, i == reading->best ? kBright : kPlain, class_name(i, digit));
        canvas_fill(to, BARS_X, y, BARS_LONGEST, FONT_HEIGHT - 1, kTitleBackground);
        canvas_fill(to, BARS_X, y, length, FONT_HEIGHT - 1, i == reading->best ? kBestBar : kBar);
    }
}

// Twice as wide and high as it is: a pixel is a word of two.
static void draw_map(canvas* to, unsigned x, unsigned y, const struct kpu_map* map, unsigned channel) {
    for (unsigned row = 0; row < map->height; ++row) {
        const volatile uint8_t* from = kpu_map_row(map, channel, row);
        volatile uint32_t* upper = &to->pixels[y + 2 * row][x / 2];
        volatile uint32_t* lower = &to->pixels[y + 2 * row + 1][x / 2];
        for (unsigned column = 0; column < map->width; ++column)
            upper[column] = lower[column] = glow[from[column]] * 0x10001u;
    }
}

// A row for each layer: as many of its maps as fit side by side, which is all of them in the first two.
static void draw_maps(canvas* to) {
    unsigned y = MAPS_Y;
    for (unsigned layer = 0; layer < MAPS_SHOWN; ++layer) {
        const struct kpu_map map = digits_map(layer);
        for (unsigned channel = 0; channel < map.channels && (channel + 1) * map.width * 2 <= LCD_WIDTH; ++channel)
            draw_map(to, channel * map.width * 2, y, &map, channel);
        y += map.height * 2 + MAPS_GAP;
    }
}

static void draw_figures(canvas* to, const struct screen_figures* figures) {
    char text[64];
    format_text(text, sizeof text, "frame %u", figures->frame);
    canvas_fill(to, 240, 7, LCD_WIDTH - 240, FONT_HEIGHT + 1, kTitleBackground);
    text_to_the_right(to, 8, kBright, text);

    format_text(text, sizeof text, "capture %.1f ms", (unsigned long)figures->capture_us);
    screen_message(to, text);
    format_text(text, sizeof text, "model %.2f ms", (unsigned long)figures->model_us);
    text_centred(to, LCD_WIDTH / 2, FIGURES_Y, 1, kBright, text);
    format_text(text, sizeof text, "show %.1f ms", (unsigned long)figures->show_us);
    text_to_the_right(to, FIGURES_Y, kPlain, text);
}

void screen_draw(canvas* frame, const volatile struct camera_frame* picture, const struct reading* reading,
                 const struct screen_figures* figures) {
    draw_picture(frame, picture);
    draw_bars(frame, reading);
    draw_answer(frame, reading);
    draw_maps(frame);
    draw_figures(frame, figures);
}
