#include "app/spelling.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace k210::app {

std::size_t spelling_distance(std::string_view a, std::string_view b) {
    // One row of the table of all prefixes' distances: from the prefix of `a` so far to each prefix of `b`.
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
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

}  // namespace k210::app
