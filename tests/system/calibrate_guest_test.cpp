// The guest program that the calibration times: what its operators compute.
#include <bit>
#include <cmath>
#include <map>
#include <sstream>

#include "machine_bench.hpp"

namespace k210 {
namespace {

constexpr std::size_t kLarge = 16 * 160 * 120, kSmall = 16 * 80 * 60, kHead = 30 * 20 * 15, kPicture = 3 * 320 * 240;

using Bytes = std::vector<std::uint8_t>;

std::string sum_of(const Bytes& bytes) {
    std::uint64_t sum = 0;
    for (const std::uint8_t byte : bytes) sum = sum * 31 + byte;
    std::ostringstream text;
    text << std::hex << sum;
    return text.str();
}

Bytes picture() {
    Bytes bytes;
    for (std::uint64_t word = 0; word < kPicture / 8; ++word)
        for (unsigned byte = 0; byte < 8; ++byte)
            bytes.push_back(static_cast<std::uint8_t>(word * 0x9e3779b97f4a7c15 >> 8 * byte));
    return bytes;
}

Bytes input(std::size_t count) {
    Bytes bytes;
    for (std::size_t i = 0; i < count; ++i) bytes.push_back(static_cast<std::uint8_t>(i * 7 + i / 251));
    return bytes;
}

// Each byte from its index, by two products of words.
Bytes pattern() {
    Bytes bytes;
    for (std::uint32_t i = 0; i < 1'048'576; ++i) {
        std::uint32_t x = i + 0x9e37'79b9;
        for (const auto& [shift, factor] : {std::pair{16, 0x7feb'352dU}, std::pair{15, 0x846c'a68bU}})
            x = (x ^ x >> shift) * factor;
        bytes.push_back(static_cast<std::uint8_t>(x ^ x >> 16));
    }
    return bytes;
}

double rounded(double value, double multiplier, int shift) {
    return std::floor(std::ldexp(value * multiplier, -shift) + 0.5);
}

// An input and its copy from AI RAM, each with its own scale.
Bytes added(const Bytes& bytes) {
    Bytes sums;
    for (const std::uint8_t byte : bytes) {
        const double a = rounded(byte - 117, 21845, 15), b = rounded(byte - 98, 30583, 16);
        sums.push_back(static_cast<std::uint8_t>(std::clamp(rounded(a + b, 25206, 15) + 109, 0.0, 255.0)));
    }
    return sums;
}

Bytes dequantized(const Bytes& bytes, float scale, float bias) {
    Bytes floats;
    for (const std::uint8_t byte : bytes) {
        const auto bits = std::bit_cast<std::uint32_t>(static_cast<float>(byte) * scale + bias);
        for (unsigned i = 0; i < 4; ++i) floats.push_back(static_cast<std::uint8_t>(bits >> 8 * i));
    }
    return floats;
}

// "upload 307200" and such, and the sum that the guest has printed for it.
std::map<std::string, std::string> sums_in(const std::string& console) {
    std::map<std::string, std::string> sums;
    std::istringstream lines(console);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string name, elements, cycles, instructions, sum;
        if (words >> name >> elements >> cycles >> instructions >> sum)
            sums[name + " " + elements.substr(elements.find('=') + 1)] = sum.substr(sum.find('=') + 1);
    }
    return sums;
}

TEST(CalibrateGuestTest, OperatorsComputeWhatTheRuntimesOnesDo) {
    MachineBench bench(guest_on_maix_bit("calibrate_ops"));
    EXPECT_EQ(bench.run(10), StopReason::idle);
    std::map<std::string, std::string> expected = {
        {"input_dma 230400", sum_of(picture())},
        {"dequantize_v3 9000", sum_of(dequantized(input(kHead), 0.125f, -16))},
        {"pattern 1048576", sum_of(pattern())},
    };
    for (const std::size_t count : {kLarge, kSmall}) {
        const std::string elements = " " + std::to_string(count);
        expected["upload" + elements] = expected["download" + elements] = sum_of(input(count));
        expected["add_quantized" + elements] = sum_of(added(input(count)));
        expected["dequantize_v4" + elements] = sum_of(dequantized(added(input(count)), 0.0625f, -8));
    }
    EXPECT_EQ(sums_in(bench.console()), expected);
}

}  // namespace
}  // namespace k210
