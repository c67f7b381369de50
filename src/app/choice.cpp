#include "app/choice.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/spelling.hpp"
#include "k210/base/error.hpp"

namespace k210::app {

void refuse_choice(std::string_view option, std::string_view value, std::span<const std::string> words) {
    throw InputError(
        fmt::format("{} {}: is none of {}{}", option, value, fmt::join(words, ", "), suggestion(value, words)));
}

}  // namespace k210::app
