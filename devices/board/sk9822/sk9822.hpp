// A chain of SK9822 LEDs on a clock and a data pad, as the ring of Sipeed's microphone array has them. Behind 32 zeros
// each LED takes the next 32 bits: three ones, five bits of brightness, blue, green, red.
// Bits and their order: [sdk] MaixPy components/kendryte_sdk/src/sipeed_sk9822.c:33-147. [assumed]: a bit is taken as
// the clock rises, a LED shows its colour at once, brightness scales it evenly, and what does not begin with three ones
// leaves a LED as it is.
#pragma once
#include <array>
#include <vector>

#include "k210/part/part.hpp"

namespace k210 {

class Sk9822 final : public Part, public Light {
    static constexpr std::array kPorts{PortKind::light};

public:
    static PartDesign design(PartOptions& options);
    static constexpr PartKind kKind{"sk9822", kPorts, design};

    static constexpr unsigned kMostLeds = 1024;
    Sk9822(const PartContext& context, unsigned clock_pad, unsigned data_pad, unsigned count);

    std::span<const Colour> colours() override;

    void hang(ChipPins& chip) override;
    void power_on() override;
    void visit_state(StateVisitor& v) override;
    std::vector<Port*> ports() override { return {this}; }

private:
    void take(bool bit);

    const Supply& supply_;
    const unsigned clock_pad_, data_pad_;
    Pads* pads_ = nullptr;
    bool clock_ = false;
    std::uint32_t word_ = 0;   // the last 32 bits
    std::uint32_t zeros_ = 0;  // how many of them, the last ones, are zero
    std::uint32_t bits_ = 0;   // that have come of a LED's
    std::uint32_t led_ = 0;    // which one takes them; behind the last: nobody does
    std::vector<std::uint32_t> words_;
    std::vector<Colour> shown_;
};

}  // namespace k210
