#include "gpiohs/gpiohs.hpp"

#include <bit>
#include <string>

namespace k210 {

Gpiohs::Gpiohs(DeviceContext context, PinMux& pins)
    : Device("gpiohs", context), port_(pins, FUNC_GPIOHS0, kPins, [this] { settle(); }) {
    for (unsigned pin = 0; pin < kPins; ++pin) irq.emplace_back(*this, "irq_" + std::to_string(pin));
}

void Gpiohs::settle() {
    const std::uint32_t before = input_val.raw;
    const std::uint32_t sampled = port_.inputs() & input_en.raw;
    input_val.raw = sampled;
    rise_ip.raw |= sampled & ~before;
    fall_ip.raw |= before & ~sampled;
    high_ip.raw |= sampled;
    low_ip.raw |= ~sampled;
    port_.drive(output_val.raw ^ output_xor.raw, output_en.raw);

    const std::uint32_t pending = (rise_ip.raw & rise_ie.raw) | (fall_ip.raw & fall_ie.raw) |
                                  (high_ip.raw & high_ie.raw) | (low_ip.raw & low_ie.raw);
    std::uint32_t changed = pending ^ irqs_;
    irqs_ = pending;
    for (; changed; changed &= changed - 1) {
        const auto pin = static_cast<unsigned>(std::countr_zero(changed));
        irq[pin].set(pending >> pin & 1);
    }
}

void Gpiohs::visit_state(StateVisitor& v) {
    Device::visit_state(v);
    port_.visit_state(v, "port");
    v.value("irqs", irqs_);
}

}  // namespace k210
