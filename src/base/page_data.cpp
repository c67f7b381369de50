#include "base/page_data.hpp"

namespace k210 {

std::string page_with(std::string_view page, std::string_view json) {
    constexpr std::string_view mark = "{{data}}";
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
