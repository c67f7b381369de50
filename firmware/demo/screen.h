// What the demo shows: the camera's picture, what is read in it and how sure that is, and what the layers that read
// it have made of it.
#pragma once
#include <stdint.h>

#include "camera.h"
#include "digits.h"
#include "lcd.h"

struct screen_figures {
    unsigned frame;
    uint32_t capture_us, model_us, show_us;
};

void screen_init(volatile struct lcd_frame* frame);  // all that stays the same
void screen_message(volatile struct lcd_frame* frame, const char* text);
void screen_draw(volatile struct lcd_frame* frame, const volatile struct camera_frame* picture,
                 const struct reading* reading, const struct screen_figures* figures);
