// What fetching a block costs a hart.
#pragma once
#include <array>
#include <cstdint>

#include "cpu/cache_lines.hpp"

namespace k210 {

class InstructionCache {
public:
    InstructionCache() { known_.fill(CacheLines::kNone); }

    // Usually true where all of it is there, and never where not. Of no bytes, it is the line that they would begin in.
    bool surely_holds(std::uint64_t pc, std::uint32_t size_bytes) const {
        const std::uint32_t first = CacheLines::line_of(pc), last = first + lines_behind(pc, size_bytes);
        return known_[first % kKnown] == first && known_[last % kKnown] == last && last - first <= 1;
    }

    bool holds(std::uint64_t pc, std::uint32_t size_bytes) const {
        std::uint32_t line = CacheLines::line_of(pc);
        for (std::uint32_t left = lines_behind(pc, size_bytes) + 1; left != 0; --left, ++line)
            if (!lines_.hold(line)) return false;
        return true;
    }

    // Cycles that fetching from there takes longer than from the cache.
    unsigned fetch(std::uint64_t pc, std::uint32_t size_bytes) {
        unsigned cycles = 0;
        std::uint32_t line = CacheLines::line_of(pc);
        for (std::uint32_t left = lines_behind(pc, size_bytes) + 1; left != 0; --left, ++line) {
            if (!lines_.hold(line)) {
                const std::uint32_t out = lines_.load(line);
                if (known_[out % kKnown] == out) known_[out % kKnown] = CacheLines::kNone;
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

    // How many lines the code reaches beyond its first one.
    static std::uint32_t lines_behind(std::uint64_t pc, std::uint32_t size_bytes) {
        const auto in_line = static_cast<std::uint32_t>(pc % cost::kCacheLineBytes);
        return size_bytes == 0 ? 0 : (in_line + size_bytes - 1) / cost::kCacheLineBytes;
    }

    std::array<std::uint32_t, kKnown> known_;
    CacheLines lines_;
};

}  // namespace k210
