#include "cpu/path_period.hpp"

#include <vector>

namespace k210 {

// By the failure function of Knuth, Morris and Pratt, from the path's end backwards.
std::size_t period_of(std::span<const std::uint64_t> path) {
    const std::size_t size = path.size(), looked_at = size * 3 / 4;
    const auto back = [&](std::size_t i) { return path[size - 1 - i]; };
    std::vector<std::uint32_t> border(looked_at);
    std::size_t length = 0;
    for (std::size_t i = 1; i < looked_at; ++i) {
        while (length != 0 && back(i) != back(length)) length = border[length - 1];
        if (back(i) == back(length)) ++length;
        border[i] = static_cast<std::uint32_t>(length);
    }
    const std::size_t period = looked_at - length;
    return period * 3 <= looked_at ? period : 0;
}

}  // namespace k210
