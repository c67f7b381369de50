// The flash chip's contents while they are put together.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace k210 {

inline constexpr std::uint8_t kErasedByte = 0xff;
inline constexpr std::size_t kMaxFlashBytes = 16 << 20;  // 24 bits of address

class FlashImage {
public:
    explicit FlashImage(std::size_t size_bytes) : size_bytes_(size_bytes) {}
    // Goes on from what a chip holds already; new contents may be placed anywhere over it.
    explicit FlashImage(std::vector<std::uint8_t> contents)
        : size_bytes_(contents.size()), bytes_(std::move(contents)) {}

    // Throws InputError naming `name`, and what is in its way, when `bytes` is empty, ends past the chip or
    // overlaps what was placed before.
    void place(std::uint32_t address, std::span<const std::uint8_t> bytes, const std::string& name);

    // Up to the last byte placed; what follows on the chip is erased.
    std::span<const std::uint8_t> bytes() const { return bytes_; }
    std::size_t size() const { return size_bytes_; }
    std::vector<std::uint8_t> release() && { return std::move(bytes_); }

private:
    struct Range {
        std::size_t begin, end;
        std::string name;
    };
    std::size_t size_bytes_;
    std::vector<std::uint8_t> bytes_;
    std::vector<Range> placed_;
};

// "0x300000" or "3145728"; nullopt for anything else, and for what needs more than 32 bits.
std::optional<std::uint32_t> parse_address(std::string_view text);

}  // namespace k210
