#include "k210/bus/memory.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <stdexcept>

#include "k210/base/large_pages.hpp"

namespace k210 {
namespace {

std::uint8_t* allocate(const std::string& name, std::size_t size_bytes) {
    if (size_bytes % kPageBytes != 0) throw std::logic_error("memory " + name + " is no number of whole pages");
    const bool large = size_bytes >= kLargePageBytes;
    void* const block = std::aligned_alloc(large ? kLargePageBytes : kPageBytes, size_bytes);
    if (!block) throw std::bad_alloc();
    prefer_large_pages(block, size_bytes);
    return static_cast<std::uint8_t*>(std::memset(block, 0, size_bytes));
}

}  // namespace

void Memory::Free::operator()(std::uint8_t* p) const {
    std::free(p);
}

Memory::Memory(std::string name, std::size_t size_bytes)
    : name_(std::move(name)), size_bytes_(size_bytes), data_(allocate(name_, size_bytes)),
      code_pages_(size_bytes / kPageBytes) {}

std::uint32_t Memory::read(std::size_t offset, unsigned size_bytes) const {
    std::uint32_t value = 0;
    for (unsigned i = 0; i < size_bytes; ++i) value |= std::uint32_t{data_.get()[offset + i]} << (8 * i);
    return value;
}

void Memory::write(std::size_t offset, unsigned size_bytes, std::uint32_t value) {
    for (unsigned i = 0; i < size_bytes; ++i) data_.get()[offset + i] = static_cast<std::uint8_t>(value >> (8 * i));
}

void Memory::mark_code(std::size_t offset, std::size_t length) {
    for (std::size_t page = offset / kPageBytes; page * kPageBytes < offset + length && page < code_pages_.size();
         ++page)
        code_pages_[page] = true;
}

void Memory::wrote(std::size_t offset, std::size_t length) {
    if (length == 0 || offset >= size_bytes_) return;
    const std::size_t first = offset / kPageBytes;
    const std::size_t last = std::min(offset + length - 1, size_bytes_ - 1) / kPageBytes;
    for (std::size_t page = first; page <= last; ++page)
        if (code_pages_[page]) {
            for (auto& listener : listeners_) listener();
            return;
        }
}

}  // namespace k210
