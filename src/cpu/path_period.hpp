// How soon a path repeats itself.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

namespace k210 {

// The shortest period with which `path` ends and that has come three times in its last three quarters; 0 if there is
// none.
std::size_t period_of(std::span<const std::uint64_t> path);

}  // namespace k210
