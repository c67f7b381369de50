// Which lines of memory one of a hart's caches holds. Contents are not modelled: memory is always what it holds. The
// line that came first leaves first [assumed].
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "k210/sim/cost_model.hpp"
#include "k210/sim/state.hpp"

namespace k210 {

class CacheLines {
public:
    static constexpr std::uint32_t kNone = ~0u;

    CacheLines() { clear(); }

    static std::uint32_t line_of(std::uint64_t address) {
        return static_cast<std::uint32_t>(address / cost::kCacheLineBytes);
    }
    bool hold(std::uint32_t line) const {
        const auto set = &lines_[line % cost::kCacheSets * cost::kCacheWays];
        return std::find(set, set + cost::kCacheWays, line) != set + cost::kCacheWays;
    }
    // Returns the line that leaves for it, or kNone.
    std::uint32_t load(std::uint32_t line) {
        const std::uint32_t set = line % cost::kCacheSets;
        const unsigned way = next_[set];
        next_[set] = static_cast<std::uint8_t>((way + 1) % cost::kCacheWays);
        return std::exchange(lines_[set * cost::kCacheWays + way], line);
    }
    void clear() {
        lines_.fill(kNone);
        next_.fill(0);
    }
    void visit_state(StateVisitor& visitor) {
        visitor.table<std::uint32_t>("lines", lines_);
        visitor.table<std::uint8_t>("next", next_, cost::kCacheWays - 1);
    }

private:
    std::array<std::uint32_t, cost::kCacheSets * cost::kCacheWays> lines_;  // set by set
    std::array<std::uint8_t, cost::kCacheSets> next_;                       // to be replaced, of each set
};

}  // namespace k210
