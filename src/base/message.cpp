#include "k210/base/message.hpp"

#include <cstdint>
#include <cstdio>

namespace k210 {
namespace {

bool continues(std::string_view text, std::size_t at) {
    return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80;
}

// Bytes of the printable character that `text` has at `at`; 0 when there is none.
std::size_t character_at(std::string_view text, std::size_t at) {
    const auto first = static_cast<unsigned char>(text[at]);
    if (first < 0x80) return first >= ' ' && first != 0x7f ? 1 : 0;
    const std::size_t size = first >= 0xf0 && first < 0xf5 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
    if (first >= 0xf5) return 0;
    for (std::size_t i = 1; i < size; ++i)
        if (!continues(text, at + i)) return 0;
    const bool control = first == 0xc2 && static_cast<unsigned char>(text[at + 1]) < 0xa0;
    return control ? 0 : size;
}

std::string escaped(char c) {
    switch (c) {
        case '\n': return "\\n";
        case '\r': return "\\r";
        case '\t': return "\\t";
        default: return fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
}

}  // namespace

std::string printable(std::string_view text, std::size_t max_bytes) {
    constexpr std::string_view kGap = " ... ";
    std::string line;
    // Long texts are cut before they cost anything; cut characters come out escaped.
    const bool cut = text.size() > max_bytes;
    const std::size_t begin = cut ? max_bytes * 2 / 3 : text.size(), end = cut ? text.size() - max_bytes / 3 : 0;
    for (std::size_t at = 0; at < text.size();) {
        if (cut && at >= begin && at < end) {
            line += kGap;
            at = end;
        }
        if (const std::size_t size = character_at(text, at)) {
            line += text.substr(at, size);
            at += size;
        } else {
            line += escaped(text[at++]);
        }
    }
    return line;
}

void tell(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stderr);
    std::fflush(stderr);
}

}  // namespace k210
