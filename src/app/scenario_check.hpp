// Looks at what scenarios name before any of them runs: firmware, flash, cards, pictures, snapshots, registers and
// memory. The same files are looked at once.
#pragma once
#include <memory>
#include <set>
#include <string>

#include "scenario/scenario.hpp"

namespace k210::app {

class ScenarioCheck {
public:
    ScenarioCheck();
    ~ScenarioCheck();

    // Throws InputError: "FILE:LINE: key: why".
    void look(const scenario::Scenario& scenario);

private:
    template <class Work>
    void once(const scenario::Place& place, const std::string& key, const std::string& what, Work work);

    class Chip;

    std::set<std::string> good_;
    std::unique_ptr<const Chip> chip_;
};

}  // namespace k210::app
