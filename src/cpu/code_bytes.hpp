// Guest code as a hart fetches it: memories side by side on the bus are one to it, and an instruction may lie in both.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "cpu/hart_mmu.hpp"
#include "k210/bus/bus.hpp"

namespace k210 {

class CodeBytes {
public:
    // What there is from `pc` on, `most_bytes` at most: less where memory ends. `mmu` where pages are translated.
    CodeBytes(const Bus& bus, std::uint64_t pc, std::size_t most_bytes, const HartMmu* mmu = nullptr);
    CodeBytes(const CodeBytes&) = delete;
    CodeBytes& operator=(const CodeBytes&) = delete;

    std::span<const std::uint8_t> bytes() const { return bytes_; }

private:
    std::span<const std::uint8_t> bytes_;
    std::vector<std::uint8_t> joined_;  // behind bytes_, when they come from more than one memory
};

// Tells the memories that hold it that a hart executes it.
void mark_code(const Bus& bus, std::uint64_t pc, std::size_t size_bytes, const HartMmu* mmu = nullptr);

}  // namespace k210
