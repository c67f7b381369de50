// `k210emu kmodel doctor`: will it fit, will it load, what slows it down, and what to do.
#pragma once
#include <filesystem>
#include <optional>
#include <string>

namespace k210::app {

struct KmodelDoctorOptions {
    std::filesystem::path model;
    std::string board;                    // empty: the default one
    std::optional<std::string> firmware;  // full, minimum, c; none: all
};

// Returns whether everything is well enough. Throws InputError when the file holds no model.
bool examine_kmodel(const KmodelDoctorOptions& options);

}  // namespace k210::app
