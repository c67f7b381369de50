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

// Of one key, as the command line has them.
struct Choices {
    std::string key;
    std::vector<std::string> values;
};

}  // namespace k210::scenario
