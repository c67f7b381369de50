// A hart's loops that only wait: found while their blocks run, and then skipped. While it skips, the engine's registers
// stay behind.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "cpu/block_alignment.hpp"
#include "cpu/block_table.hpp"
#include "cpu/data_cache.hpp"
#include "cpu/hart_csrs.hpp"
#include "cpu/idle_loop.hpp"
#include "cpu/unicorn_engine.hpp"
#include "k210/cpu/hart.hpp"

namespace k210 {

// What of the hart such loops go by. All of it outlives them.
struct IdleLoopParts {
    Bus& bus;
    ClockDomain& clock;
    CodeEpoch& code_epoch;
    TimingModel timing;
    UnicornEngine& engine;
    HartCsrs& csrs;
    KnownAlignment& aligned;
    const DataCache& dcache;
    const Initiator& hart;
};

class HartIdleLoops final : private IdleLoopWorld {
public:
    explicit HartIdleLoops(const IdleLoopParts& parts) : parts_(parts) {}

    void reset();

    // Of each block that is entered.
    void count(bool is_pure) { pure_blocks_ = is_pure ? pure_blocks_ + 1 : 0; }
    void count_none() { pure_blocks_ = 0; }  // something else than a pure block has run
    // After a jump back to `pc`: notes the loop, and tells when it is worth trying to skip it.
    bool worth_trying(std::uint64_t pc, std::uint64_t cycle) {
        if (pure_blocks_ == 0) return false;
        const bool still = pure_blocks_ - loop_blocks_ <= IdleLoopPlan::kMaxBlocks;
        if (still && pc != head_) return false;  // a jump back within the loop
        round_cycles_ = cycle - loop_cycle_;
        loop_cycle_ = cycle;
        loop_blocks_ = pure_blocks_;
        if (!still) {
            head_ = pc;
            rounds_ = 0;
            return false;
        }
        if (rounds_ < kRoundsBeforeSkipping) ++rounds_;
        return rounds_ == kRoundsBeforeSkipping;
    }

    // Where a hart is that has skipped rounds.
    struct Skipped {
        std::uint64_t pc, last_pc, cycle;
        std::uint64_t instructions;  // that it has got on by
        std::uint64_t entered;       // the cycle at which the block before began
    };
    // From the block at `pc`, as far as the slice and the loop go; nothing when the loop does more than wait. The hart
    // is still in the loop if it waits() afterwards; if not, the engine goes on.
    std::optional<Skipped> skip(std::uint64_t pc, std::uint64_t cycle, std::uint64_t end_cycle);
    // The same for a hart that waits().
    std::optional<Skipped> go_on(std::uint64_t pc, std::uint64_t cycle, std::uint64_t end_cycle);
    bool waits() const { return waits_; }
    void interrupt() { waits_ = false; }
    std::uint64_t head() const { return head_; }
    const IdleLoopReads& reads() const { return plan_.reads(); }
    // Nothing when it may go on otherwise at once.
    std::optional<SimTime> waits_until();

    void settle();                   // the engine learns what it has missed,
    void forget();                   // or is told otherwise,
    void look_ahead(Gprs& x) const;  // or is asked, and this is what it would say then

    void visit_state(StateVisitor& visitor);

private:
    static constexpr int kRoundsBeforeSkipping = 3;      // of the same pure loop
    static constexpr int kRoundsAfterNoIdleLoop = 1024;  // of a loop that does more than wait, before trying again

    bool plan(std::uint64_t pc, std::uint64_t cycle);
    Skipped skip_rounds(std::uint64_t end_cycle);

    std::optional<Load> load(std::uint64_t address, std::uint32_t size_bytes) override;
    BlockCode block(std::uint64_t pc) override;
    std::uint64_t mcycle_ahead() const override { return parts_.csrs.mcycle_ahead(); }
    unsigned jump_cycles() override { return has_pipeline(parts_.timing) ? cost::kJump : 0; }
    std::uint64_t x(unsigned reg) const override { return parts_.engine.x(reg); }

    const IdleLoopParts parts_;

    unsigned pure_blocks_ = 0;           // since one that was not
    std::uint64_t head_ = Block::kNoPc;  // of the loop: the target of a backward jump
    std::uint64_t loop_cycle_ = 0;       // when it was last there
    unsigned loop_blocks_ = 0;           // pure blocks up to then
    int rounds_ = 0;
    std::uint64_t round_cycles_ = 0;  // that the last round took

    bool waits_ = false;          // the hart is in the loop, and it has only waited so far
    bool planned_ = false;        // by plan_, from where it was made
    bool registers_lag_ = false;  // the loop has got to place_, and the engine's registers have not
    IdleLoopPlan plan_;
    IdleLoopPlan::Place place_{};
    std::uint64_t plan_epoch_ = 0;

    struct DecodedBlock {
        std::uint64_t pc = Block::kNoPc, epoch = 0, fingerprint = 0;
        std::size_t size_bytes = 0;
        unsigned cycles = 0;
        std::vector<rv::Instruction> code = {};
    };
    std::array<DecodedBlock, 64> decoded_;
};

}  // namespace k210
