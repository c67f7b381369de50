// AES on single blocks, and the multiplication of GCM: what modes are made of, with all their state in our hands.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <span>

struct evp_cipher_ctx_st;

namespace k210 {

using AesBlock = std::array<std::uint8_t, 16>;

class AesBlockCipher {
public:
    AesBlockCipher();
    void set_key(std::span<const std::uint8_t> key);  // 16, 24 or 32 bytes
    AesBlock encrypt(const AesBlock& in) { return run(*encrypt_, in); }
    AesBlock decrypt(const AesBlock& in) { return run(*decrypt_, in); }

private:
    struct Free {
        void operator()(evp_cipher_ctx_st* context) const;
    };
    static AesBlock run(evp_cipher_ctx_st& context, const AesBlock& in);

    std::unique_ptr<evp_cipher_ctx_st, Free> encrypt_, decrypt_;
};

AesBlock operator^(AesBlock a, const AesBlock& b);

// The product in GF(2^128) as GCM orders its bits. [doc] NIST SP 800-38D, 6.3
AesBlock gcm_multiply(const AesBlock& x, const AesBlock& y);

}  // namespace k210
