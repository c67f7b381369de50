// The memory that code has touched while it was run ahead, in aligned double words: a copy, so that the machine does
// not notice.
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "cpu/recurrence_round.hpp"

namespace k210 {

class RoundWords {
public:
    using Half = RecurrenceRound::Half;

    struct Word {
        std::uint8_t* host;
        std::uint64_t value;
        std::uint32_t line = CacheLines::kNone;
        std::uint64_t variable = 0;              // of the bytes: others write them, too
        std::uint64_t mask = 0, read_first = 0;  // that the round reads or writes; that it reads before it writes them
        std::array<Half, 2> halves = {};         // only the steps

        Half half(unsigned which) const {
            Half h = halves[which];
            h.constant = static_cast<std::uint32_t>(value >> (32 * which));
            return h;
        }
        bool follows_a_step() const { return !halves[0].is_constant() || !halves[1].is_constant(); }
        void note_access(std::uint64_t bytes, bool is_write) {
            if (!is_write) read_first |= bytes & ~mask;
            mask |= bytes;
        }
    };

    // `variable`: words of 32 bits that others write, too.
    explicit RoundWords(std::span<const std::uint8_t* const> variable) : variable_(variable) { table_.fill(kNoWord); }

    // The one that a byte of memory begins; nullptr when there are too many. Valid until the next call.
    Word* at(std::uint8_t* host);
    std::uint32_t number_of(const Word& word) const { return static_cast<std::uint32_t>(&word - words_.data()); }
    std::size_t size() const { return words_.size(); }
    const Word& operator[](std::size_t number) const { return words_[number]; }
    Word& operator[](std::size_t number) { return words_[number]; }
    void begin_round();  // nothing has been read or written, and no step has been taken

private:
    static constexpr std::size_t kMost = 1024;
    static constexpr unsigned kTableBits = 11;
    static constexpr std::uint32_t kNoWord = ~0u;

    std::span<const std::uint8_t* const> variable_;
    std::vector<Word> words_;
    std::array<std::uint32_t, 1u << kTableBits> table_;  // their numbers, by a hash of their addresses
};

}  // namespace k210
