// Bytes as text, RFC 4648.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace k210 {

std::string base64(std::span<const std::uint8_t> bytes);
// Throws InputError when it is none.
std::vector<std::uint8_t> from_base64(std::string_view text);

}  // namespace k210
