// `k210emu run`
#pragma once
#include "app/run_options.hpp"

namespace k210::app {

enum ExitStatus : int {
    kSuccess = 0,      // expectation met; without one, a clean end
    kGuestFailed = 1,  // fail pattern, guest crash, or an end without the expected text
    kBadInput = 2,
    kTimedOut = 42,
};

// Throws InputError on bad input.
ExitStatus run(const RunOptions& options);

}  // namespace k210::app
