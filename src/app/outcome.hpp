// What a run came to, and how that is said.
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "app/exit_status.hpp"
#include "app/limits.hpp"
#include "app/watchdog.hpp"
#include "k210/machine/machine.hpp"
#include "k210/session/session.hpp"

namespace k210::app {

struct Outcome {
    ExitStatus status;
    std::string_view name;  // as the report has it
    std::string reason;     // for people, in one line
    std::string note = {};  // about the time at which it ended
};

// `expecting`: there is an --expect that has not been met.
Outcome outcome_of(const Verdict& verdict, bool expecting, const Limits& limits);
Outcome ended_from_outside(StopRequest request, bool expecting, const Limits& limits);

// What a run that ended by itself did not come to: "", or ", without --expect 'done'".
// `awaited` is the first of `expected` patterns that has not been said, behind `met` others; nullptr when all have
// been.
std::string still_awaited(const std::string* awaited, std::size_t met, std::size_t expected);
// What may keep the guest from going on: "", or "; the guest waits for i2s0, which is not modelled".
// Only what it has used since it was last seen to do something.
std::string suspects(std::span<const MissingBlock> blocks, SimTime seen, SimTime now);

// ", after 12.500 guest seconds"
std::string after_guest_seconds(SimTime now);

}  // namespace k210::app
