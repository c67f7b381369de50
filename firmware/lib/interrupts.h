// Interrupts from the PLIC, all taken by hart 0.
#pragma once
#include <stdbool.h>

#include "k210.h"

typedef void interrupt_handler(unsigned source);

void interrupts_on(enum plic_source source, interrupt_handler* serve);
void interrupts_sleep_until(const volatile bool* done);  // which a handler sets
void interrupts_serve(void);                             // for the trap vector
