// What outputs are called: a name that promises another format than the one that is written is a mistake.
#pragma once
#include "app/run_options.hpp"

namespace k210::app {

// Throws InputError when one of the run's outputs has the extension of another format, or would replace a file of
// another kind, which then is no output of an earlier run.
void check_output_names(const RunOptions& options);

// Throws where there is a file that does not begin as what an option replaces it with: it is somebody else's.
void check_replaced(std::string_view option, const std::filesystem::path& file, std::string_view beginning,
                    std::string_view what);

}  // namespace k210::app
