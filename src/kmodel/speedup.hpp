// What would make a model faster on the chip, and by how much.
#pragma once
#include <string>
#include <vector>

#include "kmodel/cost.hpp"
#include "kmodel/summary.hpp"

namespace k210::kmodel {

struct Speedup {
    std::string what, remedy;
    double saved_ms = 0;  // by this one alone: they do not add up
};

// Those worth while, the best first.
std::vector<Speedup> find_speedups(const ModelSummary& model, const Clocks& clocks, Runner runner);

}  // namespace k210::kmodel
