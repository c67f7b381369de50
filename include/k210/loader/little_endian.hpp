// Numbers as files store them.
#pragma once
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>

namespace k210 {

// The caller has checked that bytes[offset] to bytes[offset + sizeof(T) - 1] exist.
template <std::unsigned_integral T>
T read_le(std::span<const std::uint8_t> bytes, std::size_t offset) {
    T value = 0;
    for (std::size_t i = sizeof(T); i-- > 0;) value = static_cast<T>(std::uint64_t{value} << 8 | bytes[offset + i]);
    return value;
}

}  // namespace k210
