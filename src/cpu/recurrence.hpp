// A hart in a loop that repeats itself: goes round without running the code, and leaves registers, memory and time as
// if it had.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "cpu/branch_predictor.hpp"
#include "cpu/recurrence_entry.hpp"
#include "cpu/recurrence_world.hpp"

namespace k210 {

class Recurrence {
public:
    explicit Recurrence(RecurrenceRound round);

    // The positions at which a block at `pc` comes next.
    std::span<const std::pair<std::uint64_t, std::uint32_t>> positions_at(std::uint64_t pc) const;
    struct Joining {
        bool joined = false;
        bool unsettled = false;  // only branches are not foreseen as in the round: they will be in the next rounds
        // When nothing else was in the way: words of 32 bits that hold other values than in the round.
        std::vector<const std::uint8_t*> other_halves = {};
    };
    // A hart that is as the round has it at `position` takes part from then on.
    Joining join(std::uint32_t position, const RecurrenceStart& hart, RecurrenceWorld& world);

    // Whether nobody else has changed what the round reads or writes, and no line that it goes by.
    bool holds(std::uint32_t pending, RecurrenceWorld& world) const;
    bool interrupted(std::uint32_t pending) const;  // by one of these lines, at once

    // When the data cache wants to see where a block goes, what it charges.
    class Sampler {
    public:
        virtual ~Sampler() = default;
        virtual std::uint64_t due_cycle() const = 0;
        struct Sampled {
            unsigned cycles = 0;         // that the hart is charged
            bool cache_changed = false;  // what the round reads and writes may no longer be there
        };
        virtual Sampled sample(const RecurrenceRound::Position& at, std::uint64_t cycle,
                               const std::array<std::uint64_t, 32>& x) = 0;
    };
    // Goes on up to the first position at or behind `end_cycle`, and writes memory and predictions as they are there.
    // False when it gets to one before it where the hart itself has to go on, elsewhere.
    bool go_round(std::uint64_t end_cycle, Sampler* sampler, BranchPredictor& branches);

    const RecurrenceRound::Position& position() const { return round_.positions[position_]; }
    std::uint64_t head_pc() const { return round_.positions.front().pc; }
    std::uint64_t cycle() const { return base_cycle_ + position().cycles; }
    std::uint64_t instructions() const { return base_instructions_ + position().instructions; }  // since it joined
    std::uint64_t interrupts() const { return base_interrupts_ + position().interrupts; }
    std::array<std::uint64_t, 32> x() const;
    const std::array<std::uint64_t, 32>& f() const { return round_.f(position_); }
    HartControl control() const { return round_.uses.merge(position().control, kept_control_); }
    bool changes_floats() const { return round_.floats.size() > 1; }
    const RecurrenceRound& round() const { return round_; }

private:
    using Round = RecurrenceRound;
    std::uint64_t value(const Round::Value& v) const;
    std::uint32_t half(const Round::Half& h) const;
    const RecurrenceEntry& entry(std::uint32_t position);
    static bool foreseen_as(const RecurrenceEntry& entry, const BranchPredictor& branches);
    bool take(std::int16_t step, bool last, bool low, bool high, std::uint64_t value);
    bool reach(std::uint64_t limit_cycle);
    bool run_steps(std::uint32_t to_position);
    void next_round(std::uint64_t rounds);
    void forget_written();
    void settle(std::uint32_t from_position, BranchPredictor& branches);
    void apply_writes(std::size_t first, std::size_t last, std::uint32_t ran_again);
    void predict(std::size_t first, std::size_t last, BranchPredictor& branches) const;
    std::uint32_t first_at(std::uint64_t cycles) const;

    RecurrenceRound round_;
    std::vector<std::pair<std::uint64_t, std::uint32_t>> by_pc_;   // sorted
    std::vector<std::uint64_t> values_, last_values_;              // of the steps
    std::vector<std::uint64_t> words_;                             // as they are at the position
    std::vector<std::unique_ptr<const RecurrenceEntry>> entries_;  // of positions where a hart has tried to join
    std::uint32_t position_ = 0;
    // Registers that hold what they held when the hart joined: nobody reads them before they are written.
    std::uint32_t kept_ = 0, kept_position_ = 0;
    std::uint64_t kept_rounds_ = 0;
    std::array<std::uint64_t, 32> kept_x_{};
    HartControl kept_control_;
    std::uint64_t base_cycle_ = 0, base_instructions_ = 0, base_interrupts_ = 0;
    bool wrapped_ = false;               // since go_round() began
    std::uint64_t rounds_ = 0;           // begun since it joined
    std::uint32_t joined_at_write_ = 0;  // writes before this one were not of the round in which it joined
    std::vector<std::uint64_t> undone_;  // the values before the last ones of the steps of one block
    struct Known {
        bool low = false, high = false;
    };
    std::vector<Known> known_, last_known_;  // while joining
};

}  // namespace k210
