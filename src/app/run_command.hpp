// `k210emu run`
#pragma once
#include "app/exit_status.hpp"
#include "app/run_options.hpp"

namespace k210::app {

// Throws InputError on bad input.
ExitStatus run(const RunOptions& options);

}  // namespace k210::app
