// What the data cache costs a hart, from samples: the engine does not show where loads and stores go, but now and then
// one can look where those of the block at hand are about to. An array that is further on from sample to sample, as
// steadily as a loop goes through it, has been walked through: each line on the way that the cache did not hold was a
// miss. Whatever else is reached is taken to be there.
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "cpu/block_operands.hpp"
#include "cpu/cache_lines.hpp"

namespace k210 {

class DataCache {
public:
    static constexpr unsigned kArrays = 4;  // that are followed of a block
    using Addresses = std::array<std::uint32_t, kArrays>;

    DataCache() { clear(); }

    // The cycle from which on the next sample is due.
    static std::uint64_t next_after(std::uint64_t cycle) { return (cycle / kInterval + 1) * kInterval; }
    // Those of the block's operands that sample() wants to know. Valid until the next call.
    std::span<const BlockOperand> operands(std::uint64_t pc, std::uint64_t fingerprint,
                                           std::span<const std::uint8_t> code, bool only_steps);
    // The block's operands are at `addresses`, 0 where nothing is cached. Returns the cycles that misses have taken
    // since it was sampled last.
    unsigned sample(std::uint64_t pc, std::uint64_t fingerprint, std::uint64_t cycle, const Addresses& addresses);

    void clear();
    void visit_state(StateVisitor& visitor);

private:
    static constexpr std::uint64_t kInterval = 2039;  // cycles; a prime, so that no loop keeps step with it
    static constexpr unsigned kSites = 256;           // blocks that are remembered
    static unsigned slot_of(std::uint64_t pc) { return static_cast<unsigned>(pc >> 1) % kSites; }
    unsigned follow(unsigned array, std::uint32_t now, std::int64_t elapsed_cycles);
    unsigned walk(std::uint32_t from, std::uint32_t to);

    CacheLines lines_;
    std::array<std::uint64_t, kSites> pcs_, fingerprints_, cycles_;  // of each block, and when it was sampled
    // Of each array: where it was, from where on its way has not been charged, and its rate, signed.
    std::array<std::uint32_t, kSites * kArrays> at_, from_, rates_;

    struct Operands {
        std::uint64_t pc = ~0ull, fingerprint = 0;
        std::vector<BlockOperand> list = {};
    };
    std::array<Operands, kSites> operands_;
};

}  // namespace k210
