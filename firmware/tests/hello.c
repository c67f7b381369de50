// Prints a line with the clocks as the boot ROM left them, and ends: both harts stop with interrupts disabled.
#include "clock.h"
#include "console.h"
#include "hart.h"

int main(void) {
    console_init();
    print("hello from hart %u at %u Hz\n", (unsigned)csr_read(mhartid), clock_cpu_hz());
    return 0;
}
