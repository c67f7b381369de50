// Which pad carries which function, and the pins of GPIOHS.
#pragma once
#include <stdbool.h>

#include "k210.h"

// How a pad behaves. The SDK's defaults for functions of these kinds: lib/drivers/fpioa.c:143-2735.
enum pin_mode {
    PIN_INPUT = IO_IE_EN | IO_ST,
    PIN_OUTPUT = IO_DS_STRONGEST | IO_OE_EN,
    PIN_IN_OUT = PIN_INPUT | PIN_OUTPUT,
    PIN_OPEN_DRAIN = PIN_INPUT | IO_OE_EN | IO_OE_INV | IO_PU | IO_SL,
};

void pin_route(unsigned pad, unsigned function, enum pin_mode mode);
void gpiohs_output(unsigned pin);
void gpiohs_set(unsigned pin, bool high);
