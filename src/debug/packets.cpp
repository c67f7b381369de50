#include "debug/packets.hpp"

#include <charconv>
#include <numeric>

#include <fmt/format.h>

namespace k210::debug {
namespace {

constexpr char kEscape = '}', kEscapeBit = 0x20, kInterrupt = 0x03;
constexpr std::size_t kChecksumDigits = 2;

std::uint8_t checksum(std::string_view payload) {
    return std::accumulate(payload.begin(), payload.end(), std::uint8_t{0}, [](std::uint8_t sum, char c) {
        return static_cast<std::uint8_t>(sum + static_cast<std::uint8_t>(c));
    });
}

std::string unescaped(std::string_view payload) {
    std::string text;
    for (std::size_t i = 0; i < payload.size(); ++i) {
        if (payload[i] == kEscape && i + 1 < payload.size())
            text += static_cast<char>(payload[++i] ^ kEscapeBit);
        else
            text += payload[i];
    }
    return text;
}

}  // namespace

std::string packet(std::string_view payload) {
    std::string escaped;
    for (const char c : payload) {
        if (c == '$' || c == '#' || c == kEscape || c == '*') {
            escaped += kEscape;
            escaped += static_cast<char>(c ^ kEscapeBit);
        } else {
            escaped += c;
        }
    }
    return fmt::format("${}#{:02x}", escaped, checksum(escaped));
}

std::string to_hex(std::span<const std::uint8_t> bytes) {
    std::string digits;
    for (const std::uint8_t byte : bytes) digits += fmt::format("{:02x}", byte);
    return digits;
}

std::string to_hex(std::string_view text) {
    return to_hex(std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

std::optional<std::string> from_hex(std::string_view digits) {
    if (digits.size() % 2 != 0) return {};
    std::string bytes;
    for (; !digits.empty(); digits.remove_prefix(2)) {
        std::uint8_t byte = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + 2, byte, 16);
        if (error != std::errc{} || end != digits.data() + 2) return {};
        bytes += static_cast<char>(byte);
    }
    return bytes;
}

std::optional<std::uint64_t> take_number(std::string_view& text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, 16);
    if (error != std::errc{}) return {};
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

bool take(std::string_view& text, std::string_view expected) {
    if (!text.starts_with(expected)) return false;
    text.remove_prefix(expected.size());
    return true;
}

std::optional<PacketReader::Received> PacketReader::next() {
    for (;;) {
        const std::size_t begin = bytes_.find_first_of(std::string{'$', kInterrupt});
        bytes_.erase(0, begin);  // acknowledgements, and what is none of ours
        if (bytes_.empty()) return {};
        if (bytes_.front() == kInterrupt) {
            bytes_.erase(0, 1);
            return Received{Kind::interrupt};
        }
        const std::size_t hash = bytes_.find('#');
        if (hash == std::string::npos || bytes_.size() < hash + 1 + kChecksumDigits) {
            if (bytes_.size() <= kMostBytes + 1 + kChecksumDigits) return {};
            bytes_.erase(0, 1);  // nobody is going to end it
            continue;
        }
        const std::string payload = bytes_.substr(1, hash - 1);
        const auto sum = from_hex(bytes_.substr(hash + 1, kChecksumDigits));
        bytes_.erase(0, hash + 1 + kChecksumDigits);
        if (!sum || static_cast<std::uint8_t>(sum->front()) != checksum(payload)) return Received{Kind::damaged};
        return Received{Kind::packet, unescaped(payload)};
    }
}

}  // namespace k210::debug
