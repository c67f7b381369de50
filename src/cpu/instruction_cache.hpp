// Which lines of code a hart's instruction cache holds, to tell what fetching a block costs. Contents are not
// modelled: code is always what memory holds. The line that came first leaves first [assumed].
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>

#include "k210/sim/cost_model.hpp"
#include "k210/sim/state.hpp"

namespace k210 {

class InstructionCache {
public:
    InstructionCache() { clear(); }

    // Usually true where all of it is there, and never where not.
    bool surely_holds(std::uint64_t pc, std::uint32_t size_bytes) const {
        const std::uint32_t first = line_of(pc), last = line_of(pc + size_bytes - 1);
        return known_[first % kKnown] == first && known_[last % kKnown] == last && last - first <= 1;
    }

    // Cycles that fetching from there takes longer than from the cache.
    unsigned fetch(std::uint64_t pc, std::uint32_t size_bytes) {
        unsigned cycles = 0;
        for (std::uint32_t line = line_of(pc); line <= line_of(pc + size_bytes - 1); ++line) {
            if (!holds(line)) {
                load(line);
                cycles += cost::kInstructionCacheMiss;
            }
            known_[line % kKnown] = line;
        }
        return cycles;
    }

    void clear() {
        known_.fill(kNone);
        lines_.fill(kNone);
        next_.fill(0);
    }

    void visit_state(StateVisitor& visitor) {
        const auto scope = visitor.enter("icache");
        visitor.table<std::uint32_t>("lines", lines_);
        visitor.table<std::uint8_t>("next", next_);
        if (visitor.loading()) known_.fill(kNone);
    }

private:
    static constexpr std::uint32_t kNone = ~0u;
    static constexpr unsigned kKnown = 512;
    static std::uint32_t line_of(std::uint64_t pc) { return static_cast<std::uint32_t>(pc / cost::kCacheLineBytes); }

    bool holds(std::uint32_t line) const {
        const auto set = &lines_[line % cost::kCacheSets * cost::kCacheWays];
        return std::find(set, set + cost::kCacheWays, line) != set + cost::kCacheWays;
    }
    void load(std::uint32_t line) {
        const std::uint32_t set = line % cost::kCacheSets;
        std::uint32_t& place = lines_[set * cost::kCacheWays + next_[set]];
        if (known_[place % kKnown] == place) known_[place % kKnown] = kNone;
        place = line;
        next_[set] = static_cast<std::uint8_t>((next_[set] + 1) % cost::kCacheWays);
    }

    std::array<std::uint32_t, kKnown> known_;
    std::array<std::uint32_t, cost::kCacheSets * cost::kCacheWays> lines_;  // set by set
    std::array<std::uint8_t, cost::kCacheSets> next_;                       // to be replaced, of each set
};

}  // namespace k210
