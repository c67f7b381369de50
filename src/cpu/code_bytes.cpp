#include "cpu/code_bytes.hpp"

#include <algorithm>

#include "cpu/bus_window.hpp"

namespace k210 {
namespace {

// Calls found(memory, offset, length) for each memory in [pc, pc + size_bytes), up to the first byte that is in none.
template <class Found>
void each_memory(const Bus& bus, std::uint64_t pc, std::size_t size_bytes, const HartMmu* mmu, const Found& found) {
    while (size_bytes != 0) {
        const std::uint64_t place = mmu ? mmu->physical_code(pc) : pc;
        const Bus::Window* window = window_at(bus, place);
        if (!window || !window->memory) return;
        const std::size_t offset = place - window->base;
        std::size_t length = std::min<std::size_t>(size_bytes, window->size_bytes - offset);
        if (mmu) length = std::min<std::size_t>(length, kPageBytes - pc % kPageBytes);
        found(*window->memory, offset, length);
        pc += length;
        size_bytes -= length;
    }
}

}  // namespace

CodeBytes::CodeBytes(const Bus& bus, std::uint64_t pc, std::size_t most_bytes, const HartMmu* mmu) {
    each_memory(bus, pc, most_bytes, mmu, [&](Memory& memory, std::size_t offset, std::size_t length) {
        const auto part = memory.bytes().subspan(offset, length);
        if (bytes_.empty()) {
            bytes_ = part;
            return;
        }
        if (joined_.empty()) joined_.assign(bytes_.begin(), bytes_.end());
        joined_.insert(joined_.end(), part.begin(), part.end());
        bytes_ = joined_;
    });
}

void mark_code(const Bus& bus, std::uint64_t pc, std::size_t size_bytes, const HartMmu* mmu) {
    each_memory(bus, pc, size_bytes, mmu,
                [](Memory& memory, std::size_t offset, std::size_t length) { memory.mark_code(offset, length); });
}

}  // namespace k210
