#include "board/led/led.hpp"

#include <algorithm>
#include <string>

namespace k210 {
namespace {

struct KnownElement {
    std::string_view pad_key;
    Colour colour;
};
constexpr std::array kElements = {KnownElement{"red_pad", {255, 0, 0}}, KnownElement{"green_pad", {0, 255, 0}},
                                  KnownElement{"blue_pad", {0, 0, 255}}, KnownElement{"white_pad", {255, 255, 255}}};

std::uint8_t mixed(std::uint8_t with, std::uint8_t part, std::uint8_t brightness) {
    return static_cast<std::uint8_t>(std::min(255, with + part * brightness / 255));
}

}  // namespace

PartDesign Led::design(PartOptions& options) {
    Config config{{}, options.level("active", false)};
    for (const auto& [key, colour] : kElements)
        if (const auto pad = options.may_be_lit_by(key)) config.elements.push_back({*pad, colour});
    if (config.elements.empty()) options.refuse("part", "none of red_pad, green_pad, blue_pad, white_pad is there");
    return {[config](const PartContext& context) { return std::make_unique<Led>(context, config); }};
}

Led::Led(const PartContext& context, const Config& config) : supply_(context.supply), active_high_(config.active_high) {
    for (const auto& [pad, colour] : config.elements)
        elements_.push_back({pad, {context.events, pad, config.active_high}, colour});
}

std::span<const Colour> Led::colours() {
    shown_ = {};
    if (supply_.board_off()) return {&shown_, 1};
    for (const auto& [number, pad, colour] : elements_) {
        const std::uint8_t brightness = pad.brightness();
        shown_.red = mixed(shown_.red, colour.red, brightness);
        shown_.green = mixed(shown_.green, colour.green, brightness);
        shown_.blue = mixed(shown_.blue, colour.blue, brightness);
    }
    return {&shown_, 1};
}

// One that a low level lights pulls its pad up: dark where the guest drives nothing.
void Led::hang(ChipPins& chip) {
    for (Element& element : elements_) {
        if (!active_high_) chip.pads().drive_pad(element.number, true);
        element.pad.hang(chip.pads());
    }
}

void Led::visit_state(StateVisitor& v) {
    for (std::size_t i = 0; i < elements_.size(); ++i) {
        const auto scope = v.enter("element" + std::to_string(i));
        elements_[i].pad.visit_state(v);
    }
}

}  // namespace k210
