// What a run writes must not be what it reads, or writes otherwise.
#pragma once
#include "app/run_options.hpp"

namespace k210::app {

// Throws InputError that names both options. Links are followed; what is no regular file is left to who opens it.
void check_files_apart(const RunOptions& options);

}  // namespace k210::app
