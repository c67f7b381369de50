// What somebody may have meant.
#pragma once
#include <span>
#include <string>
#include <string_view>

namespace k210 {

// Letters to insert, remove, replace or swap with the next so that one becomes the other.
std::size_t spelling_distance(std::string_view a, std::string_view b);

// The one of `words` that `typed` was most likely meant to be; empty when none is near.
std::string nearest_word(std::string_view typed, std::span<const std::string> words);

// What an error message ends with: "; did you mean X?", or nothing.
std::string suggestion(std::string_view typed, std::span<const std::string> words);

}  // namespace k210
