#include "cpu/round_words.hpp"

#include <algorithm>
#include <cstring>

namespace k210 {

RoundWords::Word* RoundWords::at(std::uint8_t* host) {
    std::size_t slot = reinterpret_cast<std::uintptr_t>(host) / 8 * 0x9e37'79b9'7f4a'7c15u >> (64 - kTableBits);
    for (; table_[slot] != kNoWord; slot = (slot + 1) % table_.size())
        if (words_[table_[slot]].host == host) return &words_[table_[slot]];
    if (words_.size() >= kMost) return nullptr;
    table_[slot] = static_cast<std::uint32_t>(words_.size());
    Word word{.host = host, .value = 0};
    std::memcpy(&word.value, host, sizeof word.value);
    for (unsigned which = 0; which < 2; ++which)
        if (std::ranges::find(variable_, host + 4 * which) != variable_.end())
            word.variable |= 0xffff'ffffull << (32 * which);
    words_.push_back(word);
    return &words_.back();
}

void RoundWords::begin_round() {
    for (Word& word : words_) {
        word.mask = word.read_first = 0;
        word.halves = {};
    }
}

}  // namespace k210
