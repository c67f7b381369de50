#include "interrupts.h"

#include "hart.h"

enum { HART0_MACHINE = 0 };

static interrupt_handler* handlers[IRQN_MAX];

void interrupts_on(enum plic_source source, interrupt_handler* serve) {
    handlers[source] = serve;
    plic_priority[source] = 1;
    plic_enables[HART0_MACHINE].word[source / 32] |= 1u << source % 32;
    plic_target[HART0_MACHINE].priority_threshold = 0;
    csr_set(mie, MIP_MEIP);
    csr_set(mstatus, MSTATUS_MIE);
}

void interrupts_serve(void) {
    const uint32_t source = plic_target[HART0_MACHINE].claim_complete;
    if (source == 0) return;
    handlers[source](source);
    plic_target[HART0_MACHINE].claim_complete = source;
}

// Between the look at `done` and WFI no interrupt may slip in, or the hart would sleep through it. WFI ends for a
// pending interrupt even while MSTATUS_MIE keeps it from being taken.
void interrupts_sleep_until(const volatile bool* done) {
    csr_clear(mstatus, MSTATUS_MIE);
    while (!*done) {
        wait_for_interrupt();
        csr_set(mstatus, MSTATUS_MIE);
        csr_clear(mstatus, MSTATUS_MIE);
    }
    csr_set(mstatus, MSTATUS_MIE);
}
