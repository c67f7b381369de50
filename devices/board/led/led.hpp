// One LED of one or more colours, each on a pad of its own. Pads that the guest switches fast show their mean.
#pragma once
#include <array>
#include <vector>

#include "k210/part/pad_brightness.hpp"
#include "k210/part/part.hpp"

namespace k210 {

class Led final : public Part, public Light {
    static constexpr std::array kPorts{PortKind::light};

public:
    static PartDesign design(PartOptions& options);
    static constexpr PartKind kKind{"led", kPorts, design};

    struct Config {
        struct Element {
            unsigned pad;
            Colour colour;
        };
        std::vector<Element> elements;
        bool active_high;
    };
    Led(const PartContext& context, const Config& config);

    std::span<const Colour> colours() override;

    void hang(ChipPins& chip) override;
    void visit_state(StateVisitor& v) override;
    std::vector<Port*> ports() override { return {this}; }

private:
    struct Element {
        unsigned number;
        PadBrightness pad;
        Colour colour;
    };
    const Supply& supply_;
    const bool active_high_;
    std::vector<Element> elements_;
    Colour shown_;
};

}  // namespace k210
