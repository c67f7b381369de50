#include "base/spelling.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace k210 {

std::size_t spelling_distance(std::string_view a, std::string_view b) {
    // Rows of the table of all prefixes' distances: from a prefix of `a` to each prefix of `b`.
    std::vector<std::size_t> row(b.size() + 1), above, above_that;
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        above_that = std::exchange(above, row);
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            row[j + 1] = std::min({above[j] + (a[i] == b[j] ? 0 : 1), row[j] + 1, above[j + 1] + 1});
            const bool swapped = i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j];
            if (swapped) row[j + 1] = std::min(row[j + 1], above_that[j - 1] + 1);
        }
    }
    return row.back();
}

std::string nearest_word(std::string_view typed, std::span<const std::string> words) {
    constexpr std::size_t kMostMistakes = 2;
    std::string nearest;
    std::size_t fewest = kMostMistakes + 1;
    for (const std::string& word : words) {
        // A short word is not meant by one that has hardly a letter of it.
        const std::size_t mistakes = spelling_distance(typed, word);
        if (mistakes >= fewest || mistakes >= word.size() - 1) continue;
        fewest = mistakes;
        nearest = word;
    }
    return nearest;
}

std::string suggestion(std::string_view typed, std::span<const std::string> words) {
    const std::string nearest = nearest_word(typed, words);
    return nearest.empty() ? std::string() : fmt::format("; did you mean {}?", nearest);
}

}  // namespace k210
