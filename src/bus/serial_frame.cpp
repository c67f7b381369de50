#include "k210/bus/serial_frame.hpp"

#include <algorithm>
#include <bit>

#include "k210/base/units.hpp"

namespace k210 {
namespace {

constexpr std::uint64_t kTolerancePercent = 4;

// The bit that goes between the data and the stop bit.
bool parity_bit(unsigned data, SerialFormat::Parity parity) {
    const bool odd_ones = std::popcount(data) % 2 != 0;
    switch (parity) {
        case SerialFormat::Parity::odd: return !odd_ones;
        case SerialFormat::Parity::even: return odd_ones;
        case SerialFormat::Parity::mark: return true;
        default: return false;
    }
}

// The line's levels, a bit each from the start bit on; idle, high, behind that.
struct Wave {
    Wave(unsigned data, const SerialFormat& format) : bit_ps(format.bit_ps), bits(1 + format.data_bits) {
        levels = data << 1;
        if (format.parity != SerialFormat::Parity::none)
            levels |= std::uint64_t{parity_bit(data, format.parity)} << bits++;
    }
    bool level(std::uint64_t ps) const {
        const std::uint64_t bit = ps / bit_ps;
        return bit >= bits || (levels >> bit & 1);
    }
    // The first time from `ps` on at which the line is so; not before end_ps() when it is no more.
    std::uint64_t first(bool wanted, std::uint64_t ps) const {
        while (ps < end_ps() && level(ps) != wanted) ps = (ps / bit_ps + 1) * bit_ps;
        return ps;
    }
    std::uint64_t end_ps() const { return bits * bit_ps; }

    std::uint64_t bit_ps;
    unsigned bits;
    std::uint64_t levels;
};

}  // namespace

SerialFormat SerialFormat::of_baud(std::uint64_t baud) {
    return {.bit_ps = baud ? kPsPerSecond / baud : 0};
}

std::uint64_t SerialFormat::baud() const {
    return bit_ps ? kPsPerSecond / bit_ps : 0;
}

std::vector<HeardByte> hear(std::uint8_t byte, const SerialFormat& sent, const SerialFormat& set) {
    std::vector<HeardByte> heard;
    if (sent.bit_ps == 0 || set.bit_ps == 0) return heard;
    const Wave wave(byte & (0xffu >> (8 - sent.data_bits)), sent);
    const bool parity = set.parity != SerialFormat::Parity::none;
    // A receiver that is more than a hundred times as fast hears no more than so many bytes, all of them noise.
    constexpr std::size_t kMost = 16;
    for (std::uint64_t start = 0; start < wave.end_ps() && heard.size() < kMost;) {
        const auto sample = [&](unsigned bit) { return wave.level(start + set.bit_ps * bit + set.bit_ps / 2); };
        unsigned data = 0, bit = 1;
        for (unsigned i = 0; i < set.data_bits; ++i) data |= unsigned{sample(bit++)} << i;
        HeardByte one{.byte = static_cast<std::uint8_t>(data)};
        if (parity) one.parity_error = sample(bit++) != parity_bit(data, set.parity);
        one.framing_error = !sample(bit);
        heard.push_back(one);
        start = wave.first(false, wave.first(true, start + set.bit_ps * bit + set.bit_ps / 2));
    }
    return heard;
}

bool rates_agree(std::uint64_t a_baud, std::uint64_t b_baud) {
    const std::uint64_t apart = std::max(a_baud, b_baud) - std::min(a_baud, b_baud);
    return apart * 100 <= b_baud * kTolerancePercent;
}

}  // namespace k210
