// What a debugger wants of a hart: where it is to stop, and what it is stopped by.
#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "cpu/block_table.hpp"
#include "k210/cpu/stop_points.hpp"

namespace k210 {

class HartStops {
public:
    void set(StopPoints points) { points_ = std::move(points); }
    const StopPoints& points() const { return points_; }
    // The next instruction runs and, as long as the hart is in [begin, end) then, the next.
    void step_within(std::uint64_t begin, std::uint64_t end) {
        step_ = Step::wanted;
        begin_ = begin;
        end_ = end;
    }
    void step_no_more() { step_ = Step::none; }
    bool active() const { return step_ != Step::none || stop_ || !points_.empty(); }
    bool stepping() const { return step_ != Step::none; }
    bool counts() const { return stepping() || points_.instructions.has_value(); }  // what is run, not only where
    // Loops that only wait write nothing.
    bool allows_waiting() const { return !counts() && std::ranges::none_of(points_.watchpoints, &Watchpoint::on_read); }
    bool looks_at_every_block() const { return counts() || must_leave; }

    // Whether a block of these has a place to stop in it, or at its beginning.
    bool any_in(std::uint64_t begin, std::uint64_t end) const {
        const auto found = points_.pcs.lower_bound(begin);
        return found != points_.pcs.end() && *found < end;
    }
    // The first behind `pc` and before `end`; `end` if there is none.
    std::uint64_t next(std::uint64_t pc, std::uint64_t end) const {
        const auto found = points_.pcs.upper_bound(pc);
        return found == points_.pcs.end() || *found > end ? end : *found;
    }
    // Before the instruction at `pc`: whether the hart is to stop there.
    bool reaches(std::uint64_t pc) {
        if (step_ == Step::done) {
            if (pc - begin_ >= end_ - begin_) return stop({HartStopReason::step, pc}, pc);
            step_ = Step::wanted;
        }
        return pc != passes_ && points_.pcs.contains(pc) && stop({HartStopReason::breakpoint, pc}, pc);
    }
    // Between blocks, before that at `pc`: so many instructions have been counted.
    bool has_counted(std::uint64_t instructions, std::uint64_t pc) {
        return points_.instructions && instructions >= *points_.instructions && stop({HartStopReason::step, pc}, pc);
    }
    void runs_one() {  // an instruction, or a trap is entered
        passes_ = Block::kNoPc;
        if (step_ == Step::wanted) step_ = Step::done;
    }
    // It goes on at `resume_pc`, without stopping there again.
    bool stop(const HartStop& stop, std::uint64_t resume_pc) {
        stop_ = stop;
        passes_ = resume_pc;
        step_ = Step::none;
        return true;
    }
    const std::optional<HartStop>& stopped() const { return stop_; }
    std::optional<HartStop> take() { return std::exchange(stop_, std::nullopt); }
    void reset() {
        stop_.reset();
        passes_ = Block::kNoPc;
        open = false;
    }

    bool must_leave = false;  // the engine, at the next block
    bool open = false;        // the next instruction accesses watched memory as any other

private:
    enum class Step : std::uint8_t { none, wanted, done };
    StopPoints points_;
    std::optional<HartStop> stop_;
    Step step_ = Step::none;
    std::uint64_t begin_ = 0, end_ = 0;
    std::uint64_t passes_ = Block::kNoPc;
};

}  // namespace k210
