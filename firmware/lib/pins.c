#include "pins.h"

#include "clock.h"

void pin_route(unsigned pad, unsigned function, enum pin_mode mode) {
    clock_enable(PERIPHERAL_FPIOA);
    fpioa->io[pad] = function | mode;
}

void gpiohs_output(unsigned pin) {
    gpiohs->input_en &= ~(1u << pin);
    gpiohs->output_en |= 1u << pin;
}

void gpiohs_set(unsigned pin, bool high) {
    if (high)
        gpiohs->output_val |= 1u << pin;
    else
        gpiohs->output_val &= ~(1u << pin);
}
