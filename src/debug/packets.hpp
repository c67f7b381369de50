// Packets of gdb's remote serial protocol: "$payload#checksum". [doc] gdb manual, appendix E
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace k210::debug {

// The payload, framed and escaped.
std::string packet(std::string_view payload);

std::string to_hex(std::span<const std::uint8_t> bytes);
std::string to_hex(std::string_view text);
// Nothing unless all of it is pairs of digits.
std::optional<std::string> from_hex(std::string_view digits);
// A hexadecimal number of 64 bits at most, at the beginning of `text`, which is shortened by it.
std::optional<std::uint64_t> take_number(std::string_view& text);
// Shortens `text` by `expected` if it begins so.
bool take(std::string_view& text, std::string_view expected);

// Takes a stream apart.
class PacketReader {
public:
    static constexpr std::size_t kMostBytes = 0x4000;  // of a payload; what is longer is dropped

    enum class Kind : std::uint8_t { packet, damaged, interrupt };
    struct Received {
        Kind kind;
        std::string payload = {};
    };

    void add(std::span<const std::uint8_t> bytes) { bytes_.append(bytes.begin(), bytes.end()); }
    std::optional<Received> next();
    void clear() { bytes_.clear(); }

private:
    std::string bytes_;
};

}  // namespace k210::debug
