#include "k210/base/message.hpp"

#include <cstdio>

#include "base/utf8.hpp"

namespace k210 {
namespace {

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
        if (const std::size_t size = printable_character_at(text, at)) {
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
