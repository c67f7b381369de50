// A chain of WS2812 LEDs on one pad, fed by pulses however they are made. Each LED takes the first 24 bits that reach
// it, green, red, blue, the most significant first, and hands on what follows; all show them once the line rests.
// Bits and their order: [sdk] MaixPy components/drivers/ws2812 (struct ws2812_data, mask from 0x80'0000). Limits
// between the pulses of the two bits, which that driver and others make 400 and 850 ns long, and of the rest:
// [assumed].
#pragma once
#include <array>
#include <vector>

#include "k210/part/part.hpp"

namespace k210 {

class Ws2812 final : public Part, public Light {
    static constexpr std::array kPorts{PortKind::light};

public:
    static PartDesign design(PartOptions& options);
    static constexpr PartKind kKind{"ws2812", kPorts, design};

    static constexpr unsigned kMostLeds = 1024;
    Ws2812(const PartContext& context, unsigned pad, unsigned count);

    std::span<const Colour> colours() override;

    void hang(ChipPins& chip) override;
    void power_on() override;
    void visit_state(StateVisitor& v) override;
    std::vector<Port*> ports() override { return {this}; }

private:
    void edge(bool level);
    bool rests() const;
    void latch(std::vector<Colour>& shown) const;

    EventQueue& events_;
    const Supply& supply_;
    unsigned pad_;
    bool level_ = false;
    SimTime since_{};                      // of that level
    std::vector<std::uint32_t> received_;  // for each LED that has its 24 bits, and for the one that has not yet
    unsigned leds_received_ = 0, bits_received_ = 0;
    std::vector<Colour> latched_, shown_;
};

}  // namespace k210
