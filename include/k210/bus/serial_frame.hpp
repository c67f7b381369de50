// A byte on an asynchronous serial line, bit by bit: what a receiver makes of it that is set otherwise than its sender.
#pragma once
#include <cstdint>
#include <vector>

namespace k210 {

struct SerialFormat {
    enum class Parity : std::uint8_t { none, odd, even, space, mark };

    std::uint64_t bit_ps = 0;  // 0: no rate is set, nothing is sent or heard
    unsigned data_bits = 8;
    Parity parity = Parity::none;
    unsigned stop_halves = 2;  // half bits; a receiver looks at the first stop bit only

    static SerialFormat of_baud(std::uint64_t baud);  // 8N1
    std::uint64_t baud() const;
};

struct HeardByte {
    std::uint8_t byte = 0;
    bool framing_error = false, parity_error = false;
    bool operator==(const HeardByte&) const = default;
};

// What a receiver makes of one byte, between idle lines: nothing, a byte or, when it is much faster, several. It looks
// at the middle of each of its bits, and waits for the next falling edge after its stop bit.
std::vector<HeardByte> hear(std::uint8_t byte, const SerialFormat& sent, const SerialFormat& set);

// Whether the last bit of a frame is still looked at within itself: of ten bits, 5 % put its middle at its edge. A
// public kernel, npucore, is 3.2 % off at the clock that a reset leaves here; that it is read on boards is [assumed].
bool rates_agree(std::uint64_t a_baud, std::uint64_t b_baud);

}  // namespace k210
