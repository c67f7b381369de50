// Messages for people.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace k210 {

inline constexpr std::size_t kLongestMessage = 500;

// One line that a terminal can show, whatever the text holds: control characters and what is no UTF-8 as \n and \x1b.
// Of what takes more than `max_bytes` the beginning and the end are kept.
std::string printable(std::string_view text, std::size_t max_bytes = kLongestMessage);

// To standard error, at once. That it cannot be written is no error: nobody could be told.
void tell(std::string_view text);
template <class... Args>
void tell(fmt::format_string<Args...> format, Args&&... args) {
    tell(std::string_view(fmt::format(format, std::forward<Args>(args)...)));
}

}  // namespace k210
