// Large blocks of memory from few pages: filling them at start-up and finding one's way in them costs less.
#pragma once
#include <cstddef>

namespace k210 {

inline constexpr std::size_t kLargePageBytes = 2 << 20;

// Asks for large pages where whole ones fit into the block. To be called before it is first written to.
void prefer_large_pages(void* block, std::size_t size_bytes);

}  // namespace k210
