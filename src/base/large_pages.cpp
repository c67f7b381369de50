#include "k210/base/large_pages.hpp"

#include <cstdint>

#include <sys/mman.h>

namespace k210 {

void prefer_large_pages(void* block, std::size_t size_bytes) {
    const auto begin = reinterpret_cast<std::uintptr_t>(block);
    const std::uintptr_t first = (begin + kLargePageBytes - 1) / kLargePageBytes * kLargePageBytes;
    const std::uintptr_t end = (begin + size_bytes) / kLargePageBytes * kLargePageBytes;
    if (first < end) ::madvise(reinterpret_cast<void*>(first), end - first, MADV_HUGEPAGE);  // refused: no harm done
}

}  // namespace k210
