// The ST7789 panel of Maix boards: 320x240 RGB565, octal SPI0 with chip select 3.
#pragma once
#include <stdint.h>

enum { LCD_WIDTH = 320, LCD_HEIGHT = 240 };

// A frame as the panel wants it: rows from the top, two pixels a word, the left one in the upper half.
struct lcd_frame {
    uint32_t pixels[LCD_HEIGHT][LCD_WIDTH / 2];
};

void lcd_init(void);                                        // needs dma_init()
void lcd_show(const volatile struct lcd_frame* dma_frame);  // in a DMA_BUFFER; returns when it is on the panel
