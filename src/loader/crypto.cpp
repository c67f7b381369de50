#include "k210/loader/crypto.hpp"

#include <memory>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/evp.h>

namespace k210 {
namespace {

constexpr std::size_t kAesBlockBytes = 16;

struct FreeCipher {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};

void require(int result, const char* what) {
    if (result != 1) throw std::runtime_error(std::string("OpenSSL: ") + what + " failed");
}

}  // namespace

std::array<std::uint8_t, kSha256Bytes> sha256(std::span<const std::uint8_t> bytes) {
    std::array<std::uint8_t, kSha256Bytes> digest{};
    require(EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr), "SHA-256");
    return digest;
}

std::string hex_sha256(std::span<const std::uint8_t> bytes) {
    return fmt::format("{:02x}", fmt::join(sha256(bytes), ""));
}

std::vector<std::uint8_t> aes128_cbc_decrypt(std::span<const std::uint8_t> bytes, const AesKey& key) {
    if (bytes.size() % kAesBlockBytes != 0) throw std::logic_error("AES-CBC of a part of a block");
    const std::array<std::uint8_t, kAesBlockBytes> zero_vector{};
    const std::unique_ptr<EVP_CIPHER_CTX, FreeCipher> context(EVP_CIPHER_CTX_new());
    std::vector<std::uint8_t> plain(bytes.size() + kAesBlockBytes);
    int written = 0;
    require(context != nullptr, "AES");
    require(EVP_DecryptInit_ex(context.get(), EVP_aes_128_cbc(), nullptr, key.data(), zero_vector.data()), "AES");
    require(EVP_CIPHER_CTX_set_padding(context.get(), 0), "AES");
    require(EVP_DecryptUpdate(context.get(), plain.data(), &written, bytes.data(), static_cast<int>(bytes.size())),
            "AES");
    plain.resize(bytes.size());
    return plain;
}

}  // namespace k210
