#include "app/escapes.hpp"

#include <charconv>

#include "k210/base/error.hpp"

namespace k210::app {

std::string unescape(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\') {
            out += text[i];
            continue;
        }
        const char kind = ++i < text.size() ? text[i] : '\0';
        switch (kind) {
            case 'n': out += '\n'; break;
            case 'r': out += '\r'; break;
            case 't': out += '\t'; break;
            case '\\': out += '\\'; break;
            case 'x': {
                unsigned value = 0;
                const std::string_view digits = text.substr(i + 1, 2);
                const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
                if (error != std::errc{} || end != digits.data() + 2)
                    throw InputError("--type '" + std::string(text) + "': \\x needs two hexadecimal digits");
                out += static_cast<char>(value);
                i += 2;
                break;
            }
            default: throw InputError("--type '" + std::string(text) + "': unknown escape \\" + std::string(1, kind));
        }
    }
    return out;
}

}  // namespace k210::app
