#include "gpio/gpio.hpp"

namespace k210 {

Gpio::Gpio(DeviceContext context, PinMux& pins)
    : Device("gpio", context), port_(pins, FUNC_GPIO0, kPins, [this] { settle(); }) {
    interrupt_clear.after_write = [this](std::uint32_t) { edges_ &= ~interrupt_clear.pins; };
}

void Gpio::settle() {
    const std::uint32_t inputs = port_.inputs();
    const std::uint32_t enabled = interrupt_enable.pins & ~direction.pins;
    const std::uint32_t by_edge = interrupt_level.pins | interrupt_bothedge.pins;
    const std::uint32_t rising = inputs & ~seen_, falling = seen_ & ~inputs;
    seen_ = inputs;
    const std::uint32_t wanted_edges = (interrupt_polarity.pins & rising) | (~interrupt_polarity.pins & falling) |
                                       (interrupt_bothedge.pins & (rising | falling));
    edges_ = (edges_ | wanted_edges) & enabled & by_edge;
    const std::uint32_t levels = ~(inputs ^ interrupt_polarity.pins) & enabled & ~by_edge;

    interrupt_status_raw.pins = edges_ | levels;
    interrupt_status.pins = interrupt_status_raw.pins & ~interrupt_mask.pins;
    data_input.pins = (data_output.pins & direction.pins) | (inputs & ~direction.pins);
    irq.set(interrupt_status.pins != 0);
    port_.drive(data_output.pins, direction.pins);
}

void Gpio::visit_state(StateVisitor& v) {
    Device::visit_state(v);
    port_.visit_state(v, "port");
    v.value("seen", seen_);
    v.value("edges", edges_);
}

}  // namespace k210
