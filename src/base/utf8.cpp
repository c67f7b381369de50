#include "base/utf8.hpp"

namespace k210 {
namespace {

bool continues(std::string_view text, std::size_t at) {
    return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80;
}

}  // namespace

std::size_t printable_character_at(std::string_view text, std::size_t at) {
    const auto first = static_cast<unsigned char>(text[at]);
    if (first < 0x80) return first >= ' ' && first != 0x7f ? 1 : 0;
    const std::size_t size = first >= 0xf0 && first < 0xf5 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
    if (first >= 0xf5) return 0;
    for (std::size_t i = 1; i < size; ++i)
        if (!continues(text, at + i)) return 0;
    const bool control = first == 0xc2 && static_cast<unsigned char>(text[at + 1]) < 0xa0;
    return control ? 0 : size;
}

}  // namespace k210
