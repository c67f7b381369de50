// What lies in the chip's memory when the first instruction executes.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace k210 {

// SRAM as programs are linked for it. [sdk] lds/kendryte.ld:14
inline constexpr std::uint32_t kProgramBase = 0x8000'0000;
inline constexpr std::size_t kProgramMemoryBytes = 6 << 20;

struct Program {
    struct Segment {
        std::uint32_t address;  // in the cached alias
        std::vector<std::uint8_t> bytes;
    };
    std::uint64_t entry = kProgramBase;
    std::vector<Segment> segments;  // none overlapping
};

}  // namespace k210
