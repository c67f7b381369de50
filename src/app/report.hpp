// What a run came to, as JSON for machines to read. docs/report.md describes the fields.
#pragma once
#include <string>
#include <string_view>

#include "k210/base/log.hpp"
#include "k210/soc/machine.hpp"

namespace k210::app {

struct RunFacts {
    std::string_view firmware, board;
    std::string_view outcome;  // "expected", "failed", "crashed", "ended", "timeout", "wall_timeout", "interrupted"
    std::string_view matched;  // what --expect or --fail matched
    int exit_status;
    double wall_seconds;
    TimingModel timing;
};

// Everything but wall_seconds is the same on every run with the same inputs.
std::string make_report(const RunFacts& facts, const Machine& machine, const Log& log);

}  // namespace k210::app
