// What MicroPython calls things: names stand in pools, and go by their numbers everywhere else.
//
// [doc] MicroPython 1.9 to 1.12: py/qstr.c, py/qstr.h; 64-bit builds.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace k210::profile {

// Memory of the guest that begins at `address`. Reads 0 and nothing outside of it.
class GuestImage {
public:
    static constexpr std::size_t kWord = 8;

    GuestImage(std::span<const std::uint8_t> bytes, std::uint64_t address) : bytes_(bytes), address_(address) {}

    std::uint64_t begin() const { return address_; }
    std::uint64_t end() const { return address_ + bytes_.size(); }
    bool holds(std::uint64_t at) const { return at - address_ < bytes_.size(); }
    std::uint64_t word(std::uint64_t at) const;
    std::uint8_t byte(std::uint64_t at) const { return holds(at) ? bytes_[at - address_] : std::uint8_t{0}; }
    // A name of a pool: one byte of hash, one of length, the text and a zero.
    std::optional<std::string_view> name(std::uint64_t at) const;

private:
    std::span<const std::uint8_t> bytes_;
    std::uint64_t address_;
};

// By their numbers; they point into the image. Those that firmware was built with, and behind them those that scripts
// have added since.
using MicroPythonNames = std::vector<std::string_view>;
MicroPythonNames read_names(const GuestImage& image);

}  // namespace k210::profile
