// `k210emu kmodel run`: a model without firmware.
#pragma once
#include <filesystem>
#include <optional>
#include <vector>

#include "app/exit_status.hpp"

namespace k210::app {

struct KmodelRunOptions {
    std::filesystem::path model;
    std::vector<std::filesystem::path> inputs;
    std::optional<std::filesystem::path> directory;  // for .npy files
    bool layers = false;                             // of each layer, too
};

// Throws InputError on bad input.
ExitStatus run_kmodel(const KmodelRunOptions& options);

}  // namespace k210::app
