// The demo, had it been a script of MicroPython's with a mistake in its third frame.
#include "console.h"
#include "digits.h"
#include "hart.h"

void __real_digits_read(struct reading* reading);
void __wrap_digits_read(struct reading* reading);

void __wrap_digits_read(struct reading* reading) {
    static unsigned frames;
    if (++frames == 3) {
        print(
            "Traceback (most recent call last):\n  File \"main.py\", line 12, in <module>\nValueError: no digit\n>>> ");
        hart_stop();
    }
    __real_digits_read(reading);
}
