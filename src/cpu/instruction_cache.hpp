// What fetching a block costs a hart.
#pragma once
#include <array>
#include <cstdint>

#include "cpu/cache_lines.hpp"

namespace k210 {

class InstructionCache {
public:
    InstructionCache() { known_.fill(CacheLines::kNone); }

    // Usually true where all of it is there, and never where not.
    bool surely_holds(std::uint64_t pc, std::uint32_t size_bytes) const {
        const std::uint32_t first = CacheLines::line_of(pc), last = CacheLines::line_of(pc + size_bytes - 1);
        return known_[first % kKnown] == first && known_[last % kKnown] == last && last - first <= 1;
    }

    // Cycles that fetching from there takes longer than from the cache.
    unsigned fetch(std::uint64_t pc, std::uint32_t size_bytes) {
        unsigned cycles = 0;
        for (std::uint32_t line = CacheLines::line_of(pc); line <= CacheLines::line_of(pc + size_bytes - 1); ++line) {
            if (!lines_.hold(line)) {
                const std::uint32_t left = lines_.load(line);
                if (known_[left % kKnown] == left) known_[left % kKnown] = CacheLines::kNone;
                cycles += cost::kCacheMiss;
            }
            known_[line % kKnown] = line;
        }
        return cycles;
    }

    void clear() {
        known_.fill(CacheLines::kNone);
        lines_.clear();
    }

    void visit_state(StateVisitor& visitor) {
        const auto scope = visitor.enter("icache");
        lines_.visit_state(visitor);
        if (visitor.loading()) known_.fill(CacheLines::kNone);
    }

private:
    static constexpr unsigned kKnown = 512;

    std::array<std::uint32_t, kKnown> known_;
    CacheLines lines_;
};

}  // namespace k210
