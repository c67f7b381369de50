#include "base/base64.hpp"

#include <limits>

#include <openssl/evp.h>

#include "k210/base/error.hpp"

namespace k210 {

std::string base64(std::span<const std::uint8_t> bytes) {
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // with the zero that OpenSSL puts behind it
    const int length =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(), static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(length));
    return text;
}

std::vector<std::uint8_t> from_base64(std::string_view text) {
    constexpr const char* kRefusal = "is no base64";
    constexpr std::size_t kMost = std::numeric_limits<int>::max();
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
    // OpenSSL would pass over white space.
    if (text.size() % 4 != 0 || text.size() > kMost || text.find_first_of(" \t\r\n") != text.npos)
        throw InputError(kRefusal);
    std::vector<std::uint8_t> bytes(text.size() / 4 * 3);
    const int length = EVP_DecodeBlock(bytes.data(), reinterpret_cast<const unsigned char*>(text.data()),
                                       static_cast<int>(text.size()));
    if (length < 0) throw InputError(kRefusal);
    bytes.resize(static_cast<std::size_t>(length) - padding);
    return bytes;
}

}  // namespace k210
