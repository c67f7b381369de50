// The console: UARTHS on pads 4 and 5 at 115200 baud, as on every Maix board.
#pragma once
#include <stdarg.h>
#include <stddef.h>

void console_init(void);  // after the clocks

// Conversions: %s %c %u %d %x %%, with l, 0 and a width; %f takes an unsigned long in thousandths and shows as many
// digits behind the point as the precision says, at most three: "%.1f" and 12345ul make 12.3.
void print(const char* format, ...);
void format_text(char* text, size_t size, const char* format, ...);  // always ends in a zero
