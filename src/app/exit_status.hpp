// What the program's exit status says.
#pragma once

namespace k210::app {

enum ExitStatus : int {
    kSuccess = 0,      // expectation met; without one, a clean end
    kGuestFailed = 1,  // fail pattern, guest crash, or an end without the expected text
    kBadInput = 2,
    kOutputLost = 3,  // success, but for an output that could not be written
    kTimedOut = 42,
    kBroken = 43,  // --break-on has been met
};

}  // namespace k210::app
