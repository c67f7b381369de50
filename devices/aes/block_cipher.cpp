#include "aes/block_cipher.hpp"

#include <new>
#include <stdexcept>

#include <openssl/evp.h>

namespace k210 {
namespace {

const EVP_CIPHER* cipher_for(std::size_t key_bytes) {
    return key_bytes == 16 ? EVP_aes_128_ecb() : key_bytes == 24 ? EVP_aes_192_ecb() : EVP_aes_256_ecb();
}

}  // namespace

void AesBlockCipher::Free::operator()(evp_cipher_ctx_st* context) const {
    EVP_CIPHER_CTX_free(context);
}

AesBlockCipher::AesBlockCipher() : encrypt_(EVP_CIPHER_CTX_new()), decrypt_(EVP_CIPHER_CTX_new()) {
    if (!encrypt_ || !decrypt_) throw std::bad_alloc();
    set_key(AesBlock{});
}

void AesBlockCipher::set_key(std::span<const std::uint8_t> key) {
    const EVP_CIPHER* cipher = cipher_for(key.size());
    if (!EVP_EncryptInit_ex(encrypt_.get(), cipher, nullptr, key.data(), nullptr) ||
        !EVP_DecryptInit_ex(decrypt_.get(), cipher, nullptr, key.data(), nullptr))
        throw std::bad_alloc();  // nothing else can go wrong
    EVP_CIPHER_CTX_set_padding(encrypt_.get(), 0);
    EVP_CIPHER_CTX_set_padding(decrypt_.get(), 0);
}

AesBlock AesBlockCipher::run(evp_cipher_ctx_st& context, const AesBlock& in) {
    AesBlock out{};
    int length = 0;
    if (!EVP_CipherUpdate(&context, out.data(), &length, in.data(), static_cast<int>(in.size())) || length != 16)
        throw std::runtime_error("OpenSSL computes no AES");
    return out;
}

AesBlock operator^(AesBlock a, const AesBlock& b) {
    for (std::size_t i = 0; i < a.size(); ++i) a[i] ^= b[i];
    return a;
}

AesBlock gcm_multiply(const AesBlock& x, const AesBlock& y) {
    std::uint64_t high = 0, low = 0, z_high = 0, z_low = 0;
    for (std::size_t i = 0; i < 8; ++i) {
        high = high << 8 | y[i];
        low = low << 8 | y[8 + i];
    }
    for (unsigned bit = 0; bit < 128; ++bit) {
        if (x[bit / 8] & (0x80u >> bit % 8)) {
            z_high ^= high;
            z_low ^= low;
        }
        const bool carry = low & 1;
        low = low >> 1 | high << 63;
        high = high >> 1 ^ (carry ? 0xe1ull << 56 : 0);
    }
    AesBlock z;
    for (std::size_t i = 0; i < 8; ++i) {
        z[i] = static_cast<std::uint8_t>(z_high >> (56 - 8 * i));
        z[8 + i] = static_cast<std::uint8_t>(z_low >> (56 - 8 * i));
    }
    return z;
}

}  // namespace k210
