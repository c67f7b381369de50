// The demo, had somebody made reading a digit slower: a frame takes 30 % longer.
#include "clock.h"
#include "digits.h"

enum { FRAME_US = 59500, LONGER_PERCENT = 30 };  // what a frame takes in the demo as it is

void __real_digits_read(struct reading* reading);
void __wrap_digits_read(struct reading* reading);

void __wrap_digits_read(struct reading* reading) {
    __real_digits_read(reading);
    delay_us(FRAME_US * LONGER_PERCENT / 100);
}
