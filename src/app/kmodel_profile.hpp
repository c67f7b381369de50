// `k210emu kmodel profile`: how long a model takes on the chip, where that time goes, and what would make it less.
#pragma once
#include <filesystem>
#include <vector>

#include "kmodel/cost.hpp"

namespace k210::app {

struct KmodelProfileOptions {
    std::filesystem::path model;
    std::vector<std::filesystem::path> inputs;  // to run it with; may be empty
    kmodel::Clocks clocks;
    kmodel::Runner runner = kmodel::Runner::maixpy;
    bool json = false;
};

// Throws InputError on bad input.
void profile_kmodel(const KmodelProfileOptions& options);

}  // namespace k210::app
