#include "k210/loader/flash_image.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "k210/base/error.hpp"

namespace k210 {

void FlashImage::place(std::uint32_t address, std::span<const std::uint8_t> bytes, const std::string& name) {
    if (bytes.empty()) throw InputError(fmt::format("{}: is empty", name));
    if (address >= size() || bytes.size() > size() - address)
        throw InputError(fmt::format("{}: 0x{:x}: {} bytes do not fit into a flash of 0x{:x} bytes", name, address,
                                     bytes.size(), size()));
    const std::size_t end = address + bytes.size();
    for (const Range& other : placed_)
        if (address < other.end && other.begin < end)
            throw InputError(fmt::format("{}: 0x{:x}..0x{:x}: overlaps {} at 0x{:x}..0x{:x}", name, address, end - 1,
                                         other.name, other.begin, other.end - 1));
    if (bytes_.size() < end) bytes_.resize(end, kErasedByte);
    std::copy(bytes.begin(), bytes.end(), bytes_.begin() + address);
    placed_.push_back({address, end, name});
}

std::optional<std::uint32_t> parse_address(std::string_view text) {
    int base = 10;
    if (text.starts_with("0x") || text.starts_with("0X")) {
        base = 16;
        text.remove_prefix(2);
    }
    std::uint32_t address = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, address, base);
    if (error != std::errc{} || stopped != end) return std::nullopt;
    return address;
}

}  // namespace k210
