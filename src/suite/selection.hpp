// Which cases of a suite run.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "suite/case.hpp"

namespace k210::suite {

// One of equal parts of a suite, for one of several machines: 3/8.
struct Shard {
    std::size_t index = 1, count = 1;
    bool whole() const { return count == 1; }
    bool operator==(const Shard&) const = default;
};
std::string to_string(Shard shard);
// Throws InputError.
Shard parse_shard(std::string_view text);

// Those whose id has a match. Throws InputError on what is no pattern (RE2).
std::vector<Case> filtered(std::vector<Case> cases, const std::string& pattern);

// Each case is in one shard; which, depends on the ids of all alone.
std::vector<Case> of_shard(std::vector<Case> cases, Shard shard);

// By id, each once.
void sort_by_id(std::vector<Case>& cases);

}  // namespace k210::suite
