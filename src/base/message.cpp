#include "k210/base/message.hpp"

#include <algorithm>
#include <cstdio>
#include <vector>

#include <fmt/ranges.h>

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

// Character by character.
std::vector<std::string> pieces_of(std::string_view text) {
    std::vector<std::string> pieces;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t size = printable_character_at(text, at);
        pieces.push_back(size ? std::string(text.substr(at, size)) : escaped(text[at]));
        at += std::max<std::size_t>(size, 1);
    }
    return pieces;
}

// As many of the pieces from `begin` on as have room.
template <class Iterator>
Iterator end_of_room(Iterator begin, Iterator end, std::size_t bytes) {
    while (begin != end && begin->size() <= bytes) bytes -= begin++->size();
    return begin;
}

}  // namespace

std::string printable(std::string_view text, std::size_t max_bytes) {
    const bool long_text = text.size() > max_bytes;  // no piece is shorter than what it stands for
    auto head = pieces_of(text.substr(0, max_bytes));
    if (!long_text && end_of_room(head.begin(), head.end(), max_bytes) == head.end())
        return fmt::format("{}", fmt::join(head, ""));
    const auto tail = pieces_of(text.substr(text.size() - std::min(text.size(), max_bytes)));
    head.erase(end_of_room(head.begin(), head.end(), max_bytes * 2 / 3), head.end());
    const auto kept = end_of_room(tail.rbegin(), tail.rend(), max_bytes / 3).base();
    return fmt::format("{} ... {}", fmt::join(head, ""), fmt::join(kept, tail.end(), ""));
}

void tell(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stderr);
    std::fflush(stderr);
}

}  // namespace k210
