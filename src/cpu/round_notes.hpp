// Writes a round down while its code is run ahead. Between rounds nothing is noted.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "cpu/recurrence_round.hpp"
#include "cpu/round_registers.hpp"

namespace k210 {

class RoundNotes {
public:
    using Round = RecurrenceRound;

    void begin(std::uint64_t mcycle_ahead, std::uint32_t pending);
    void end() { taken_ = false; }

    // The first steps: they take over what the round before has left.
    std::int16_t carry_over(Round::Step::Kind kind);
    void add_position(Round::Position at, RoundRegisters& registers, const std::array<std::uint64_t, 32>& floats);
    // Its number; kConstant between rounds, and when there are too many.
    std::int16_t add_step(Round::Step step);
    void add_access(const Round::Access& access) { add(round_.accesses, access); }
    void add_write(const Round::Write& write) { add(round_.writes, write); }
    void add_device_read(const Round::DeviceRead& read) { add(round_.device_reads, read); }
    void add_prediction(const Round::Prediction& prediction) { add(round_.predictions, prediction); }

    bool taken() const { return taken_; }
    bool full() const { return full_; }  // there were too many steps
    const Round& round() const { return round_; }
    std::uint32_t written_before(std::size_t position) const { return written_before_[position]; }  // bit n: x[n]
    Round take() { return std::move(round_); }

private:
    template <class T>
    void add(std::vector<T>& list, const T& entry) {
        if (taken_) list.push_back(entry);
    }

    Round round_;
    std::vector<std::uint32_t> written_before_;  // registers, up to each position
    bool taken_ = false, full_ = false;
};

}  // namespace k210
