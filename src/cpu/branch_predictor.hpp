// What a hart expects of branches: two bits of history for each, and the last target of each indirect jump. Tables are
// shared by branches whose addresses are alike. [assumed] sizes and kind
#pragma once
#include <array>
#include <cstdint>
#include <iterator>

#include "k210/sim/state.hpp"

namespace k210 {

class BranchPredictor {
public:
    static constexpr unsigned kSlots = 512;
    static unsigned slot_of(std::uint64_t branch_pc) { return static_cast<unsigned>(branch_pc >> 1) % kSlots; }

    // These tell whether it came as expected, and learn from it.
    bool foresaw_branch(unsigned slot, bool taken) {
        const std::uint8_t seen = seen_[slot], next = kNext[seen][taken];
        if (next != seen) seen_[slot] = next;  // seldom
        return (seen >= 2) == taken;
    }
    bool foresaw_target(unsigned slot, std::uint64_t target) {
        const auto hash = static_cast<std::uint16_t>(target >> 1);
        const bool foreseen = targets_[slot] == hash;
        targets_[slot] = hash;
        return foreseen;
    }

    std::uint8_t seen(unsigned slot) const { return seen_[slot]; }
    std::uint16_t target(unsigned slot) const { return targets_[slot]; }
    void set_seen(unsigned slot, std::uint8_t seen) { seen_[slot] = seen; }
    void set_target(unsigned slot, std::uint16_t target) { targets_[slot] = target; }

    void clear() {
        seen_.fill(1);
        targets_.fill(0);
    }

    void visit_state(StateVisitor& visitor) {
        const auto scope = visitor.enter("branches");
        visitor.table<std::uint8_t>("seen", seen_, std::size(kNext) - 1);
        visitor.table<std::uint16_t>("targets", targets_);
    }

private:
    // What one has seen of a branch, and what then of that and its next outcome: 0 and 1 expect it not to be taken.
    static constexpr std::uint8_t kNext[][2] = {{0, 1}, {0, 2}, {1, 3}, {2, 3}};

    std::array<std::uint8_t, kSlots> seen_{};
    std::array<std::uint16_t, kSlots> targets_{};
};

}  // namespace k210
