#include "board/ws2812/ws2812.hpp"

#include <algorithm>

namespace k210 {
namespace {

constexpr std::uint64_t kOnePs = 600'000;  // so long high, or longer: a one
constexpr std::uint64_t kRestPs = ps_from_us(50);
constexpr unsigned kBits = 24;

Colour colour_of(std::uint32_t bits) {
    return {static_cast<std::uint8_t>(bits >> 8), static_cast<std::uint8_t>(bits >> 16),
            static_cast<std::uint8_t>(bits)};
}

}  // namespace

PartDesign Ws2812::design(PartOptions& options) {
    const unsigned pad = options.hears("pad");
    const auto count = static_cast<unsigned>(options.number("count", {1, kMostLeds}, 1));
    return {[=](const PartContext& context) { return std::make_unique<Ws2812>(context, pad, count); }};
}

Ws2812::Ws2812(const PartContext& context, unsigned pad, unsigned count)
    : events_(context.events), supply_(context.supply), pad_(pad), received_(count), latched_(count) {}

void Ws2812::hang(ChipPins& chip) {
    chip.pads().on_pad(pad_, [this](bool level) { edge(level); });
    level_ = chip.pads().pad_level(pad_);
}

void Ws2812::power_on() {
    std::ranges::fill(latched_, Colour{});
    leds_received_ = bits_received_ = 0;
}

bool Ws2812::rests() const {
    return !level_ && events_.now() >= after(since_, kRestPs);
}

void Ws2812::latch(std::vector<Colour>& shown) const {
    for (unsigned i = 0; i < leds_received_; ++i) shown[i] = colour_of(received_[i]);
}

void Ws2812::edge(bool level) {
    if (level && rests()) {
        latch(latched_);
        leds_received_ = bits_received_ = 0;
    }
    if (!level && leds_received_ < received_.size()) {
        const bool one = events_.now() >= after(since_, kOnePs);
        received_[leds_received_] = received_[leds_received_] << 1 | one;
        if (++bits_received_ == kBits) {
            ++leds_received_;
            bits_received_ = 0;
        }
    }
    level_ = level;
    since_ = events_.now();
}

std::span<const Colour> Ws2812::colours() {
    shown_ = latched_;
    if (supply_.board_off())
        std::ranges::fill(shown_, Colour{});
    else if (rests())
        latch(shown_);
    return shown_;
}

void Ws2812::visit_state(StateVisitor& v) {
    v.value("level", level_);
    v.value("since_ps", since_.ps);
    v.table<std::uint32_t>("received", received_);
    v.value("leds_received", leds_received_, static_cast<unsigned>(received_.size()));
    v.value("bits_received", bits_received_, kBits - 1);
    std::vector<std::uint8_t> latched;
    for (const Colour& colour : latched_) latched.insert(latched.end(), {colour.red, colour.green, colour.blue});
    v.bytes("latched", latched);
    for (std::size_t i = 0; i < latched_.size(); ++i)
        latched_[i] = {latched[i * 3], latched[i * 3 + 1], latched[i * 3 + 2]};
}

}  // namespace k210
