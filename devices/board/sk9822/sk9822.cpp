#include "board/sk9822/sk9822.hpp"

#include <algorithm>

namespace k210 {
namespace {

constexpr unsigned kBits = 32, kMostBrightness = 31;
constexpr std::uint32_t kMark = 0xe000'0000;

Colour colour_of(std::uint32_t word) {
    const std::uint32_t brightness = word >> 24 & kMostBrightness;
    const auto part = [&](unsigned shift) {
        return static_cast<std::uint8_t>((word >> shift & 0xff) * brightness / kMostBrightness);
    };
    return {part(0), part(8), part(16)};
}

}  // namespace

PartDesign Sk9822::design(PartOptions& options) {
    const unsigned clock = options.hears("clock_pad"), data = options.hears("data_pad");
    const auto count = static_cast<unsigned>(options.number("count", {1, kMostLeds}, 1));
    return {[=](const PartContext& context) { return std::make_unique<Sk9822>(context, clock, data, count); }};
}

Sk9822::Sk9822(const PartContext& context, unsigned clock_pad, unsigned data_pad, unsigned count)
    : supply_(context.supply), clock_pad_(clock_pad), data_pad_(data_pad), led_(count), words_(count), shown_(count) {}

void Sk9822::hang(ChipPins& chip) {
    pads_ = &chip.pads();
    clock_ = pads_->pad_level(clock_pad_);
    pads_->on_pad(clock_pad_, [this](bool level) {
        if (level && !clock_) take(pads_->pad_level(data_pad_));
        clock_ = level;
    });
}

void Sk9822::power_on() {
    std::ranges::fill(words_, 0u);
    word_ = zeros_ = bits_ = 0;
    led_ = static_cast<std::uint32_t>(words_.size());
}

void Sk9822::take(bool bit) {
    zeros_ = bit ? 0 : std::min(zeros_ + 1, kBits);
    word_ = word_ << 1 | std::uint32_t{bit};
    if (zeros_ == kBits) {  // all begins anew
        led_ = bits_ = 0;
    } else if (++bits_ == kBits) {
        bits_ = 0;
        if (led_ == words_.size()) return;
        if ((word_ & kMark) == kMark) words_[led_] = word_;
        ++led_;
    }
}

std::span<const Colour> Sk9822::colours() {
    for (std::size_t i = 0; i < words_.size(); ++i) shown_[i] = supply_.board_off() ? Colour{} : colour_of(words_[i]);
    return shown_;
}

void Sk9822::visit_state(StateVisitor& v) {
    v.value("clock", clock_);
    v.value("word", word_);
    v.value("zeros", zeros_, kBits);
    v.value("bits", bits_, kBits - 1);
    v.value("led", led_, static_cast<std::uint32_t>(words_.size()));
    v.table<std::uint32_t>("words", words_);
}

}  // namespace k210
