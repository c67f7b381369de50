// Exceptions are this program's end: they are reported on the console, if there is one, and the hart stops.
#include "console.h"
#include "hart.h"
#include "interrupts.h"

enum { CAUSE_INTERRUPT_SHIFT = 63, CAUSE_MACHINE_EXTERNAL = 11 };

static const char* exception_name(uint64_t cause) {
    static const char* const names[] = {
        "instruction address misaligned", "instruction access fault", "illegal instruction",      "breakpoint",
        "load address misaligned",        "load access fault",        "store address misaligned", "store access fault",
    };
    return cause < sizeof names / sizeof *names ? names[cause] : "exception";
}

void trap(uint64_t cause, uint64_t pc, uint64_t value);
void trap(uint64_t cause, uint64_t pc, uint64_t value) {
    if (cause == (1ull << CAUSE_INTERRUPT_SHIFT | CAUSE_MACHINE_EXTERNAL)) {
        interrupts_serve();
        return;
    }
    print("\nhart %u: %s (cause %lx) at pc %lx, value %lx\n", (unsigned)csr_read(mhartid), exception_name(cause), cause,
          pc, value);
    hart_stop();
}
