// What a round has at one of its positions: a hart that joins there has to have the same.
#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "cpu/recurrence_round.hpp"

namespace k210 {

struct RecurrenceEntry {
    struct Word {
        std::uint32_t word = 0;
        std::uint64_t live = 0;   // bytes that are read before they are written from there on
        std::uint64_t value = 0;  // where halves are constants
        std::array<RecurrenceRound::Half, 2> halves = {};
        std::array<bool, 2> last = {};  // what their steps have computed in the round before
    };
    std::vector<Word> words;  // that have such bytes
    std::vector<RecurrenceRound::Prediction> predictions;
};

RecurrenceEntry entry_at(const RecurrenceRound& round, std::uint32_t position);

// The lower or upper half of a double word.
constexpr std::uint64_t half_mask(unsigned which) {
    return which == 0 ? 0xffff'ffff : 0xffff'ffff'0000'0000;
}

}  // namespace k210
