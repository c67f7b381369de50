#include "cpu/recurrence_entry.hpp"

#include <cstddef>

namespace k210 {
namespace {

using Round = RecurrenceRound;

std::vector<std::uint64_t> live_bytes(const Round& round, std::uint32_t position) {
    std::vector<std::uint64_t> live(round.words.size()), written(round.words.size());
    const std::size_t first = round.positions[position].first_access, count = round.accesses.size();
    for (std::size_t i = 0; i < count; ++i) {
        const Round::Access& access = round.accesses[(first + i) % count];
        if (access.is_write)
            written[access.word] |= access.mask;
        else
            live[access.word] |= access.mask & ~written[access.word];
    }
    return live;
}

RecurrenceEntry::Word word_at(const Round& round, const Round::Position& at, std::uint32_t index) {
    const Round::Word& word = round.words[index];
    RecurrenceEntry::Word entry{.word = index,
                                .value = std::uint64_t{word.at_head[1].constant} << 32 | word.at_head[0].constant,
                                .halves = word.at_head};
    for (unsigned which = 0; which < 2; ++which) {
        const std::int16_t step = word.at_head[which].step;
        entry.last[which] = step != Round::kConstant && static_cast<std::uint32_t>(step) >= round.carried_steps &&
                            static_cast<std::uint32_t>(step) < at.first_step;
    }
    for (std::uint32_t i = 0; i < at.first_write; ++i) {
        const Round::Write& write = round.writes[i];
        if (write.word != index) continue;
        entry.value = (entry.value & ~write.mask) | write.constant;
        for (unsigned which = 0; which < 2; ++which) {
            if (!(write.mask & half_mask(which))) continue;
            entry.halves[which].step = write.step;
            entry.halves[which].upper = write.step != Round::kConstant && which == 1 && write.shift == 0;
            entry.last[which] = false;
        }
    }
    return entry;
}

}  // namespace

RecurrenceEntry entry_at(const Round& round, std::uint32_t position) {
    const Round::Position& at = round.positions[position];
    RecurrenceEntry entry{.words = {}, .predictions = round.predictions_at_head};
    const std::vector<std::uint64_t> live = live_bytes(round, position);
    for (std::uint32_t i = 0; i < live.size(); ++i)
        if (live[i] != 0) entry.words.push_back(word_at(round, at, i)), entry.words.back().live = live[i];
    for (std::uint32_t i = 0; i < at.first_prediction; ++i) {
        const Round::Prediction& p = round.predictions[i];
        for (Round::Prediction& e : entry.predictions)
            if (e.slot == p.slot && e.is_target == p.is_target) e.value = p.value;
    }
    return entry;
}

}  // namespace k210
