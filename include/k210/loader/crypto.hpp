// The two primitives that boot images need. People and files are shown the first in hexadecimal.
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "k210/loader/boot_rom.hpp"

namespace k210 {

std::array<std::uint8_t, kSha256Bytes> sha256(std::span<const std::uint8_t> bytes);
std::string hex_sha256(std::span<const std::uint8_t> bytes);  // in small letters

// AES-128-CBC from an all-zero initial vector; the size is a multiple of 16, and no padding is removed.
std::vector<std::uint8_t> aes128_cbc_decrypt(std::span<const std::uint8_t> bytes, const AesKey& key);

}  // namespace k210
