// The chip's interrupts as people and traces speak of them.
#pragma once
#include <string>

namespace k210 {

// What raises a PLIC source: "uarths", "dmac irq2", "gpiohs 5"; "source 3" when nothing does.
std::string interrupt_name(unsigned source);

// The PLIC context through which sources reach a hart in machine mode.
unsigned plic_context_of_hart(unsigned hart);

}  // namespace k210
