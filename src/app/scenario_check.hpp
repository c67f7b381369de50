// Looks at what scenarios name before any of them runs: firmware, flash, cards, pictures and snapshots. The same files
// are looked at once.
#pragma once
#include <set>
#include <string>

#include "scenario/scenario.hpp"

namespace k210::app {

class ScenarioCheck {
public:
    // Throws InputError: "FILE:LINE: key: why".
    void look(const scenario::Scenario& scenario);

private:
    template <class Work>
    void once(const scenario::Place& place, const std::string& key, const std::string& what, Work work);

    std::set<std::string> good_;
};

}  // namespace k210::app
