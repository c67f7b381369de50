// What the mask ROM does with the flash before any firmware runs. The ROM itself is not executed.
//
// A boot image is: AES flag (one byte), length of the data (32 bits, little-endian), the data, SHA-256 of all of these.
// [sdk] kflash.py@5783d8d:1043-1066 writes it so. The ROM checks the hash and copies the data to 0x80000000.
// Encrypted data is AES-128-CBC with an all-zero initial vector; the key lies in the OTP. [sdk] kflash.py:1055-1058
// [assumed] The ROM refuses an image whose hash is wrong, and a zero key is no key.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "k210/loader/program.hpp"

namespace k210 {

inline constexpr std::size_t kBootHeaderBytes = 5, kSha256Bytes = 32;

using AesKey = std::array<std::uint8_t, 16>;

// The boot image around `data`, not encrypted.
std::vector<std::uint8_t> make_boot_image(std::span<const std::uint8_t> data);

// How long the boot image is with which `bytes` begin: one whose hash is right. 0 when there is none.
std::size_t find_boot_image(std::span<const std::uint8_t> bytes);

// The program that the ROM would start; InputError says why it would not.
Program read_boot_image(std::span<const std::uint8_t> flash, const std::optional<AesKey>& key = std::nullopt);

}  // namespace k210
