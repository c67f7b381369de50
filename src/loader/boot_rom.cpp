#include "k210/loader/boot_rom.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "k210/base/error.hpp"
#include "k210/loader/crypto.hpp"
#include "k210/loader/flash_image.hpp"
#include "k210/loader/little_endian.hpp"

namespace k210 {
namespace {

[[noreturn]] void refuse(std::string_view why) {
    throw InputError(fmt::format("flash: 0x0: {}", why));
}

}  // namespace

std::vector<std::uint8_t> make_boot_image(std::span<const std::uint8_t> data) {
    std::vector<std::uint8_t> image = {0};
    image.reserve(kBootHeaderBytes + data.size() + kSha256Bytes);
    for (unsigned shift = 0; shift < 32; shift += 8) image.push_back(static_cast<std::uint8_t>(data.size() >> shift));
    image.insert(image.end(), data.begin(), data.end());
    const auto hash = sha256(image);
    image.insert(image.end(), hash.begin(), hash.end());
    return image;
}

std::size_t find_boot_image(std::span<const std::uint8_t> bytes) {
    if (bytes.size() < kBootHeaderBytes || bytes[0] > 1) return 0;
    const std::uint64_t hashed_bytes = std::uint64_t{read_le<std::uint32_t>(bytes, 1)} + kBootHeaderBytes;
    if (hashed_bytes + kSha256Bytes > bytes.size() ||
        !std::ranges::equal(sha256(bytes.first(hashed_bytes)), bytes.subspan(hashed_bytes, kSha256Bytes)))
        return 0;
    return hashed_bytes + kSha256Bytes;
}

Program read_boot_image(std::span<const std::uint8_t> flash, const std::optional<AesKey>& key) {
    if (flash.size() < kBootHeaderBytes + kSha256Bytes) refuse("the flash is too small for a program");
    const auto header = flash.first(kBootHeaderBytes);
    if (std::all_of(header.begin(), header.end(), [](std::uint8_t b) { return b == kErasedByte; }))
        refuse("there is no program, the flash is erased here");
    const std::uint8_t aes_flag = header[0];
    if (aes_flag > 1) refuse(fmt::format("no boot image: its first byte is 0x{:02x} instead of an AES flag", aes_flag));
    const std::size_t length = read_le<std::uint32_t>(header, 1);
    if (length == 0) refuse("the boot image is empty");
    if (length > flash.size() - kBootHeaderBytes - kSha256Bytes)
        refuse(fmt::format("the boot image's length, {} bytes, goes past the flash's end", length));
    if (length > kProgramMemoryBytes)
        refuse(
            fmt::format("the boot image's {} bytes do not fit into {} bytes of memory", length, kProgramMemoryBytes));

    const auto hashed = flash.first(kBootHeaderBytes + length);
    const auto stored_hash = flash.subspan(hashed.size(), kSha256Bytes);
    if (!std::ranges::equal(sha256(hashed), stored_hash))
        refuse(fmt::format("the SHA-256 of the boot image's {} bytes is wrong, so the boot ROM refuses it", length));

    const auto data = hashed.subspan(kBootHeaderBytes);
    if (aes_flag == 0) return {kProgramBase, {{kProgramBase, {data.begin(), data.end()}}}};
    if (!key || *key == AesKey{}) refuse("the boot image is encrypted, and the chip's OTP holds no AES key");
    if (length % key->size() != 0)
        refuse(fmt::format("the encrypted boot image's {} bytes are no whole AES blocks", length));
    return {kProgramBase, {{kProgramBase, aes128_cbc_decrypt(data, *key)}}};
}

}  // namespace k210
