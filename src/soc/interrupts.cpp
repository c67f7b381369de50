#include "k210/soc/interrupts.hpp"

#include "plic/plic.hpp"
#include "soc/signal_map.hpp"

namespace k210 {

std::string interrupt_name(unsigned source) {
    if (source >= kFirstGpiohsSource) return "gpiohs " + std::to_string(source - kFirstGpiohsSource);
    for (const SignalRow& row : kInterruptMap)
        if (row.number == source)
            return std::string(row.device) + (row.line == "irq" ? "" : " " + std::string(row.line));
    return "source " + std::to_string(source);
}

unsigned plic_context_of_hart(unsigned hart) {
    return Plic::context_of_hart(hart);
}

}  // namespace k210
