// What the data cache costs a hart: which lines it holds, and what is known of the accesses to them.
//
// Under TimingModel::thorough it is told of each. Else the engine does not show where loads and stores go, but now and
// then one can look where those of the block at hand are about to. What is found there is used twice:
// - Walks. An array that is further on from sample to sample, as steadily as a loop goes through it, has been walked
//   through: each line on the way that the cache did not hold was a miss.
// - Windows. All accesses of a few hundred cycles are looked at, see MissWindows; misses there are charged for all that
//   comes up to the next window, but those of walks, which are charged already.
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "cpu/access_plan.hpp"
#include "cpu/block_operands.hpp"
#include "cpu/cache_lines.hpp"
#include "cpu/miss_windows.hpp"

namespace k210 {

class DataCache {
public:
    static constexpr unsigned kArrays = 4;  // that are followed of a block
    using Addresses = std::array<std::uint32_t, kArrays>;

    DataCache() { clear(); }

    // An access. Returns the cycles that it takes longer than one that hits.
    unsigned access(std::uint32_t address) {
        const std::uint32_t line = CacheLines::line_of(address);
        if (lines_.hold(line)) return 0;
        lines_.load(line);
        return cost::kCacheMiss;
    }
    bool holds_line(std::uint32_t line) const { return lines_.hold(line); }
    bool holds(std::uint32_t address) const { return holds_line(CacheLines::line_of(address)); }

    // --- walks ---
    std::uint64_t walk_due() const { return walk_due_; }  // the cycle from which on the next sample of walks is due
    void walk_sampled(std::uint64_t cycle) { walk_due_ = (cycle / kInterval + 1) * kInterval; }
    // Those of the block's operands that sample() wants to know. Valid until the next call.
    std::span<const BlockOperand> operands(std::uint64_t pc, std::uint64_t fingerprint,
                                           std::span<const std::uint8_t> code, bool only_steps);
    // The block's operands are at `addresses`, 0 where nothing is cached. Returns the cycles that misses have taken
    // since it was sampled last.
    unsigned sample(std::uint64_t pc, std::uint64_t fingerprint, std::uint64_t cycle, const Addresses& addresses);

    // --- windows ---
    MissWindows& windows() { return windows_; }
    const MissWindows& windows() const { return windows_; }
    const AccessPlan& plan(std::uint64_t pc, std::uint64_t fingerprint, std::span<const std::uint8_t> code,
                           bool only_steps);
    // Whether this array of the block is charged for as a walk.
    bool walks(std::uint64_t pc, std::uint64_t fingerprint, unsigned array) const {
        const unsigned slot = slot_of(pc), at = slot * kArrays + array;
        return array < kArrays && pcs_[slot] == pc && fingerprints_[slot] == fingerprint && rates_[at] != 0 &&
               from_[at] == at_[at];
    }

    std::uint64_t due(std::uint64_t cycle) const { return std::min(walk_due_, windows_.due(cycle)); }
    void clear();
    void visit_state(StateVisitor& visitor);

private:
    static constexpr std::uint64_t kInterval = 2039;  // cycles; a prime, so that no loop keeps step with it
    static constexpr unsigned kSites = 256;           // blocks that are remembered
    static unsigned slot_of(std::uint64_t pc) { return static_cast<unsigned>(pc >> 1) % kSites; }
    unsigned follow(unsigned array, std::uint32_t now, std::int64_t elapsed_cycles);
    unsigned walk(std::uint32_t from, std::uint32_t to);

    CacheLines lines_;
    MissWindows windows_;
    std::uint64_t walk_due_ = 0;
    std::array<std::uint64_t, kSites> pcs_, fingerprints_, cycles_;  // of each block, and when it was sampled
    // Of each array: where it was, from where on its way has not been charged, and its rate, signed.
    std::array<std::uint32_t, kSites * kArrays> at_, from_, rates_;

    struct Operands {
        std::uint64_t pc = ~0ull, fingerprint = 0;
        std::vector<BlockOperand> list = {};
    };
    std::array<Operands, kSites> operands_;
    struct Plan {
        std::uint64_t pc = ~0ull, fingerprint = 0;
        AccessPlan plan = {};
    };
    std::vector<Plan> plans_ = std::vector<Plan>(kPlans);
    static constexpr std::size_t kPlans = 2048;
};

}  // namespace k210
