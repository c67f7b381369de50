// A hart's loops that repeat themselves: those it knows, the one it is in, and the search for others.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "cpu/block_table.hpp"
#include "cpu/branch_predictor.hpp"
#include "cpu/data_cache.hpp"
#include "cpu/instruction_cache.hpp"
#include "cpu/recurrence.hpp"
#include "k210/cpu/hart.hpp"

namespace k210 {

// What of the hart such loops go by. All of it outlives them.
struct RecurrenceParts {
    Bus& bus;
    CodeEpoch& code_epoch;
    TimingModel timing;
    BlockTable& blocks;
    InstructionCache& icache;
    DataCache& dcache;
    BranchPredictor& branches;
};

class HartRecurrence final : private RecurrenceWorld, private Recurrence::Sampler {
public:
    explicit HartRecurrence(const RecurrenceParts& parts) : parts_(parts) {}

    void begin_slice();
    // With code at `pc` to come. False when it is not worth looking at the hart's state.
    bool may_join(std::uint64_t pc);
    bool join(const RecurrenceStart& hart);

    const Recurrence* now() const { return now_; }  // the one that the hart is in
    bool goes_on(std::uint32_t pending);
    bool go_round(std::uint64_t end_cycle);  // see Recurrence
    void leave(std::uint64_t cycles);        // after it has been there for so long
    void forget();                           // everything
    // The cycle from which on it is worth looking for one again.
    std::uint64_t next_look(std::uint64_t cycle);

private:
    static constexpr std::uint64_t kNoLook = ~0ull;
    struct KnownBlock {
        std::uint64_t pc, fingerprint;
    };
    struct Known {
        explicit Known(RecurrenceRound round) : recurrence(std::move(round)) {}
        Recurrence recurrence;
        std::vector<KnownBlock> blocks = {};
        std::uint64_t epoch = 0;  // when its code was last looked at
        std::uint64_t used = 0;
        std::int64_t gain_cycles = 0;
    };
    struct Decoded {
        std::uint64_t fingerprint = 0;
        std::vector<rv::Instruction> code = {};
    };

    bool as_recorded(Known& known);
    bool join_known(const RecurrenceStart& hart);
    void add(RecurrenceRound round);
    void note_variable(const std::uint8_t* half);

    const Block* settled_block(std::uint64_t pc) override;
    std::span<const rv::Instruction> instructions(const Block& block) override;
    const Bus& bus() const override { return parts_.bus; }
    std::optional<std::uint32_t> read_steady(const Bus::Window& window, std::uint32_t offset,
                                             unsigned size_bytes) override;
    std::uint64_t due_cycle() const override {
        return std::min(parts_.dcache.walk_due(), parts_.dcache.windows().payment_due());
    }
    Sampled sample(const RecurrenceRound::Position& at, std::uint64_t cycle,
                   const std::array<std::uint64_t, 32>& x) override;

    RecurrenceParts parts_;
    std::vector<std::unique_ptr<Known>> known_;
    const Recurrence* now_ = nullptr;
    Known* in_ = nullptr;
    std::uint64_t uses_ = 0;
    std::vector<const std::uint8_t*> variable_;  // words of 32 bits that have kept the hart from a known round
    unsigned unsettled_looks_ = 0;               // one after the other, at which it was nearly in a known one
    unsigned slices_to_come_back_ = 0;
    unsigned patience_ = 1, slices_to_search_ = 1;
    std::uint64_t look_gap_cycles_ = kNoLook;
    std::unordered_map<std::uint64_t, Decoded> decoded_;
};

}  // namespace k210
