// One choice of those that a scenario's matrix, or the command line, offers: a key of the scenario, or a word that its
// texts name as ${key}, and what it is.
#pragma once
#include <string>
#include <vector>

namespace k210::scenario {

struct Setting {
    std::string key, value;
    bool operator==(const Setting&) const = default;
};
using Settings = std::vector<Setting>;

}  // namespace k210::scenario
