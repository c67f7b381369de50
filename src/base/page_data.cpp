#include "base/page_data.hpp"

#include <openssl/evp.h>

namespace k210 {

std::string base64(std::span<const std::uint8_t> bytes) {
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // with the zero that OpenSSL puts behind it
    const int length =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(), static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(length));
    return text;
}

std::string page_with(std::string_view page, std::string_view mark, std::string_view json) {
    const std::size_t at = page.find(mark);
    std::string text(page.substr(0, at));
    // Without a '<' nothing in it can end that element.
    for (const char c : json) {
        if (c == '<')
            text += "\\u003c";
        else
            text += c;
    }
    return text += page.substr(at + mark.size());
}

}  // namespace k210
